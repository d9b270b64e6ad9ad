"""Mutes: what a channel does not want to hear of for a while. They always end."""

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
    """A story (``91``) or an outlet (its key) that a channel mutes until then."""

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
    """Mute it; a mute of the same thing that still runs is ended for this one."""
    await end(c, destination, kind, target, now)
    values = {"team": team, "destination": destination, "kind": kind, "target": target, "person": person}
    new = insert(mutes).values(**values, made_at=now, until_at=until_at).returning(mutes.c.id)
    number: int = (await c.execute(new)).scalar_one()
    return number


async def end(c: AsyncConnection, destination: int, kind: MuteKind, target: str, now: datetime) -> bool:
    """Unmute; False when it was not muted."""
    row = mutes.c
    mine = update(mutes).where(row.destination == destination, row.kind == kind, row.target == target)
    running = mine.where(row.ended_at.is_(None), row.until_at > now)
    return (await c.execute(running.values(ended_at=now))).rowcount > 0


async def active(c: AsyncConnection, destination: int, now: datetime) -> tuple[Mute, ...]:
    """What a channel mutes now."""
    row = mutes.c
    query = select(mutes).where(row.destination == destination, row.ended_at.is_(None), row.until_at > now)
    return tuple(from_row(Mute, found) for found in await c.execute(query.order_by(row.id)))


async def until(c: AsyncConnection, destination: int, kind: MuteKind, target: str, now: datetime) -> datetime | None:
    """Until when a channel mutes this, or None."""
    mine = [mute for mute in await active(c, destination, now) if (mute.kind, mute.target) == (kind, target)]
    return max((mute.until_at for mute in mine), default=None)
