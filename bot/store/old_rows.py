"""Deletes what ended long ago, a few rows in each transaction, so that a running bot waits for none of them.

A step picks rows that nothing else refers to, and deletes them with what hangs on them: what is left at any moment is
whole, and a run that was killed is simply begun again. What guards against a second post stays: the names of articles
as hashes, every open delivery with its story, and the numbers, which the database never gives again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, Table, Text, and_, cast, delete, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import old_stories
from bot.store.schema import (
    changes,
    deliveries,
    delivery_subscriptions,
    destinations,
    feedback,
    firsts,
    hosts,
    matches,
    mutes,
    robots,
    slots,
    stories,
    subscriptions,
)

ROWS_A_STEP = 100
FINAL = ("sent", "cancelled", "dead")
"""States in which a delivery is never sent again."""
UNTOLD_FOR = timedelta(days=100)
"""A mute holds a match for 90 days at most; an active channel's that is untold for longer waits for more outlets."""
_OF_A_DAY = ("audit:", "scout:")
"""Begin the keys of ``firsts`` that only one day or week asks for."""

Delete = Callable[[AsyncConnection, datetime, datetime], Awaitable[int]]
"""Deletes the next rows before an instant, by the present one, in the caller's transaction; returns how many."""
Count = Callable[[AsyncConnection, datetime, datetime], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Step:
    """The deletion of one kind of old rows, with their table's name."""

    table: str
    count: Count
    """At most so many rows go: those that something younger refers to stay."""
    delete: Delete


def _idle(story: ColumnElement[int], before_at: datetime) -> ColumnElement[bool]:
    """Whether a story got its last article before then."""
    return select(stories.c.id).where(stories.c.id == story, stories.c.last_article_at < before_at).exists()


def _old_matches(before_at: datetime, now: datetime) -> ColumnElement[bool]:
    row = matches.c
    told = select(deliveries.c.id).where(deliveries.c.id == row.told_by, deliveries.c.state.in_(FINAL)).exists()
    ended = select(subscriptions.c.id).where(subscriptions.c.id == row.subscription, subscriptions.c.state == "ended")
    active = select(destinations.c.id).where(destinations.c.id == row.destination, destinations.c.state == "active")
    passed_over = and_(row.matched_at < now - UNTOLD_FOR, active.exists())
    never_told = and_(row.told_by.is_(None), or_(ended.exists(), passed_over))
    return and_(row.matched_at < before_at, _idle(row.story, before_at), or_(told, never_told))


def _old_deliveries(before_at: datetime, _now: datetime) -> ColumnElement[bool]:
    row = deliveries.c
    of_idle = or_(row.story.is_(None), _idle(row.story, before_at))
    return and_(row.state.in_(FINAL), row.created_at < before_at, of_idle)


def _unreferenced() -> ColumnElement[bool]:
    """The delivery tells no match that is left, and nothing left comes after it."""
    later = deliveries.alias("later")
    told = select(matches.c.id).where(matches.c.told_by == deliveries.c.id).exists()
    return ~told & ~select(later.c.id).where(later.c.after == deliveries.c.id).exists()


def _old_changes(before_at: datetime, now: datetime) -> ColumnElement[bool]:
    """A channel's last change stays: it says that somebody has set the channel up."""
    row, other = changes.c, changes.alias("other")
    newer = select(other.c.id).where(other.c.destination == row.destination, other.c.id > row.id).exists()
    key = literal("change:") + cast(row.id, Text)
    unsent = select(deliveries.c.id).where(deliveries.c.key == key, deliveries.c.state.not_in(FINAL)).exists()
    final = or_(row.undo_until_at.is_(None), row.undo_until_at < now)
    return and_(row.made_at < before_at, final, or_(row.destination.is_(None), newer), ~unsent)


def _old_mutes(before_at: datetime, _now: datetime) -> ColumnElement[bool]:
    return mutes.c.until_at < before_at


def _old_slots(before_at: datetime, _now: datetime) -> ColumnElement[bool]:
    return slots.c.taken_at < before_at


def _old_feedback(before_at: datetime, _now: datetime) -> ColumnElement[bool]:
    return feedback.c.said_at < before_at


def _old_firsts(before_at: datetime, _now: datetime) -> ColumnElement[bool]:
    of_a_day = or_(*(firsts.c.key.startswith(prefix, autoescape=True) for prefix in _OF_A_DAY))
    return and_(firsts.c.done_at < before_at, of_a_day)


def _old_hosts(before_at: datetime, _now: datetime) -> ColumnElement[bool]:
    row = hosts.c
    until = (row.next_turn_at, row.put_off_until_at)
    return and_(row.written_at < before_at, *(or_(each.is_(None), each < before_at) for each in until))


def _old_robots(before_at: datetime, _now: datetime) -> ColumnElement[bool]:
    return robots.c.expires_at < before_at


Old = Callable[[datetime, datetime], ColumnElement[bool]]


def _count_of(table: Table, old: Old) -> Count:
    async def count(c: AsyncConnection, before_at: datetime, now: datetime) -> int:
        query = select(func.count()).select_from(table).where(old(before_at, now))
        found: int = (await c.execute(query)).scalar_one()
        return found

    return count


def _plain(table: Table, old: Old, *more: ColumnElement[bool], newest_first: bool = False) -> Step:
    """The deletion of a table's old rows by their primary key; those that refer to older ones go first."""
    key = tuple(table.primary_key.columns)
    order = [each.desc() for each in key] if newest_first else list(key)

    async def delete_next(c: AsyncConnection, before_at: datetime, now: datetime) -> int:
        query: Select[tuple[object, ...]] = select(*key).where(old(before_at, now), *more).order_by(*order)
        rows = (await c.execute(query.limit(ROWS_A_STEP))).all()
        if not rows:
            return 0
        if table is deliveries:
            pairs = delivery_subscriptions
            await c.execute(delete(pairs).where(pairs.c.delivery.in_([row[0] for row in rows])))
        if len(key) == 1:
            await c.execute(delete(table).where(key[0].in_([row[0] for row in rows])))
        else:
            await c.execute(delete(table).where(tuple_(*key).in_([tuple(row) for row in rows])))
        return len(rows)

    return Step(table.name, _count_of(table, old), delete_next)


TOLD: Sequence[Step] = (
    _plain(matches, _old_matches),
    _plain(deliveries, _old_deliveries, _unreferenced(), newest_first=True),
    _plain(slots, _old_slots),
    _plain(mutes, _old_mutes),
    _plain(changes, _old_changes),
    _plain(feedback, _old_feedback),
    _plain(firsts, _old_firsts),
    _plain(hosts, _old_hosts),
    _plain(robots, _old_robots),
)
"""What cleanup deletes by itself after a time, in this order."""
ALL: Sequence[Step] = (
    *TOLD,
    Step("stories", old_stories.count_stories, old_stories.delete_stories),
    Step("articles", old_stories.count_articles, old_stories.delete_articles),
)
"""What ``pactbot purge`` deletes."""
