"""Reads and cancels cards that one message replaces: cards of a burst, and cards held by a mute or quiet hours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import not_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Delivery
from bot.store import matches
from bot.store.deliveries.table import OPEN, find_all
from bot.store.installations import is_stopped
from bot.store.rows import chunks
from bot.store.schema import HELD_DELIVERY, deliveries

ROLLED_UP = "rolled_up"
"""The reason with which a card is cancelled that another message replaces."""
_row = deliveries.c


async def held_for(c: AsyncConnection, destination: int) -> list[Delivery]:
    """A channel's held deliveries (mutes, quiet hours, bursts), in the order in which they were enqueued."""
    return await find_all(c, _row.state == "held", _row.destination == destination)


async def destinations_with_held(c: AsyncConnection, until_at: datetime) -> tuple[int, ...]:
    """The destinations that have a card that is held until then at the latest, except those of stopped workspaces."""
    query = select(_row.destination).where(HELD_DELIVERY, _row.not_before <= until_at, _row.kind == "card")
    query = query.where(not_(is_stopped(_row.team)))
    return tuple((await c.execute(query.distinct())).scalars())


async def restore_card(c: AsyncConnection, card: int, now: datetime) -> bool:
    """Make a rolled-up card due by itself after all; False where it was not rolled up."""
    rolled_up = update(deliveries).where(_row.id == card, _row.state == "cancelled", _row.error == ROLLED_UP)
    return (await c.execute(rolled_up.values(state="due", not_before=now, error=None))).rowcount == 1


async def roll_up(c: AsyncConnection, cards: Iterable[Delivery]) -> list[Delivery]:
    """Cancel the cards that are not sent yet and mark their matches untold, because one message replaces them."""
    card_of = {card.id: card for card in cards}
    cancelled: set[int] = set()
    for ids in chunks(card_of):
        still_open = update(deliveries).where(_row.id.in_(ids), _row.state.in_(OPEN))
        rows = await c.execute(still_open.values(state="cancelled", error=ROLLED_UP).returning(_row.id))
        cancelled.update(rows.scalars())
    for delivery_id in cancelled:
        await matches.mark_untold(c, delivery_id)
    return [card for delivery_id, card in card_of.items() if delivery_id in cancelled]
