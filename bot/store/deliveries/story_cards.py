"""Reads the cards of a story, and lets one card of a channel give way to another one about the same story."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import case, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Delivery
from bot.store import matches
from bot.store.deliveries.table import OPEN, add_subscriptions, find_all
from bot.store.rows import chunks
from bot.store.schema import deliveries

MERGED = "merged"
"""The kind of a card that gave way, and the reason with which it is cancelled where it was not posted."""
LINKED = "linked"
"""The reason with which a card is withheld while a person's link lets another card of its channel show its story."""
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
    await add_subscriptions(c, {standing.id: card.subscriptions})
    if told_by is not None:
        await matches.retell(c, card.id, told_by)


async def refresh_given_way(c: AsyncConnection, story: int, destination: int, revision: int) -> None:
    """Lets the posts of a channel that gave way say where the story's card is now."""
    gave_way = update(deliveries).where(_row.story == story, _row.destination == destination, _row.kind == MERGED)
    await c.execute(gave_way.where(_row.wanted_revision < revision).values(wanted_revision=revision))


async def want_revision(c: AsyncConnection, cards: Collection[int], revision: int) -> None:
    """Lets cards show this revision of their story; one that is posted and wants it already is shown again."""
    is_older, is_posted = _row.wanted_revision < revision, _row.state.in_(("sent", "sending", "unknown"))
    for ids in chunks(cards):
        wanted = case((is_older, revision), else_=_row.wanted_revision + 1)
        await c.execute(update(deliveries).where(_row.id.in_(ids), is_older | is_posted).values(wanted_revision=wanted))


async def want_edit(c: AsyncConnection, card: int) -> None:
    """Lets a card that is at Slack, or on its way there, be shown again; one that is not posted shows what is new."""
    posted = update(deliveries).where(_row.id == card, _row.state.in_(("sent", "sending", "unknown")))
    await c.execute(posted.values(wanted_revision=_row.wanted_revision + 1))


async def withhold(c: AsyncConnection, card: int) -> None:
    """Cancels a card that is not at Slack, because another card shows its story; its matches become untold."""
    is_open = update(deliveries).where(_row.id == card, _row.state.in_(OPEN))
    if (await c.execute(is_open.values(state="cancelled", error=LINKED))).rowcount:
        await matches.mark_untold(c, card)


async def restore_withheld(c: AsyncConnection, card: int, now: datetime) -> None:
    """Makes a withheld card due."""
    withheld = update(deliveries).where(_row.id == card, _row.state == "cancelled", _row.error == LINKED)
    await c.execute(withheld.values(state="due", not_before=now, error=None))
