"""Finds the channels that a worker claims in next, without reading all that waits in them.

A channel is a candidate (``destinations.may_post``) from the moment at which a delivery of it may have become ready:
one became due, or what kept it from going out ended. Triggers of the database see to it, so that no writer can forget
it, not even a process of an older version. A claim looks at the first candidates, and those in which nothing is ready
are none until the next such moment. On PostgreSQL the triggers note the channel in ``due_channels``, because an update
of the channel would let one that enqueues wait for another; a claim makes candidates of the channels that are noted.

A claim that takes a channel off the candidates has its row locked, and every trigger locks it against that first: what
becomes ready meanwhile is noted after the claim has committed. A reply's parent is in the reply's own channel.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.deliveries.shares import Shares
from bot.store.installations import is_stopped
from bot.store.schema import (
    MAY_POST_DESTINATION,
    Utc,
    deliveries,
    destinations,
    due_channels,
)

WINDOW = 64
"""Candidates that one look reads, unless a worker may begin more than half as many calls."""
LOOKS = 16
"""How often one claim looks again, after candidates in which nothing was ready filled its look."""
CHANNELS_OF_A_TEAM = 8
"""Channels of another workspace that one claim finds behind a few workspaces whose channels fill its look."""
TEAMS = 1_000
"""Other workspaces that it looks at there."""
NOTES = 200
"""Noted channels that one claim makes candidates."""

_Channel = tuple[int, str]
"""The id of a channel, and its workspace."""
_channel = destinations.c
_due = deliveries.alias("waiting")
_parent = deliveries.alias("first")
_other = deliveries.alias("other")
_NOW = bindparam("now", type_=Utc())
_LIMIT = bindparam("most", type_=Integer())
_PAUSED: BindParameter[Any] = bindparam("paused", expanding=True)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)

# ── conditions ─────────────────────────────────────────────────────────────────────────────────────────────


def open_channel() -> ColumnElement[bool]:
    """The channel is active, and its workspace is not stopped."""
    return and_(_channel.state == "active", not_(is_stopped(_channel.team)))


def pause_over() -> ColumnElement[bool]:
    """The channel may be posted to by now."""
    return or_(_channel.next_post_at.is_(None), _channel.next_post_at <= _NOW)


def head() -> ScalarSelect[int]:
    """The channel's first delivery that is due and whose parent is sent.

    No clock is asked: ``not_before`` of a due delivery is when it became due, by the clock of whoever wrote it, and by
    the clock of a worker that is behind, a later delivery of another process would go first.
    """
    parent_state = select(_parent.c.state).where(_parent.c.id == _due.c.after).scalar_subquery()
    query = select(_due.c.id).where(_due.c.state == "due", _due.c.destination == _channel.id)
    query = query.where(or_(_due.c.after.is_(None), parent_state == "sent"))
    return query.order_by(_due.c.id).limit(1).correlate(destinations).scalar_subquery()


def ready() -> ColumnElement[bool]:
    """The channel is open, has a first delivery, and nothing on its way or unknown."""
    busy = exists().where(_other.c.destination == _channel.id, _other.c.state.in_(("sending", "unknown")))
    return and_(open_channel(), head().is_not(None), not_(busy.correlate(destinations)))


# ── statements ─────────────────────────────────────────────────────────────────────────────────────────────


def _in_order(*where: ColumnElement[bool]) -> tuple[Select[int], Select[int]]:
    """The candidates that were never posted to, and the others, those first that have waited longest.

    They are two queries, because NULL is first in SQLite's index and last in PostgreSQL's.
    """
    query = select(_channel.id).where(MAY_POST_DESTINATION, *where)
    in_order = query.order_by(_channel.next_post_at, _channel.id)  # by id alone PostgreSQL would read all channels
    return in_order.where(_channel.next_post_at.is_(None)), in_order.where(_channel.next_post_at <= _NOW)


def _window() -> Select[Any]:
    first = [query.limit(_LIMIT).subquery() for query in _in_order(_channel.id.not_in(_PAUSED))]
    ids = union_all(*(select(each.c.id) for each in first))
    return _with_readiness(select(_channel.id).where(_channel.id.in_(ids)))


def _first_of_teams() -> Select[Any]:
    """The first candidate of each workspace but some, found from workspace to workspace."""
    another, is_candidate = destinations.alias("another"), text("another.may_post")
    first_team = select(func.min(another.c.team)).where(is_candidate).scalar_subquery()
    walk = select(first_team.label("team"), literal(1).label("number")).cte("walk", recursive=True)
    after = select(another.c.team).where(is_candidate, another.c.team > walk.c.team)
    following = after.order_by(another.c.team).limit(1).correlate(walk).scalar_subquery()
    step = select(following, walk.c.number + 1).where(walk.c.team.is_not(None), walk.c.number < TEAMS)
    walk = walk.union_all(step)
    never, posted_to = (
        query.limit(1).correlate(walk).scalar_subquery()
        for query in _in_order(_channel.team == walk.c.team, _channel.id.not_in(_PAUSED))
    )
    known: BindParameter[Any] = bindparam("known", expanding=True)
    firsts = select(func.coalesce(never, posted_to)).where(walk.c.team.is_not(None), walk.c.team.not_in(known))
    return _with_readiness(select(_channel.id).where(_channel.id.in_(firsts)))


def _with_readiness(ids: Select[Any]) -> Select[Any]:
    """The first of these channels, those first that have waited longest, and whether each is ready."""
    order = (_channel.next_post_at.nulls_first(), _channel.id)
    first = ids.order_by(*order).limit(_LIMIT).subquery()
    query = select(_channel.id, _channel.team, ready().label("ready")).where(_channel.id.in_(select(first.c.id)))
    return query.order_by(*order)


_WINDOW = _window()
_FIRST_OF_TEAMS = _first_of_teams()
_LOCK = select(_channel.id).where(_channel.id.in_(_IDS)).with_for_update(skip_locked=True, of=destinations)
_LOCK_OPEN = _LOCK.where(pause_over(), open_channel())
_FORGET_LOCKED = update(destinations).where(_channel.id.in_(_IDS)).values(may_post=False)
_FORGET = _FORGET_LOCKED.where(not_(ready()))
_HEADS = select(head()).where(_channel.id.in_(_IDS), ready())
_NOTED = select(due_channels.c.destination).order_by(due_channels.c.id).limit(NOTES)
# not for the sake of its key: who enqueues there holds the channel, and is not waited for
_LOCK_NOTED = select(_channel.id).where(_channel.id.in_(_NOTED)).with_for_update(key_share=True, skip_locked=True)
_MARK = update(destinations).where(_channel.id.in_(_IDS), not_(_channel.may_post)).values(may_post=True)
_DUE_CHANNELS = select(_other.c.destination).where(_other.c.state == "due")
_MISSED = select(_channel.id).where(
    not_(_channel.may_post),
    _channel.id.in_(_DUE_CHANNELS),
    _channel.id.not_in(select(due_channels.c.destination)),
    ready(),
)
_UNNOTE = delete(due_channels).where(due_channels.c.destination.in_(_IDS))


def any_candidate() -> ColumnElement[bool]:
    """Whether a claim has a channel to look at: an expression for a query.

    The first of each order is asked for: asked whether one exists, PostgreSQL would read the table until one may post.
    """
    first = (query.limit(1).scalar_subquery().is_not(None) for query in _in_order())
    return or_(exists(select(due_channels.c.id)), *first)


# ── looking ────────────────────────────────────────────────────────────────────────────────────────────────


async def lock_ready(c: AsyncConnection, now: datetime, shares: Shares, paused: Sequence[int]) -> list[int]:
    """Locks channels in which a delivery is ready, those first that have waited longest, within the shares."""
    await mark_noted(c)
    moments = {"now": now, "paused": list(paused)}
    found = await _look(c, shares, moments)
    locked: list[int] = []
    while chosen := [each for each in shares.chosen(found) if each not in locked]:
        got = set((await c.execute(_LOCK_OPEN, {"now": now, "ids": chosen})).scalars())
        locked += [each for each in chosen if each in got]
        if len(got) == len(chosen):
            break
        found = [(id_, team) for id_, team in found if id_ not in chosen or id_ in got]  # others are another worker's
    return locked


async def heads_of(c: AsyncConnection, locked: Collection[int]) -> list[int]:
    """The first delivery of each of these channels that is ready now."""
    return list((await c.execute(_HEADS, {"ids": list(locked)})).scalars())


async def forget_locked(c: AsyncConnection, locked: Collection[int]) -> None:
    """Takes locked channels off the candidates, because something is on its way there now."""
    if locked:
        await c.execute(_FORGET_LOCKED, {"ids": list(locked)})


async def _look(c: AsyncConnection, shares: Shares, moments: dict[str, Any]) -> list[_Channel]:
    """Channels in which a delivery is ready; more than one worker may begin calls in."""
    full, moments = set(shares.full()), {**moments, "most": max(WINDOW, 2 * shares.most())}
    found: list[_Channel] = []
    for _ in range(LOOKS):
        rows = (await c.execute(_WINDOW, moments)).all()
        found = [(row.id, row.team) for row in rows if row.ready and row.team not in full]
        forgotten = await _forget(c, [row.id for row in rows if not row.ready])
        is_all = len(rows) < moments["most"]
        if is_all or len(found) >= shares.most() or not forgotten:
            break
    if shares.is_single or (is_all and len(found) < shares.most()):
        return found
    first = found[: shares.most()]
    known = {*shares.running, *(team for _, team in first)}
    others = [each for each in found if each[1] not in known]
    if not is_all and len({team for _, team in found}) < shares.room:
        others += await _behind_a_flood(c, {*known, *(team for _, team in others)}, moments)
    return [*others, *first]


async def _behind_a_flood(c: AsyncConnection, known: Collection[str], moments: dict[str, Any]) -> list[_Channel]:
    """Few workspaces fill the look: the first channels of the other ones, then their second ones, and so on."""
    others: list[_Channel] = []
    passed = list(moments["paused"])
    for _ in range(CHANNELS_OF_A_TEAM):
        rows = (await c.execute(_FIRST_OF_TEAMS, {**moments, "known": sorted(known), "paused": passed})).all()
        await _forget(c, [row.id for row in rows if not row.ready])
        others += [(row.id, row.team) for row in rows if row.ready]
        passed += [row.id for row in rows]
        if not rows or len(others) >= moments["most"]:
            break
    return others


async def _forget(c: AsyncConnection, ids: Sequence[int]) -> int:
    """Takes those of the channels off the candidates in which nothing is ready; how many there were."""
    if not ids:
        return 0
    locked = list((await c.execute(_LOCK, {"ids": list(ids)})).scalars())
    # another statement, which sees all that was committed before the lock
    return (await c.execute(_FORGET, {"ids": locked})).rowcount if locked else 0


async def mark_noted(c: AsyncConnection) -> None:
    """Makes candidates of the channels that triggers noted; waits for nobody."""
    if c.dialect.name != "postgresql":
        return
    if ids := list((await c.execute(_LOCK_NOTED)).scalars()):
        await mark(c, ids)
        await c.execute(_UNNOTE, {"ids": ids})


# ── checking ───────────────────────────────────────────────────────────────────────────────────────────────


async def missed(c: AsyncConnection) -> list[int]:
    """Channels in which a delivery is ready, and that are no candidates: none while the triggers stand."""
    return list((await c.execute(_MISSED)).scalars())


async def mark(c: AsyncConnection, ids: Sequence[int]) -> None:
    """Makes candidates of these channels."""
    await c.execute(_MARK, {"ids": list(ids)})
