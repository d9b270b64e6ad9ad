"""The next and the last dated step under the pact."""

from __future__ import annotations

from datetime import date

from bot.answers.pact.pact_dates import milestone_after, milestone_before
from settings.pact_calendar import load as load_calendar


def test_the_pact_clock_has_the_next_and_the_last_date() -> None:
    calendar = load_calendar()
    following = milestone_after(calendar, date(2026, 11, 23))
    assert following is not None
    assert following.on <= date(2026, 11, 23) <= (following.until or following.on)
    last = milestone_before(calendar, date(2025, 10, 29))
    assert last is not None
    assert last.on == date(2025, 10, 29)
    assert milestone_after(calendar, date(2030, 1, 1)) is None
