"""Reads and writes the ``mutes`` table: stories, outlets and subscriptions that a channel mutes, each until an end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.future_instants import MAX_SKEW, bounded
from bot.store.rows import chunks, from_row
from bot.store.schema import deliveries, mutes

MuteKind = Literal["story", "outlet", "subscription"]
PASSED_WITHIN = timedelta(days=1)
_row = mutes.c
_RUNS = (_row.ended_at.is_(None), _row.until_at > bindparam("now"))
_IN_CHANNELS = _row.destination.in_(bindparam("destinations", expanding=True))
_ACTIVE = select(mutes).where(_IN_CHANNELS, *_RUNS).order_by(_row.until_at, _row.id)


@dataclass(frozen=True, slots=True)
class Mute:
    """A story (``91``), an outlet (its key) or a subscription (``12``) that a channel mutes until ``until_at``."""

    id: int
    team: str
    destination: int
    kind: MuteKind
    target: str
    person: str | None
    made_at: datetime
    until_at: datetime
    ended_at: datetime | None


async def add(
    c: AsyncConnection,
    *,
    team: str,
    destination: int,
    kind: MuteKind,
    target: str,
    person: str | None,
    now: datetime,
    until_at: datetime,
) -> int:
    """Writes a mute in place of a running one of the same target; returns its id."""
    await end(c, destination, kind, target, now)
    values = {"team": team, "destination": destination, "kind": kind, "target": target, "person": person}
    new = insert(mutes).values(**values, made_at=now, until_at=until_at).returning(mutes.c.id)
    mute_id: int = (await c.execute(new)).scalar_one()
    return mute_id


async def end(c: AsyncConnection, destination: int, kind: MuteKind, target: str, now: datetime) -> bool:
    """Ends a running mute; returns False if there is none."""
    row = mutes.c
    of_target = update(mutes).where(row.destination == destination, row.kind == kind, row.target == target)
    running = of_target.where(row.ended_at.is_(None), row.until_at > now)
    return (await c.execute(running.values(ended_at=now))).rowcount > 0


def subscriptions_muted(running: Iterable[Mute]) -> dict[int, datetime]:
    """Returns until when each subscription is muted, among mutes that run."""
    ends: dict[int, datetime] = {}
    for mute in running:
        if mute.kind == "subscription":
            ends[int(mute.target)] = max(mute.until_at, ends.get(int(mute.target), mute.until_at))
    return ends


async def retarget(c: AsyncConnection, kind: MuteKind, old: str, new: str) -> None:
    """Lets every mute of a target hold another one instead."""
    of_target = update(mutes).where(mutes.c.kind == kind, mutes.c.target == old)
    await c.execute(of_target.values(target=new))


async def active(c: AsyncConnection, destination: int, now: datetime) -> tuple[Mute, ...]:
    """Returns the mutes of a channel that run now; of two that have the same target, the longer one comes last.

    Two run where two channels became one.
    """
    return (await active_in(c, [destination], now)).get(destination, ())


async def active_in(c: AsyncConnection, destination_ids: Iterable[int], now: datetime) -> dict[int, tuple[Mute, ...]]:
    """Returns the mutes that run now in each of these channels, as ``active`` does; one without a mute is absent."""
    running: dict[int, tuple[Mute, ...]] = {}
    for ids in chunks(destination_ids):
        for each in await c.execute(_ACTIVE, {"destinations": ids, "now": now}):
            running[each.destination] = (*running.get(each.destination, ()), from_row(Mute, each))
    return running


async def passed(c: AsyncConnection, now: datetime) -> tuple[Mute, ...]:
    """Returns the mutes of stories whose end has passed since yesterday and that nobody has marked as ended."""
    was_not_marked = (_row.ended_at.is_(None), _row.until_at <= now, _row.until_at > now - PASSED_WITHIN)
    query = select(mutes).where(*was_not_marked, _row.kind == "story").order_by(_row.id)
    return tuple(from_row(Mute, row) for row in await c.execute(query))


async def mark_passed(c: AsyncConnection, mute: Mute) -> None:
    """Marks a mute whose end has passed as ended then."""
    await c.execute(update(mutes).where(_row.id == mute.id, _row.ended_at.is_(None)).values(ended_at=mute.until_at))


async def until(c: AsyncConnection, destination: int, kind: MuteKind, target: str, now: datetime) -> datetime | None:
    """Returns until when a channel mutes this target, or None."""
    running = await active(c, destination, now)
    ends = (mute.until_at for mute in running if (mute.kind, mute.target) == (kind, target))
    return max(ends, default=None)


async def made_ahead(c: AsyncConnection, now: datetime) -> tuple[Mute, ...]:
    """Returns the mutes that a clock made which was put back since."""
    query = select(mutes).where(mutes.c.ended_at.is_(None), mutes.c.made_at > now + MAX_SKEW)
    return tuple(from_row(Mute, row) for row in await c.execute(query))


async def move_back(c: AsyncConnection, mute: Mute, longest: timedelta, now: datetime) -> None:
    """Lets a mute begin now and keep its length; what it holds is held until its new end."""
    until_at = bounded(mute.until_at, now, longest, mute.made_at)
    await c.execute(update(mutes).where(mutes.c.id == mute.id).values(made_at=now, until_at=until_at))
    row = deliveries.c
    held = update(deliveries).where(row.destination == mute.destination, row.state == "held")
    await c.execute(held.where(row.not_before == mute.until_at).values(not_before=until_at))
