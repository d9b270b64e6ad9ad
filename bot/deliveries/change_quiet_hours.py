"""Changes a channel's quiet hours or zone, and moves what the old hours held to the new ones or sends it now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.deliveries.quiet_hours import ROLL_UP_MARGIN, is_end_of_quiet_hours, quiet_until
from bot.deliveries.rollups import roll_up_cards
from bot.model import Delivery, Destination
from bot.store import channel_settings, destinations
from bot.store.deliveries import rollups
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection, lock_stories


async def change_quiet_hours(
    c: Connection, destination: Destination, start: str | None, end: str | None, now: datetime
) -> Destination:
    """Stores the new hours (None and None: no quiet hours); returns the channel as it is then.

    What a mute holds stays held.
    """
    changed = replace(destination, quiet_from=start, quiet_to=end)
    await lock_stories(c)  # no card joins what is held meanwhile
    held = await _held_for_quiet_hours(c, destination)
    await destinations.set_quiet(c, destination.id, start, end)
    await _hold_again(c, changed, held, now)
    return changed


async def change_zone(c: Connection, destination: Destination, zone: str, now: datetime) -> Destination:
    """Stores the new zone of digests and quiet hours; returns the channel as it is then."""
    changed = replace(destination, timezone=zone)
    await lock_stories(c)  # no card joins what is held meanwhile
    held = await _held_for_quiet_hours(c, destination)
    await channel_settings.save(c, destination, changed)
    await _hold_again(c, changed, held, now)
    return changed


async def _held_for_quiet_hours(c: Connection, destination: Destination) -> list[Delivery]:
    """Returns what the channel's present quiet hours hold; a card is held for its roll-up's margin longer."""
    return [
        delivery
        for delivery in await rollups.held_for(c, destination.id)
        if is_end_of_quiet_hours(
            destination, delivery.not_before - (ROLL_UP_MARGIN if delivery.kind == "card" else timedelta(0))
        )
    ]


async def _hold_again(c: Connection, destination: Destination, held: Sequence[Delivery], now: datetime) -> None:
    """Holds until the end of the channel's present quiet hours, or sends now: cards as one message."""
    until = quiet_until(destination, now)
    cards = [delivery for delivery in held if delivery.kind == "card"]
    for delivery in held:
        if delivery.kind != "card":
            await deliveries.hold(c, delivery.id, until or now)
    if until is None:
        await roll_up_cards(c, destination, cards, "quiet", now)
    else:
        for card in cards:
            await deliveries.hold(c, card.id, until + ROLL_UP_MARGIN)
