"""Nothing that the process or the database holds for ever grows over days of a virtual clock, whatever fails."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from bot.store import installations
from bot.store.engine import Store
from tests.soak.soak import STEP, Soak, warmed_soak
from tests.support.bot_harness import START, TEAM

MOST_GROWTH = 1.1
LASTING = ("jobs", "inbound", "sources", "subscriptions", "destinations", "installations", "hosts")
"""Tables of which nothing may stay that a reading or a post has written."""


async def soak_of(file: Path, outlets: int, channels: int, hours: float) -> Soak:
    """Soaks and compares what is held after the warm-up with what is held at the end."""
    store = Store.open(f"sqlite:///{file}")
    async with store.begin() as c:
        await installations.put(c, TEAM, START)
    soak = await warmed_soak(store, outlets, channels)
    before = await soak.held()
    print(f"\n{outlets} outlets, {channels} channels, {hours:g} virtual hours\n  warm: {before}")
    await soak.run(hours, STEP)
    after = await soak.held()
    print(f"  end:  {after}")
    print(
        f"  {soak.scraper.readings} readings, {soak.scraper.entries} entries, {soak.slack.accepted} posts, "
        f"{soak.slack.edits} edits, {soak.scraper.faults + soak.slack.faults} faults"
    )
    assert soak.slack.accepted > channels, "cards and digests were posted"
    assert after.tasks <= before.tasks + 1, "the worker may be between two looks"
    assert after.connections <= before.connections
    assert after.files <= before.files + 2, "the pool of the store may have opened a connection more"
    assert after.threads <= before.threads + 2, "so may its thread"
    for name in LASTING:
        assert after.rows[name] <= before.rows[name] + 2, name
    assert after.megabytes < before.megabytes * MOST_GROWTH + 2
    assert await soak.settle() == 0, "all that was due is posted once the faults end"
    await soak.stop()
    await store.close()
    return soak


async def test_three_hours(tmp_path: Path, migrated_file: Path) -> None:
    await soak_of(Path(shutil.copy(migrated_file, tmp_path / "soak.db")), outlets=20, channels=6, hours=3)


@pytest.mark.long
@pytest.mark.skipif("PACT_SOAK_HOURS" not in os.environ, reason="takes hours: PACT_SOAK_HOURS=72 asks for three days")
async def test_three_days(tmp_path: Path, migrated_file: Path) -> None:
    """300 outlets for the virtual hours of ``PACT_SOAK_HOURS``."""
    hours = float(os.environ["PACT_SOAK_HOURS"])
    await soak_of(Path(shutil.copy(migrated_file, tmp_path / "soak.db")), outlets=300, channels=20, hours=hours)
