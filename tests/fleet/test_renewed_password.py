"""The database's password is renewed under load, and processes restart one by one: nothing is lost or doubled."""

from __future__ import annotations

import asyncio

import pytest

from tests.fleet.fleet_harness import Fleet
from tests.fleet.load import OUTLETS, Load
from tests.support.console_process import Process
from tests.support.database_login import DatabaseLogin

PARTS = ("slack", "clock", "worker", "worker")
SETTLE_SECONDS = 100.0


@pytest.mark.long
async def test_a_password_is_renewed_under_load(fleet: Fleet) -> None:
    login = DatabaseLogin(fleet.database_url, "renewed", "first")
    fleet.read_only(*OUTLETS)
    fleet.settings |= {
        "SLACK_BOT_TOKEN": fleet.slack.bot_token,
        "SLACK_APP_TOKEN": fleet.slack.app_token,
        "PACT_DATABASE_URL": login.url("first"),
    }

    async def start(part: str) -> Process:
        started = await fleet.start(f"exec pactbot run --only {part}")
        await started.until_output("started", 90.0)
        return started

    await fleet.call("exec pactbot migrate")
    running = await asyncio.gather(*(start(part) for part in PARTS))
    await fleet.until_read(*OUTLETS)
    load = Load(fleet)
    await load.subscribe(4, " as typed")  # neither lexicon nor history knows the words
    load.publish()
    await fleet.next_call()
    login.renew("second")
    load.publish()  # with the connections that are open
    refused = await fleet.start("exec pactbot run --only worker")  # with the old address
    assert await refused.end(60.0) == 1
    (line,) = [line for line in refused.output().splitlines() if not line.startswith("20")]
    assert "password authentication failed" in line
    fleet.settings["PACT_DATABASE_URL"] = login.url("second")
    for part, old in zip(PARTS, running, strict=True):
        running = [*running, await start(part)]
        await fleet.stop(old)
        if part in ("slack", "clock"):  # four stories of a word are no burst, which is told later
            load.publish()
    await load.until_settled(SETTLE_SECONDS)
    assert load.wrong() == {}
    fleet.assert_nothing_twice()
    await fleet.stop(*running[len(PARTS) :])
