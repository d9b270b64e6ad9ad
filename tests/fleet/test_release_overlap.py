"""An upgrade from the previous release under load: old processes on the new schema, both versions, then the new."""

from __future__ import annotations

import asyncio
import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.fleet.fleet_harness import Fleet
from tests.fleet.load import OUTLETS, Load
from tests.support.console_process import Process
from tests.support.journey import ROOT

PREVIOUS = "9b53b76a99ddb35131cf60ba4fe77b2094e8cad7"
"""The last commit of release 0.1.0, the one before this. The next release names the commit of 0.2.0 here."""
CHANNELS_OF_EACH = 4
PARTS = ("slack", "clock", "worker")
SETTLE_SECONDS = 100.0
"""What an old process was sending when it ended may be unknown for 45 s, and is then read back."""


@pytest.fixture(scope="session")
def previous_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the previous release, taken out of the clone's history."""
    try:
        parts = ("bot", "handlers", "scrapers", "settings", "pyproject.toml")
        asked = ["git", "-C", str(ROOT), "archive", PREVIOUS, *parts]
        archive = subprocess.run(asked, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip(f"commit {PREVIOUS[:8]} is not here: fetch the history (git fetch --unshallow), or test in a clone")
    folder = tmp_path_factory.mktemp("previous")
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    return folder


async def _start_parts(fleet: Fleet, code: Path) -> list[Process]:
    started = [await fleet.start(f"exec pactbot run --only {part}", code=code) for part in PARTS]
    await asyncio.gather(*(each.until_output("started", 90.0) for each in started))
    return started


@pytest.mark.long
async def test_an_upgrade_under_load_loses_and_doubles_nothing(fleet: Fleet, previous_release: Path) -> None:
    fleet.read_only(*OUTLETS)
    fleet.settings |= {"SLACK_BOT_TOKEN": fleet.slack.bot_token, "SLACK_APP_TOKEN": fleet.slack.app_token}
    await fleet.call("exec pactbot migrate", code=previous_release)
    old = await _start_parts(fleet, previous_release)
    await fleet.until_read(*OUTLETS)
    load = Load(fleet)
    await load.subscribe(CHANNELS_OF_EACH)
    load.publish()
    await fleet.next_call()
    await fleet.call("exec pactbot migrate")
    load.publish()  # old processes on the new schema
    await fleet.next_call()
    new = await _start_parts(fleet, ROOT)
    load.publish()  # both versions
    await fleet.next_call()
    await fleet.stop(*old)
    load.publish()  # the new version alone
    await load.until_settled(SETTLE_SECONDS)
    logs = "\n".join(line for each in fleet.processes for line in each.output().splitlines() if " ERROR " in line)
    assert load.wrong() == {}, logs
    fleet.assert_nothing_twice()
    assert logs == ""
    assert fleet.rows("SELECT count(*) FROM deliveries WHERE state = 'dead'") == [(0,)]
    await fleet.stop(*new)
