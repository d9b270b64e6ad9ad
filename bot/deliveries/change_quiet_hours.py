"""A channel's quiet hours become others: what the old ones held waits for the new ones, or comes now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.deliveries.quiet_hours import ROLL_UP_MARGIN, is_end_of_quiet_hours, quiet_until
from bot.deliveries.rollups import roll_up_cards
from bot.model import Destination
from bot.store import destinations
from bot.store.deliveries import rollups
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection


async def change_quiet_hours(
    c: Connection, place: Destination, start: str | None, end: str | None, now: datetime
) -> Destination:
    """Writes the hours down (None twice: none) and returns the channel as it is then. Mutes hold what they held."""
    held = await rollups.held_for(c, place.id)
    cards = [
        one for one in held if one.kind == "card" and is_end_of_quiet_hours(place, one.not_before - ROLL_UP_MARGIN)
    ]
    others = [one for one in held if one.kind != "card" and is_end_of_quiet_hours(place, one.not_before)]
    await destinations.set_quiet(c, place.id, start, end)
    place = replace(place, quiet_from=start, quiet_to=end)
    until = quiet_until(place, now)
    for one in others:
        await deliveries.hold(c, one.id, until or now)
    if until is None:
        await roll_up_cards(c, place, cards, "quiet", now)
    else:
        for one in cards:
            await deliveries.hold(c, one.id, until + ROLL_UP_MARGIN)
    return place
