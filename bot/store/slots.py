"""Digest slots: a row says that a channel's digest of a local date and a slot was made.

A clock that rings twice is a no-op.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import inserted
from bot.store.schema import slots


async def take(c: AsyncConnection, team: str, destination: int, local_date: date, slot: str, now: datetime) -> bool:
    """True for the one who makes this digest; False for everyone after."""
    key = {"team": team, "destination": destination, "local_date": local_date, "slot": slot}
    return await inserted(c, slots, **key, taken_at=now)


async def is_taken(c: AsyncConnection, destination: int, local_date: date, slot: str) -> bool:
    """Whether somebody made this digest; only ``take`` decides who may."""
    row = slots.c
    mine = select(row.slot).where(row.destination == destination, row.local_date == local_date, row.slot == slot)
    return (await c.execute(mine)).first() is not None


async def last_taken_at(c: AsyncConnection, destination: int) -> datetime | None:
    """When a channel's last digest was made."""
    query = select(slots.c.taken_at).where(slots.c.destination == destination).order_by(slots.c.taken_at.desc())
    found: datetime | None = (await c.execute(query.limit(1))).scalar_one_or_none()
    return found
