"""Durations, recent times and times on a named day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.blocks.localizer import localizer_for
from tests.support.example_cards import AT

LOCALIZER = localizer_for("en", "Asia/Seoul")


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, "0 min"), (59, "59 min"), (60, "1 h"), (61, "1 h 1 min"), (2_879, "47 h 59 min"), (2_880, "2 days")],
)
def test_a_duration_has_the_unit_that_fits(minutes: int, text: str) -> None:
    assert LOCALIZER.format_duration(minutes) == text


def test_a_recent_time_has_no_date_below_twenty_hours() -> None:
    almost, full = timedelta(hours=20, seconds=-1), timedelta(hours=20)
    assert LOCALIZER.format_recent(AT, AT + almost) == "08:30 KST"
    assert LOCALIZER.format_recent(AT, AT + full) == "Wed 29 Oct, 08:30 KST"
    assert LOCALIZER.format_recent(AT, AT - almost) == "08:30 KST"


def test_a_time_on_the_named_day_has_no_date() -> None:
    on = LOCALIZER.local_date(AT)
    assert LOCALIZER.format_time_on_day(AT, on) == "08:30 KST"
    assert LOCALIZER.format_time_on_day(AT, on - timedelta(days=1)) == "Wed 29 Oct, 08:30 KST"
    assert LOCALIZER.format_time_on_day(AT, None) == "Wed 29 Oct, 08:30 KST"
