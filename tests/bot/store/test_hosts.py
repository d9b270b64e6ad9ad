"""A host's stored turn is believed only as far as pauses and a rate limit can explain it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.store.hosts import LONGEST_WAIT, QUEUED_TURNS, HostRow, free_at

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
QUEUE = QUEUED_TURNS * 10 * SECOND


@pytest.mark.parametrize(
    ("next_turn_at", "put_off_until_at", "pause_seconds", "expected"),
    [
        (None, None, 10, NOW),
        (NOW + 10 * SECOND, None, 10, NOW + 10 * SECOND),
        (NOW + QUEUE, None, 10, NOW + QUEUE),
        (NOW + QUEUE + SECOND, None, 10, NOW + QUEUE),
        (NOW + timedelta(days=1), None, 0, NOW),
        (NOW + 3 * timedelta(days=1), None, 3600, NOW + LONGEST_WAIT),
        (None, NOW + LONGEST_WAIT, 10, NOW + LONGEST_WAIT),
        (None, NOW + LONGEST_WAIT + SECOND, 10, NOW + LONGEST_WAIT),
        (NOW + 5 * HOUR + 10 * SECOND, NOW + 5 * HOUR, 10, NOW + 5 * HOUR + 10 * SECOND),
        (NOW + 9 * HOUR, NOW + 5 * HOUR, 10, NOW + 5 * HOUR + QUEUE),
    ],
)
def test_a_turn_is_bounded_by_what_can_have_been_reserved(
    next_turn_at: datetime | None, put_off_until_at: datetime | None, pause_seconds: float, expected: datetime
) -> None:
    row = HostRow(next_turn_at, put_off_until_at, pause_seconds, written_at=NOW - HOUR)
    assert free_at(row, NOW) == expected
