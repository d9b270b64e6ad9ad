"""Finds the next and the last dated step of the two countries under the pact, for status and the home tab."""

from __future__ import annotations

from datetime import date

from handlers.cards.status import PactDate
from settings.pact_calendar import Milestone, PactCalendar

UNDER_THE_PACT = ("signature", "official-text", "committee", "working-group", "follow-up")
"""The kinds of milestones that are the two countries' own steps under the pact."""


def milestone_after(calendar: PactCalendar, today: date) -> PactDate | None:
    """Returns the next formal event of the calendar; None once all of them have passed."""
    coming = [_pact_date(milestone) for milestone in _under_the_pact(calendar) if milestone.on > today]
    formal = calendar.next_event
    if formal.until >= today:
        until = formal.until if formal.until != formal.begins_on else None
        words = {"ko": formal.ko, "en": formal.en}
        coming.append(PactDate(formal.begins_on, words, formal.sources[0], until))
    return min(coming, key=lambda event: event.on, default=None)


def milestone_before(calendar: PactCalendar, today: date) -> PactDate | None:
    """Returns the last event between the two countries under the pact."""
    past = [milestone for milestone in _under_the_pact(calendar) if milestone.on <= today]
    last = max(past, key=lambda milestone: milestone.on, default=None)
    return _pact_date(last) if last else None


def _under_the_pact(calendar: PactCalendar) -> list[Milestone]:
    return [milestone for milestone in calendar.milestones if milestone.kind in UNDER_THE_PACT]


def _pact_date(milestone: Milestone) -> PactDate:
    return PactDate(milestone.on, {"ko": milestone.ko, "en": milestone.en}, milestone.sources[0], milestone.until)
