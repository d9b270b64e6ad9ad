"""Reads and writes the ``mutes`` table: stories and outlets that a channel mutes; each mute has an end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import from_row
from bot.store.schema import mutes

MuteKind = Literal["story", "outlet"]


@dataclass(frozen=True, slots=True)
class Mute:
    """A story (``91``) or an outlet (its key) that a channel mutes until ``until_at``."""

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


async def active(c: AsyncConnection, destination: int, now: datetime) -> tuple[Mute, ...]:
    """Returns the mutes of a channel that run now."""
    row = mutes.c
    query = select(mutes).where(row.destination == destination, row.ended_at.is_(None), row.until_at > now)
    return tuple(from_row(Mute, each) for each in await c.execute(query.order_by(row.id)))


async def until(c: AsyncConnection, destination: int, kind: MuteKind, target: str, now: datetime) -> datetime | None:
    """Returns until when a channel mutes this target, or None."""
    running = await active(c, destination, now)
    ends = (mute.until_at for mute in running if (mute.kind, mute.target) == (kind, target))
    return max(ends, default=None)
