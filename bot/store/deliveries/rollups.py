"""Cards that are told together: which a channel was owed lately, which are held, and letting go of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Delivery
from bot.store import matches
from bot.store.deliveries.table import OPEN, some
from bot.store.rows import chunks
from bot.store.schema import deliveries

_d = deliveries.c
ROLLED_UP = "rolled_up"


async def cards_since(c: AsyncConnection, destination: int, since_at: datetime) -> list[Delivery]:
    """The cards that a channel was owed since then, oldest first: those that went out by themselves, and those held."""
    here = (_d.destination == destination, _d.kind == "card", _d.created_at > since_at)
    on_the_way = await some(c, _d.state.in_(("due", "sending", "unknown", "held")), *here)
    sent = await sent_since(c, since_at, _d.state == "sent", *here)
    return sorted((*on_the_way, *sent), key=lambda card: card.id)


async def sent_since(c: AsyncConnection, since_at: datetime, *where: ColumnElement[bool]) -> list[Delivery]:
    """What was posted since then and fits, in the order in which it was owed.

    Asked in two, so that it is sought by its time: a channel may have been sent many thousands.
    """
    found = list((await c.execute(select(_d.id).where(_d.sent_at >= since_at))).scalars())
    return [one for numbers in chunks(found) for one in await some(c, _d.id.in_(numbers), *where)]


async def held_for(c: AsyncConnection, destination: int) -> list[Delivery]:
    """What a channel's mutes, quiet hours and bursts keep back, in the order in which it was owed."""
    return await some(c, _d.state == "held", _d.destination == destination)


async def destinations_with_held(c: AsyncConnection) -> tuple[int, ...]:
    """The channels in which something is held."""
    return tuple((await c.execute(select(_d.destination).where(_d.state == "held").distinct())).scalars())


async def restore_card(c: AsyncConnection, card: int, now: datetime) -> bool:
    """A card that was told together with others is owed by itself after all; False where it was not."""
    mine = update(deliveries).where(_d.id == card, _d.state == "cancelled", _d.error == ROLLED_UP)
    return (await c.execute(mine.values(state="due", not_before=now, error=None))).rowcount == 1


async def roll_up(c: AsyncConnection, cards: Iterable[Delivery]) -> list[Delivery]:
    """Cards that are told together from here on: those that nobody sent meanwhile, cancelled, what they told untold."""
    by_number = {card.id: card for card in cards}
    taken: set[int] = set()
    for numbers in chunks(by_number):
        mine = update(deliveries).where(_d.id.in_(numbers), _d.state.in_(OPEN))
        rows = await c.execute(mine.values(state="cancelled", error=ROLLED_UP).returning(_d.id))
        taken.update(rows.scalars())
    for number in taken:
        await matches.mark_untold(c, number)
    return [card for number, card in by_number.items() if number in taken]
