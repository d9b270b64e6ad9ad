"""The watchdog reports each silence once and its end once, in the operators' channel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.deliveries.notices import OperatorsChannel
from bot.operations.cleanup import Cleanup
from bot.operations.watchdog import MIN_READ_SILENCE, LastSuccess, max_read_silence, silences
from bot.store.deliveries import table as deliveries
from bot.store.deliveries import watchdog
from bot.store.sources import SourceRow
from handlers.cards.answers import NoticeCard
from tests.support.bot_harness import BotHarness, outlet_named

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MAX_READ_SILENCE = timedelta(minutes=45)


def ago(minutes: int | None) -> datetime | None:
    return None if minutes is None else NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "began,read,posted,due,silent",
    [
        (500, 44, None, None, {}),
        (500, 46, None, None, {"read": 46}),
        (500, None, None, None, {"read": 500}),
        (44, 90, None, None, {}),  # the process was not running then
        (44, None, None, None, {}),
        (500, 1, 20, 14, {}),
        (500, 1, 14, 60, {}),  # a long queue that moves
        (500, 1, 20, 15, {}),
        (500, 1, 20, 16, {"post": 16}),
        (500, 1, 16, 60, {"post": 16}),
        (500, 1, None, 16, {"post": 16}),
        (14, 1, None, 60, {}),
        (500, 50, 99, 16, {"read": 50, "post": 16}),
    ],
)
def test_reading_and_posting_are_silent_after_their_limits(
    began: int, read: int | None, posted: int | None, due: int | None, silent: dict[str, int]
) -> None:
    began_at = ago(began)
    assert began_at is not None
    detected = silences(LastSuccess(began_at, ago(read), ago(posted), ago(due)), MAX_READ_SILENCE, NOW)
    assert detected == {what: ago(minutes) for what, minutes in silent.items()}


def codes(harness: BotHarness) -> list[str]:
    return [
        card.notes[0].code for card in harness.shown(NoticeCard, "COPS") if not card.notes[0].code.startswith("out")
    ]


async def test_operators_get_one_notice_that_nothing_is_read_and_one_of_the_end(harness: BotHarness) -> None:
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


async def test_a_clock_that_is_put_back_after_the_start_hides_no_silence(harness: BotHarness) -> None:
    ahead = timedelta(hours=5)
    operators = OperatorsChannel("COPS", "en", "Asia/Seoul")
    cleanup = Cleanup(harness.store, harness.outlets, operators, lambda: harness.now() + ahead)
    ahead = timedelta(0)
    for _ in range(12):
        await cleanup.run()
        await harness.deliver(1)
        harness.pass_time(minutes=5)
    await harness.deliver(8)
    assert codes(harness) == ["silent_read"]


async def test_a_due_delivery_that_is_not_posted_is_reported_and_a_held_one_is_not(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    cleanup = Cleanup(harness.store, harness.outlets, OperatorsChannel("COPS", "en", "Asia/Seoul"), harness.now)
    channel = await harness.channel()

    async def read_on(minutes: int) -> None:
        harness.pass_time(minutes=minutes)
        for key in harness.outlets:
            await harness.announce(key)
        await cleanup.run()

    async with harness.store.begin() as c:
        until = harness.at + timedelta(hours=1)
        facts: dict[str, Any] = {
            "team": "T1",
            "destination": channel.id,
            "kind": "notice",
            "payload": {"code": "hello", "args": {}},
        }
        await deliveries.enqueue(c, "notice:held", now=harness.at, not_before=until, held=True, **facts)
    await read_on(30)
    async with harness.store.begin() as c:
        await deliveries.enqueue(c, "notice:due", now=harness.at, **facts)
    await read_on(14)
    async with harness.store.read() as c:
        assert await watchdog.newest_notices(c, ["silent:"]) == {}, "fourteen minutes are not silence yet"
    await read_on(2)
    await read_on(2)
    await harness.deliver(4)
    assert codes(harness) == ["silent_post"]
    await read_on(1)
    await harness.deliver(4)
    assert codes(harness) == ["silent_post", "well_post"]


async def test_without_an_operators_channel_the_log_has_the_silence(
    harness: BotHarness, caplog: pytest.LogCaptureFixture
) -> None:
    cleanup = Cleanup(harness.store, harness.outlets, None, harness.now)
    harness.pass_time(hours=1)
    assert await cleanup.run() == 0
    assert [record.message for record in caplog.records if record.name == "pactbot.watchdog"] == ["silence_detected"]


@pytest.mark.parametrize(("every_minutes", "limit_minutes"), [(0.05, 30), (10, 30), (11, 33), (60, 180)])
def test_reading_may_be_silent_for_three_intervals_and_at_least_half_an_hour(
    every_minutes: float, limit_minutes: int
) -> None:
    outlets = {"herald": outlet_named("herald", every_minutes=every_minutes)}
    assert max_read_silence(outlets) == timedelta(minutes=limit_minutes)
    slowed = [SourceRow("herald", "u", interval_minutes=every_minutes * 4), SourceRow("gone", "v")]
    assert max_read_silence(outlets, slowed) == max(MIN_READ_SILENCE, timedelta(minutes=every_minutes * 12))
    busy = [*slowed, SourceRow("herald", "w", interval_minutes=every_minutes)]
    assert max_read_silence(outlets, busy) == timedelta(minutes=limit_minutes)
    assert max_read_silence({}) is None, "no outlet is read"
