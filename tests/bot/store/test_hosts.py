"""A host's stored turn is believed only as far as pauses and a rate limit can explain it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.intake.politeness import LATEST_START
from bot.store.hosts import LEASE, LONGEST_WAIT, HostRow, free_at
from scrapers.http.fetch import DEADLINE_SECONDS

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
HELD = LEASE + 10 * SECOND


@pytest.mark.parametrize(
    ("next_turn_at", "put_off_until_at", "pause_seconds", "expected"),
    [
        (None, None, 10, NOW),
        (NOW + 10 * SECOND, None, 10, NOW + 10 * SECOND),
        (NOW + HELD, None, 10, NOW + HELD),
        (NOW + HELD + SECOND, None, 10, NOW + HELD),
        (NOW + timedelta(days=1), None, 0, NOW + LEASE),
        (NOW + 3 * timedelta(days=1), None, 3600, NOW + LEASE + HOUR),
        (None, NOW + LONGEST_WAIT, 10, NOW + LONGEST_WAIT),
        (None, NOW + LONGEST_WAIT + SECOND, 10, NOW + LONGEST_WAIT),
        (NOW + 9 * HOUR, NOW + 5 * HOUR, 10, NOW + 5 * HOUR),
    ],
)
def test_a_turn_is_bounded_by_a_lease_and_a_pause(
    next_turn_at: datetime | None, put_off_until_at: datetime | None, pause_seconds: float, expected: datetime
) -> None:
    row = HostRow(next_turn_at, put_off_until_at, pause_seconds, written_at=NOW - HOUR)
    assert free_at(row, NOW) == expected


def test_a_lease_is_longer_than_a_request_that_begins_late() -> None:
    assert timedelta(seconds=DEADLINE_SECONDS) + LATEST_START < LEASE
