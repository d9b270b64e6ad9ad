"""When digests fall due, read from rows: what the clock's bells are made of."""

from __future__ import annotations

from bot.deliveries.digest import schedules_of
from bot.store import destinations, subscriptions
from bot.store.engine import Store

LocalTime = tuple[int, int, str, str | None]
"""Hour, minute, zone, and the weekday of a weekly one."""


async def digest_times(store: Store) -> list[LocalTime]:
    """Every local time at which some digest falls due or quiet hours end, once each."""
    async with store.read() as c:
        places = await destinations.all_of_team(c, None)
        asked = await subscriptions.active(c, None)
    found: dict[LocalTime, None] = {}
    for place in places:
        mine = [one for one in asked if one.destination == place.id]
        for schedule in schedules_of(place, mine) if mine else ():
            if schedule.cadence != "hourly":
                hour, minute = (int(part) for part in schedule.at.split(":"))
                found[hour, minute, schedule.zone, schedule.weekday if schedule.cadence == "weekly" else None] = None
        if place.quiet_to is not None:
            hour, minute = (int(part) for part in place.quiet_to.split(":"))
            found[hour, minute, place.timezone, None] = None
    return list(found)
