"""Changes a channel's quiet hours, and moves what the old hours held to the new ones or sends it now."""

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
    c: Connection, destination: Destination, start: str | None, end: str | None, now: datetime
) -> Destination:
    """Stores the new hours (None and None: no quiet hours); returns the channel as it is then.

    What a mute holds stays held.
    """
    held = await rollups.held_for(c, destination.id)
    cards = [
        delivery
        for delivery in held
        if delivery.kind == "card" and is_end_of_quiet_hours(destination, delivery.not_before - ROLL_UP_MARGIN)
    ]
    others = [
        delivery
        for delivery in held
        if delivery.kind != "card" and is_end_of_quiet_hours(destination, delivery.not_before)
    ]
    await destinations.set_quiet(c, destination.id, start, end)
    destination = replace(destination, quiet_from=start, quiet_to=end)
    until = quiet_until(destination, now)
    for delivery in others:
        await deliveries.hold(c, delivery.id, until or now)
    if until is None:
        await roll_up_cards(c, destination, cards, "quiet", now)
    else:
        for card in cards:
            await deliveries.hold(c, card.id, until + ROLL_UP_MARGIN)
    return destination
