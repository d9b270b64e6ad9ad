"""A written date is an instant, a day, a month or a year."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.stories.periods import period


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2026-02-21", datetime(2026, 2, 21, 12, tzinfo=UTC), datetime(2026, 2, 21, 12, tzinfo=UTC)),
        ("2026-02", datetime(2026, 2, 1, 12, tzinfo=UTC), datetime(2026, 2, 28, 12, tzinfo=UTC)),
        ("2025", datetime(2025, 1, 1, 12, tzinfo=UTC), datetime(2025, 12, 31, 12, tzinfo=UTC)),
        ("2026-02-21T09:50:44+09:00", datetime(2026, 2, 21, 0, 50, 44, tzinfo=UTC), None),
        ("2026-02-21T09:50:44", datetime(2026, 2, 21, 9, 50, 44, tzinfo=UTC), None),
    ],
)
def test_a_written_date_is_a_period(written: str, first: datetime, last: datetime | None) -> None:
    assert period(written) == (first, last or first)


@pytest.mark.parametrize(
    "written", [None, "", "yesterday", "2026-13-40", "2026-02-30", "-", "9" * 40, "0-0-0", "2026-1-2-3"]
)
def test_a_date_that_cannot_be_read_is_any_time(written: str | None) -> None:
    first, last = period(written)
    assert (first.year, last.year) == (1, 9999)
