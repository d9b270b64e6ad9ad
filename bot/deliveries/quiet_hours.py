"""Computes a channel's quiet hours from local times and its zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.deliveries.schedule import instant_of
from bot.model import Destination

ROLL_UP_MARGIN = timedelta(minutes=5)
"""The outbox makes a roll-up itself this long after the hold's end, if the digest job has not made it by then."""


def quiet_until(destination: Destination, at: datetime) -> datetime | None:
    """The end of the quiet hours that contain an instant; None outside of them. Their end itself is not quiet."""
    return next((end for start, end in _periods(destination, at) if start <= at < end), None)


def is_end_of_quiet_hours(destination: Destination, at: datetime) -> bool:
    """Whether a channel's quiet hours end at exactly this instant."""
    return any(end == at for _, end in _periods(destination, at))


def after_quiet_hours(destination: Destination, at: datetime) -> datetime:
    """The instant itself, or the end of the quiet hours that contain it."""
    return quiet_until(destination, at) or at


def _periods(destination: Destination, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Start and end of the quiet hours of this day and the two before it: a zone may have skipped a whole day.

    A day whose clock change skips all of them has none.
    """
    if destination.quiet_from is None or destination.quiet_to is None:
        return
    today = at.astimezone(ZoneInfo(destination.timezone)).date()
    over_night = timedelta(days=destination.quiet_to <= destination.quiet_from)
    for days_ago in (2, 1, 0):
        day = today - timedelta(days=days_ago)
        start = instant_of(day, destination.quiet_from, destination.timezone)
        end = instant_of(day + over_night, destination.quiet_to, destination.timezone)
        if start < end:
            yield start, end
