"""How a process ends: deafness is counted by looks, and every step of an end gets what is left of one deadline."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.shutdown import MIN_STEP_SECONDS, ShutdownDeadline, SilenceWatchdog


def test_deaf_after_many_silent_looks() -> None:
    ear = SilenceWatchdog(10.0)
    assert [ear.look(0.0, float(at)) for at in range(12)] == [False] * 11 + [True]


def test_anything_heard_begins_anew() -> None:
    ear = SilenceWatchdog(10.0)
    for at in range(100):
        assert not ear.look(at // 9, float(at))


def test_time_in_which_the_process_slept_is_not_deafness() -> None:
    ear = SilenceWatchdog(10.0)
    assert not ear.look(0.0, 1.0)
    assert not ear.look(0.0, 4_000.0)
    assert not ear.look(3_999.0, 4_001.0)
    assert ear.seconds == 0.0


def test_one_long_sleep_is_one_look() -> None:
    ear = SilenceWatchdog(10.0)
    assert not any(ear.look(0.0, 1_000.0 * look) for look in range(6))
    assert ear.look(0.0, 6_000.0)


async def test_what_hangs_is_left(caplog: pytest.LogCaptureFixture) -> None:
    ending = ShutdownDeadline(0.05)
    began = time.monotonic()
    await ending.close("first", asyncio.Event().wait, 5.0)
    await ending.close("second", asyncio.Event().wait, 5.0)
    assert time.monotonic() - began < 0.05 + 2 * MIN_STEP_SECONDS + 1.0
    assert [vars(record)["what"] for record in caplog.records] == ["first", "second"]


async def test_parts_that_do_not_end_are_cut_off() -> None:
    cut: list[str] = []

    async def part() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cut.append("cut")

    running = [asyncio.create_task(part())]
    await asyncio.sleep(0)
    await ShutdownDeadline(0.05).end(running, 5.0)
    assert cut == ["cut"]
    assert running[0].cancelled()
