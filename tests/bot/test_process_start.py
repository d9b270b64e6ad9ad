"""Tests when a process began, by a clock that is put back and forth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.process_start import ProcessStart

BEGAN_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_the_start_stays_where_it_was_while_the_clock_goes_on() -> None:
    start = ProcessStart(BEGAN_AT)
    assert start.by(BEGAN_AT) == BEGAN_AT
    assert start.by(BEGAN_AT + timedelta(days=2)) == BEGAN_AT


def test_the_start_never_lies_ahead_and_does_not_come_back_with_the_clock() -> None:
    start = ProcessStart(BEGAN_AT)
    earlier = BEGAN_AT - timedelta(hours=5)
    assert start.by(earlier) == earlier
    assert start.by(BEGAN_AT + timedelta(hours=1)) == earlier
