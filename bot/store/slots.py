"""Reads and writes the ``slots`` table: a row says that a channel's digest of a local date and slot was made.

So a digest job that runs twice makes one digest.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import try_insert
from bot.store.schema import slots


async def take(c: AsyncConnection, team: str, destination: int, local_date: date, slot: str, now: datetime) -> bool:
    """Returns True for the first caller, who makes the digest, and False for everyone after."""
    key = {"team": team, "destination": destination, "local_date": local_date, "slot": slot}
    return await try_insert(c, slots, **key, taken_at=now)


async def taken(c: AsyncConnection, team: str, destination: int, names: Collection[str]) -> frozenset[str]:
    """Returns those of these digests that were made; only ``take`` decides who makes one."""
    of_channel = (slots.c.team == team, slots.c.destination == destination)  # the primary key begins with both
    query = select(slots.c.slot).where(*of_channel, slots.c.slot.in_(names))
    return frozenset((await c.execute(query)).scalars())
