"""The dead man's line: said once a silence, and once of its end, in the operators' channel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.deliveries.notices import OperatorsChannel
from bot.operations.cleanup import Cleanup
from bot.operations.watchdog import LastSuccess, max_read_silence, silences
from bot.store.deliveries import table as deliveries
from bot.store.deliveries import watchdog
from handlers.cards.answers import NoticeCard
from tests.support.bot_harness import BotHarness

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PATIENCE = timedelta(minutes=45)


def ago(minutes: int | None) -> datetime | None:
    return None if minutes is None else NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "began,read,posted,due,silent",
    [
        (500, 44, None, None, {}),
        (500, 46, None, None, {"read": 46}),
        (500, None, None, None, {"read": 500}),
        (44, 90, None, None, {}),  # it was not running then
        (44, None, None, None, {}),
        (500, 1, 20, 14, {}),
        (500, 1, 14, 60, {}),  # a long queue that moves
        (500, 1, 20, 16, {"post": 16}),
        (500, 1, 16, 60, {"post": 16}),
        (500, 1, None, 16, {"post": 16}),
        (14, 1, None, 60, {}),
        (500, 50, 99, 16, {"read": 50, "post": 16}),
    ],
)
def test_what_is_silent_for_too_long(
    began: int, read: int | None, posted: int | None, due: int | None, silent: dict[str, int]
) -> None:
    began_at = ago(began)
    assert began_at is not None
    found = silences(LastSuccess(began_at, ago(read), ago(posted), ago(due)), PATIENCE, NOW)
    assert found == {what: ago(minutes) for what, minutes in silent.items()}


def test_patience_is_three_of_the_shortest_intervals_and_half_an_hour_at_least(harness: BotHarness) -> None:
    assert max_read_silence(harness.outlets) == timedelta(minutes=45)
    assert max_read_silence({}) is None


def codes(harness: BotHarness) -> list[str]:
    return [
        card.notes[0].code for card in harness.shown(NoticeCard, "COPS") if not card.notes[0].code.startswith("out")
    ]


async def test_operators_hear_once_that_nothing_is_read_and_once_that_it_is_again(harness: BotHarness) -> None:
    cleanup = Cleanup(harness.store, harness.outlets, OperatorsChannel("COPS", "en", "Asia/Seoul"), harness.now)
    for _ in range(12):
        await cleanup.run()
        await harness.deliver(1)
        harness.pass_time(minutes=5)
    await harness.deliver(8)
    assert codes(harness) == ["silent_read"]
    cleanup = Cleanup(
        harness.store, harness.outlets, OperatorsChannel("COPS", "en", "Asia/Seoul"), harness.now
    )  # restarted meanwhile
    for key in harness.outlets:
        await harness.announce(key)
    for _ in range(4):
        await cleanup.run()
        await harness.deliver(6)
    assert codes(harness) == ["silent_read", "well_read"]
    harness.pass_time(hours=2)
    await cleanup.run()
    await harness.deliver(8)
    assert codes(harness) == ["silent_read", "well_read", "silent_read"]


async def test_what_is_due_and_does_not_go_out_is_told_and_what_is_held_is_not(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    cleanup = Cleanup(harness.store, harness.outlets, OperatorsChannel("COPS", "en", "Asia/Seoul"), harness.now)
    place = await harness.channel()

    async def read_on(minutes: int) -> None:
        harness.pass_time(minutes=minutes)
        for key in harness.outlets:
            await harness.announce(key)
        await cleanup.run()

    async with harness.store.begin() as c:
        until = harness.at + timedelta(hours=1)
        facts: dict[str, Any] = {
            "team": "T1",
            "destination": place.id,
            "kind": "notice",
            "payload": {"code": "hello", "args": {}},
        }
        await deliveries.enqueue(c, "notice:held", now=harness.at, not_before=until, held=True, **facts)
    await read_on(30)
    async with harness.store.begin() as c:
        await deliveries.enqueue(c, "notice:due", now=harness.at, **facts)
    await read_on(14)
    async with harness.store.read() as c:
        assert await watchdog.newest_with_prefix(c, "notice:T1:silent:") is None, "nothing is said of it yet"
    await read_on(2)
    await read_on(2)
    await harness.deliver(4)
    assert codes(harness) == ["silent_post"]
    await read_on(1)
    await harness.deliver(4)
    assert codes(harness) == ["silent_post", "well_post"]


async def test_without_an_operators_channel_it_stands_in_the_log(
    harness: BotHarness, caplog: pytest.LogCaptureFixture
) -> None:
    cleanup = Cleanup(harness.store, harness.outlets, None, harness.now)
    harness.pass_time(hours=1)
    assert await cleanup.run() == 0
    assert [record.message for record in caplog.records if record.name == "pactbot.watchdog"] == ["silence_detected"]
