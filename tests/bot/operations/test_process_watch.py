"""The operators learn once that a type of process is missing, and once that it is back, in their language."""

from __future__ import annotations

import asyncio

import pytest

from bot.deliveries.notices import OperatorsChannel
from bot.operations.process_watch import ProcessWatch
from bot.store import processes
from handlers.blocks.localizer import localizer_for
from handlers.cards.answers import NoticeCard
from tests.support.bot_harness import BotHarness

OPERATORS = OperatorsChannel("COPS", "ko", "Asia/Seoul")


def watch_of(harness: BotHarness, name: str, part: str, operators: OperatorsChannel | None = OPERATORS) -> ProcessWatch:
    return ProcessWatch(harness.store, name, part, operators, harness.now)


def codes(harness: BotHarness) -> list[str]:
    return [card.notes[0].code for card in harness.shown(NoticeCard, "COPS")]


async def beat_for(harness: BotHarness, minutes: int, *watches: ProcessWatch) -> None:
    for _ in range(3 * minutes):
        for watch in watches:
            await watch.beat()
        harness.pass_time(seconds=20)
    await harness.deliver(2)


async def test_a_part_that_dies_is_reported_once_and_again_when_it_is_back(harness: BotHarness) -> None:
    web, clock = watch_of(harness, "w1", "slack"), watch_of(harness, "c1", "clock")
    first, second = watch_of(harness, "j1", "worker"), watch_of(harness, "j2", "worker")
    await beat_for(harness, 3, web, clock, first, second)
    await beat_for(harness, 10, web, clock, second)
    assert codes(harness) == [], "one worker of two is left"
    await beat_for(harness, 10, web, clock)
    assert codes(harness) == ["missing_worker"]
    assert web.missing == ("worker",)
    await beat_for(harness, 7, watch_of(harness, "w2", "slack"))  # restarted: the clock dies, too
    assert codes(harness) == ["missing_worker", "missing_clock"]
    await beat_for(harness, 1, web, watch_of(harness, "j3", "worker"))
    assert codes(harness) == ["missing_worker", "missing_clock", "process_back"]
    await beat_for(harness, 7, web)
    assert codes(harness)[3:] == ["missing_worker"], "a second absence is another"
    notes = [card.notes[0] for card in harness.shown(NoticeCard, "COPS")]
    texts = [str(localizer_for(language, "Asia/Seoul").note_runs(notes[at])) for language, at in (("ko", 0), ("en", 2))]
    assert "실행 명령: pactbot run --only worker" in texts[0]
    assert "A worker process is running again. None had been running since" in texts[1]


async def test_an_outage_of_all_and_a_fleet_of_whole_bots_report_nothing(harness: BotHarness) -> None:
    web, worker = watch_of(harness, "w1", "slack"), watch_of(harness, "j1", "worker")
    clock = watch_of(harness, "c1", "clock")
    await beat_for(harness, 3, web, worker, clock)
    harness.pass_time(hours=3)
    await beat_for(harness, 4, web)
    await beat_for(harness, 8, web, worker, clock)
    assert codes(harness) == []
    await beat_for(harness, 20, watch_of(harness, "a1", "all"))
    assert codes(harness) == []


async def test_without_an_operators_channel_the_log_has_it(
    harness: BotHarness, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "pactbot.processes")
    clock = watch_of(harness, "c1", "clock", operators=None)
    await beat_for(harness, 8, clock)
    await beat_for(harness, 1, clock, watch_of(harness, "a1", "all", operators=None))
    logged = [(record.message, vars(record)["role"]) for record in caplog.records if record.name == "pactbot.processes"]
    assert sorted(logged) == [("process_back", "web"), ("process_back", "worker"),
                              ("process_missing", "web"), ("process_missing", "worker")]  # fmt: skip


async def test_a_process_that_stops_in_order_is_gone_at_once_and_its_row_within_a_day(harness: BotHarness) -> None:
    stop = asyncio.Event()
    stop.set()
    watch = watch_of(harness, "w1", "slack")
    await watch.beat()
    await watch.run(stop)
    async with harness.store.read() as c:
        (row,) = await processes.all_of(c)
    assert row.ended_at == harness.now()
    harness.pass_time(hours=25)
    await watch_of(harness, "w2", "slack").beat()
    async with harness.store.read() as c:
        assert [each.name for each in await processes.all_of(c)] == ["w2"]
