"""Computes the instants at which a digest falls due, from local times, zones and weekdays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

SHIFT_ZONES = ("Asia/Seoul", "America/New_York")
"""A digest in shifts comes at its local time in each of them, the day's first in the first."""
_REACH = timedelta(hours=3)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Schedule:
    """A local time that repeats each hour, each day (for ``shifts`` in two zones) or each week."""

    cadence: Literal["hourly", "daily", "weekly", "shifts"]
    at: str
    """HH:MM; an hourly schedule uses only the minute."""
    weekday: str
    zone: str


def instant_of(day: date, at: str, zone: str) -> datetime:
    """The UTC instant of a local time.

    A local time that occurs twice (the clock goes back) means the first one; one that is skipped (the clock goes
    forward) moves later by the length of the gap.
    """
    hour, minute = (int(part) for part in at.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def last_due(schedule: Schedule, now: datetime) -> datetime:
    """The latest instant at or before ``now`` at which the schedule falls due."""
    return max(at for at in _around(schedule, now) if at <= now)


def previous_due(schedule: Schedule, at: datetime) -> datetime:
    """The last instant before ``at`` at which the schedule fell due."""
    return last_due(schedule, at - timedelta(seconds=1))


def next_due(schedule: Schedule, now: datetime) -> datetime:
    """The first instant after ``now`` at which the schedule falls due."""
    return min(at for at in _around(schedule, now) if at > now)


def first_shift_of(schedule: Schedule, at: datetime) -> datetime | None:
    """The first shift of the day whose second one falls due at this instant; None for any other instant."""
    if schedule.cadence != "shifts":
        return None
    first, second = (Schedule("daily", schedule.at, "mon", zone) for zone in SHIFT_ZONES)
    return last_due(first, at) if last_due(second, at) == at else None


def _around(schedule: Schedule, now: datetime) -> list[datetime]:
    if schedule.cadence == "hourly":
        return _hours_around(int(schedule.at.split(":")[1]), ZoneInfo(schedule.zone), now)
    if schedule.cadence == "shifts":
        return [at for zone in SHIFT_ZONES for at in _around(Schedule("daily", schedule.at, "mon", zone), now)]
    today = now.astimezone(ZoneInfo(schedule.zone)).date()
    reach_days = 8 if schedule.cadence == "weekly" else 2
    days = [today + timedelta(days=step) for step in range(-reach_days, reach_days + 1)]
    if schedule.cadence == "weekly":
        days = [day for day in days if WEEKDAYS[day.weekday()] == schedule.weekday[:3].lower()]
    return [instant_of(day, schedule.at, schedule.zone) for day in days]


def _hours_around(minute: int, zone: ZoneInfo, now: datetime) -> list[datetime]:
    """Every instant near ``now`` at which local clocks show this minute; a shift of half an hour moves it."""
    instants: set[datetime] = set()
    for offset in {(now + step * _REACH).astimezone(zone).utcoffset() or timedelta(0) for step in (-1, 0, 1)}:
        hour = (now + offset).replace(minute=minute, second=0, microsecond=0) - offset
        instants.update(hour + timedelta(hours=step) for step in range(-3, 4))
    return [at for at in instants if at.astimezone(zone).minute == minute]
