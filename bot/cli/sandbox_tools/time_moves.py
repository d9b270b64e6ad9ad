"""Computes how far the sandbox's clock is put forward: an hour, to the next digest, to the next morning.

Every move stops just before the next instant at which something falls due, so that it is watched when it comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Literal, get_args

from bot.deliveries.due_digests import own_schedule, schedule_of
from bot.deliveries.schedule import WEEKDAYS, Schedule, next_due
from bot.store import destinations, subscriptions
from bot.store.engine import Store

Move = Literal["hour", "digest", "morning"]
MOVES: tuple[Move, ...] = get_args(Move)
LEAD = timedelta(seconds=3)
"""A move ends so long before what falls due."""
MORNING = "08:30"
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DueTimes:
    """The schedules of a sandbox: of its digests, and of the ends of its quiet hours."""

    digests: tuple[Schedule, ...] = ()
    quiet_ends: tuple[Schedule, ...] = ()

    def next_digest_at(self, now: datetime) -> datetime | None:
        """When the next digest falls due, beyond the lead; None without a digest."""
        return _next(self.digests, now)

    def next_at(self, now: datetime) -> datetime | None:
        """When anything falls due next, beyond the lead."""
        return _next((*self.digests, *self.quiet_ends), now)


def _next(schedules: Iterable[Schedule], now: datetime) -> datetime | None:
    return min((next_due(schedule, now + LEAD) for schedule in schedules), default=None)


def target_of(move: Move, now: datetime, due_times: DueTimes, zone: str) -> datetime:
    """The instant to which a move puts the clock; the morning is that of ``zone``."""
    morning_at = next_due(Schedule("daily", MORNING, WEEKDAYS[0], zone), now + LEAD)
    wanted_at = {
        "hour": now + HOUR,
        "digest": (due_times.next_digest_at(now) or morning_at) - LEAD,
        "morning": morning_at - LEAD,
    }[move]
    next_at = due_times.next_at(now)
    return max(now, wanted_at if next_at is None else min(wanted_at, next_at - LEAD))


async def due_times_of(store: Store) -> DueTimes:
    """Reads the schedules of every channel and subscription."""
    async with store.read() as c:
        channels = await destinations.all_of_team(c, None)
        subscribed_to = await subscriptions.of_destinations(c, [channel.id for channel in channels])
    own = [own_schedule(channel) for channel in channels if channel.digest_at and channel.id in subscribed_to]
    digests = filter(None, map(schedule_of, chain.from_iterable(subscribed_to.values())))
    ends = [Schedule("daily", at, WEEKDAYS[0], channel.timezone) for channel in channels if (at := channel.quiet_to)]
    return DueTimes(tuple(dict.fromkeys([*own, *digests])), tuple(dict.fromkeys(ends)))
