"""Reads the cards of a story, and lets one card of a channel give way to another one about the same story."""

from __future__ import annotations

from sqlalchemy import case, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Delivery
from bot.store import matches
from bot.store.deliveries.table import OPEN, add_subscriptions, find_all
from bot.store.schema import deliveries

MERGED = "merged"
"""The kind of a card that gave way, and the reason with which it is cancelled where it was not posted."""
_row = deliveries.c


async def of_story(c: AsyncConnection, story: int, destination: int | None = None) -> list[Delivery]:
    """A story's cards, in one channel or in all, in the order in which they were enqueued."""
    where = [_row.story == story, _row.kind == "card"]
    if destination is not None:
        where.append(_row.destination == destination)
    return await find_all(c, *where)


async def give_way(c: AsyncConnection, card: Delivery, standing: Delivery, told_by: int | None) -> None:
    """Leaves the story to another card: one that is not at Slack is cancelled, a posted one may say where the other is.

    The other card answers its subscriptions and gets the replies that are not posted; ``told_by`` tells its matches.
    """
    is_open = _row.state.in_(OPEN)
    state, error = case((is_open, "cancelled"), else_=_row.state), case((is_open, MERGED), else_=_row.error)
    await c.execute(update(deliveries).where(_row.id == card.id).values(kind=MERGED, state=state, error=error))
    replies = update(deliveries).where(_row.after == card.id, _row.kind == "reply", is_open)
    await c.execute(replies.values(after=standing.id))
    await add_subscriptions(c, standing.id, card.subscriptions)
    if told_by is not None:
        await matches.retell(c, card.id, told_by)


async def refresh_given_way(c: AsyncConnection, story: int, destination: int, revision: int) -> None:
    """Lets the posts of a channel that gave way say where the story's card is now."""
    gave_way = update(deliveries).where(_row.story == story, _row.destination == destination, _row.kind == MERGED)
    await c.execute(gave_way.where(_row.wanted_revision < revision).values(wanted_revision=revision))
