"""Moves everything of a channel to the new id that Slack gave it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Destination
from bot.store import channel_settings, once, table_versions
from bot.store import destinations as destination_rows
from bot.store.deliveries import table as delivery_rows
from bot.store.schema import changes, deliveries, destinations, matches, mutes, slots, subscriptions

_ONCE = ("hello:", "setting:channel:")
"""Keys of actions that are done once for each channel id; they count for the new id as well."""


async def move(c: AsyncConnection, team: str, old: str, new: str, now: datetime) -> Destination | None:
    """Gives the channel its new id; returns it, or None where the old id is unknown, as at a second delivery.

    What was set under the new id before the event arrived joins it, so that the channel has one row again.
    """
    for key in await once.taken(c, team, [f"{prefix}{old}" for prefix in _ONCE]):
        await once.take(c, team, f"{key.removesuffix(old)}{new}", now)
    destination = await destination_rows.find(c, team, old)
    if destination is None or old == new:
        return None
    later = await destination_rows.find(c, team, new)
    if later is not None:
        await _join(c, destination, later)
    return await destination_rows.change_id(c, await _current(c, destination.id), new, now)


async def _current(c: AsyncConnection, destination_id: int) -> Destination:
    destination = await destination_rows.get(c, destination_id)
    assert destination is not None
    return destination


async def _join(c: AsyncConnection, destination: Destination, later: Destination) -> None:
    """Moves the rows of the later destination to the first one and deletes it; the first one's settings win."""
    await _cancel_doubled_cards(c, destination, later)
    had = slots.alias()
    same = (had.c.destination == destination.id, had.c.local_date == slots.c.local_date, had.c.slot == slots.c.slot)
    doubled = select(had.c.slot).where(*same).exists()
    await c.execute(delete(slots).where(slots.c.destination == later.id, doubled))
    for table in (subscriptions, mutes, changes, deliveries, matches, slots):
        await c.execute(update(table).where(table.c.destination == later.id).values(destination=destination.id))
    await table_versions.renew_version(c, subscriptions)
    settings: dict[str, object] = {}
    if destination.digest_at is None:
        digest = {"digest_cadence": later.digest_cadence, "digest_weekday": later.digest_weekday}
        settings |= {"digest_at": later.digest_at, **digest}
    if destination.quiet_from is None:
        settings |= {"quiet_from": later.quiet_from, "quiet_to": later.quiet_to}
    settings |= {name: getattr(later, name) for name in channel_settings.names_of_unset(destination)}
    await c.execute(delete(destinations).where(destinations.c.id == later.id))
    await c.execute(update(destinations).where(destinations.c.id == destination.id).values(**settings))


async def _cancel_doubled_cards(c: AsyncConnection, destination: Destination, later: Destination) -> None:
    """Cancels unsent cards of stories that have a card under the old id; their matches are told by that one."""
    is_card = deliveries.c.kind == "card"
    kept = await delivery_rows.find_all(c, is_card, deliveries.c.destination == destination.id)
    card_of = {card.story: card.id for card in kept if card.state not in ("cancelled", "dead")}
    for card in await delivery_rows.find_all(c, is_card, deliveries.c.destination == later.id):
        if card.story in card_of and await delivery_rows.cancel(c, card.id, "same_channel"):
            told = update(matches).where(matches.c.told_by == card.id)
            await c.execute(told.values(told_by=card_of[card.story]))
