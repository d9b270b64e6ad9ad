"""A channel's quiet hours: pure arithmetic of local times and zones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.deliveries.schedule import instant_of
from bot.model import Destination

ROLL_UP_MARGIN = timedelta(minutes=5)
"""What is held is told together at the end; only where that could not be done is it sent by itself, so much later."""


def quiet_until(place: Destination, at: datetime) -> datetime | None:
    """When the quiet hours end in which an instant lies; None outside of them. Their end itself is not quiet."""
    return next((end for start, end in _hours(place, at) if start <= at < end), None)


def is_end_of_quiet_hours(place: Destination, at: datetime) -> bool:
    """Whether a channel's quiet hours end at exactly this instant."""
    return any(end == at for _, end in _hours(place, at))


def after_quiet_hours(place: Destination, at: datetime) -> datetime:
    """The instant itself, or the end of the quiet hours in which it lies."""
    return quiet_until(place, at) or at


def _hours(place: Destination, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The quiet hours of the days around an instant. On a day whose clock skips all of them there are none."""
    if place.quiet_from is None or place.quiet_to is None:
        return
    today = at.astimezone(ZoneInfo(place.timezone)).date()
    over_night = timedelta(days=place.quiet_to <= place.quiet_from)
    for step in (-2, -1, 0, 1):
        day = today + timedelta(days=step)
        start = instant_of(day, place.quiet_from, place.timezone)
        end = instant_of(day + over_night, place.quiet_to, place.timezone)
        if start < end:
            yield start, end
