"""The silence of sockets is measured check by check, and every step of a shutdown gets what is left of one deadline."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.shutdown import MAX_CHECK_SECONDS, MIN_STEP_SECONDS, ShutdownDeadline, SilenceWatchdog


def test_a_silence_that_many_checks_see_is_too_long() -> None:
    watchdog = SilenceWatchdog(10.0)
    assert [watchdog.check(0.0, float(now)) for now in range(12)] == [False] * 11 + [True]


def test_anything_received_starts_the_silence_anew() -> None:
    watchdog = SilenceWatchdog(10.0)
    for now in range(100):
        assert not watchdog.check(now // 9, float(now))


def test_time_in_which_the_process_was_suspended_is_not_silence() -> None:
    watchdog = SilenceWatchdog(10.0)
    assert not watchdog.check(0.0, 1.0)
    assert not watchdog.check(0.0, 4_000.0)
    assert watchdog.seconds == MAX_CHECK_SECONDS
    assert not watchdog.check(3_999.0, 4_001.0)
    assert watchdog.seconds == 0.0


def test_one_check_after_a_long_suspension_adds_two_seconds() -> None:
    watchdog = SilenceWatchdog(10.0)
    assert not any(watchdog.check(0.0, 1_000.0 * step) for step in range(6))
    assert watchdog.check(0.0, 6_000.0)


async def test_a_close_that_hangs_is_left(caplog: pytest.LogCaptureFixture) -> None:
    deadline = ShutdownDeadline(0.05)
    started = time.monotonic()
    await deadline.close("first", asyncio.Event().wait, 5.0)
    await deadline.close("second", asyncio.Event().wait, 5.0)
    assert time.monotonic() - started < 0.05 + 2 * MIN_STEP_SECONDS + 1.0
    assert [vars(record)["what"] for record in caplog.records] == ["first", "second"]


async def test_tasks_that_do_not_end_are_cancelled() -> None:
    cancelled: list[str] = []

    async def part() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append("part")

    running = [asyncio.create_task(part())]
    await asyncio.sleep(0)
    await ShutdownDeadline(0.05).end(running, 5.0)
    assert cancelled == ["part"]
    assert running[0].cancelled()
