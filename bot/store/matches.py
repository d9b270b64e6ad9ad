"""Reads and writes the ``matches`` table: which subscription a story met, and which delivery told it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Cadence
from bot.store.rows import chunks, fields_of, from_row, insert_or_ignore
from bot.store.schema import destinations, matches, subscriptions
from bot.store.sqlite_driver import write_later

_OF_STORY = select(matches).where(matches.c.story == bindparam("story_id")).order_by(matches.c.id)
_OF_TEAM = _OF_STORY.where(matches.c.team == bindparam("of"))
_MARK_TOLD = update(matches).where(matches.c.id == bindparam("match"), matches.c.told_by.is_(None))


@dataclass(frozen=True, slots=True)
class NewMatch:
    """That an article of a story met a subscription, before it has an id; there is one for each of both."""

    team: str
    subscription: int
    destination: int
    story: int
    article: int
    cadence: Cadence
    """The cadence of the subscription when they met."""
    matched_at: datetime


@dataclass(frozen=True, slots=True)
class Match(NewMatch):
    """A match as it is stored."""

    id: int
    told_by: int | None
    """The delivery that told it, or None while it is untold."""
    told_at: datetime | None


async def add(c: AsyncConnection, new: Sequence[NewMatch]) -> tuple[Match, ...]:
    """Writes matches and returns them; one of a subscription that met this story before changes nothing."""
    if not new:
        return ()
    rows = await c.execute(insert_or_ignore(c, matches, *matches.c), [fields_of(match) for match in new])
    return tuple(sorted((from_row(Match, row) for row in rows), key=lambda match: match.id))


async def untold(
    c: AsyncConnection, destination: int, cadences: Sequence[Cadence], until_at: datetime
) -> tuple[Match, ...]:
    """Returns the untold matches of a channel's active subscriptions of these cadences, oldest first."""
    query = select(matches).join(subscriptions, subscriptions.c.id == matches.c.subscription)
    query = query.where(
        matches.c.destination == destination,
        matches.c.told_by.is_(None),
        matches.c.matched_at <= until_at,
        subscriptions.c.state == "active",
        subscriptions.c.cadence.in_(cadences),
    )
    rows = await c.execute(query.order_by(matches.c.matched_at, matches.c.id))
    return tuple(from_row(Match, row) for row in rows)


async def channels_with_untold(c: AsyncConnection, team: str, before_at: datetime) -> tuple[int, ...]:
    """Returns the workspace's active channels that have an untold match from before then."""
    row = destinations.c
    untold = exists().where(
        matches.c.destination == row.id, matches.c.told_by.is_(None), matches.c.matched_at < before_at
    )
    query = select(row.id).where(row.team == team, row.state == "active", untold)
    return tuple((await c.execute(query.order_by(row.id))).scalars())


async def mark_told(c: AsyncConnection, match_ids: Iterable[int], delivery: int, now: datetime) -> None:
    """Marks untold matches as told by this delivery; a match that is told already keeps its delivery."""
    for some_ids in chunks(match_ids):
        told = update(matches).where(matches.c.id.in_(some_ids), matches.c.told_by.is_(None))
        await c.execute(told.values(told_by=delivery, told_at=now))


async def mark_each_told(c: AsyncConnection, told_by: Mapping[int, int], now: datetime) -> None:
    """Marks untold matches as told, each by its own delivery; a match that is told already keeps its delivery."""
    if told_by:
        each = [{"match": match, "told_by": delivery, "told_at": now} for match, delivery in told_by.items()]
        await write_later(c, _MARK_TOLD, each)


async def mark_untold(c: AsyncConnection, delivery: int) -> None:
    """Marks the matches of a delivery that was never sent as untold again."""
    await c.execute(update(matches).where(matches.c.told_by == delivery).values(told_by=None, told_at=None))


async def retell(c: AsyncConnection, old: int, new: int) -> None:
    """Marks what one delivery told as told by another one that stands for it."""
    await c.execute(update(matches).where(matches.c.told_by == old).values(told_by=new))


async def merge(c: AsyncConnection, lose: int, keep: int) -> None:
    """Gives a story the matches of another. A subscription that met both has one match, told if either was."""
    row = matches.c
    query = select(matches).where(row.story.in_((lose, keep))).order_by(row.matched_at, row.id)
    met: dict[int, list[Match]] = {}
    for each in await c.execute(query):
        met.setdefault(each.subscription, []).append(from_row(Match, each))
    for first, *later in met.values():
        told = next((match for match in (first, *later) if match.told_by is not None), first)
        for match in later:
            await c.execute(delete(matches).where(row.id == match.id))
        values = {"story": keep, "told_by": told.told_by, "told_at": told.told_at}
        await c.execute(update(matches).where(row.id == first.id).values(**values))


async def of_story(c: AsyncConnection, team: str | None, story: int) -> tuple[Match, ...]:
    """Returns the matches of a story in one workspace, or (None) in all, told or not."""
    query, values = (_OF_STORY, {"story_id": story}) if team is None else (_OF_TEAM, {"story_id": story, "of": team})
    return tuple(from_row(Match, row) for row in await c.execute(query, values))


async def of_destination(c: AsyncConnection, destination: int, story: int) -> tuple[Match, ...]:
    """Returns a channel's matches of a story, told or not."""
    query = select(matches).where(matches.c.story == story, matches.c.destination == destination)
    return tuple(from_row(Match, row) for row in await c.execute(query.order_by(matches.c.id)))


async def count_since(c: AsyncConnection, subscription: int, since_at: datetime) -> int:
    """Counts the stories that a subscription met since then."""
    query = select(func.count()).where(matches.c.subscription == subscription, matches.c.matched_at >= since_at)
    return (await c.execute(query)).scalar_one()


async def since(c: AsyncConnection, subscription_ids: Sequence[int], since_at: datetime) -> tuple[Match, ...]:
    """Returns the matches of these subscriptions since then, told or not, oldest first."""
    where = (matches.c.subscription.in_(subscription_ids), matches.c.matched_at >= since_at)
    rows = await c.execute(select(matches).where(*where).order_by(matches.c.matched_at, matches.c.id))
    return tuple(from_row(Match, row) for row in rows)
