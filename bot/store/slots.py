"""Reads and writes the ``slots`` table: a row says that a channel's digest of a local date and slot was made.

So a digest job that runs twice makes one digest.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import try_insert
from bot.store.schema import slots


async def take(c: AsyncConnection, team: str, destination: int, local_date: date, slot: str, now: datetime) -> bool:
    """Returns True for the first caller, who makes the digest, and False for everyone after."""
    key = {"team": team, "destination": destination, "local_date": local_date, "slot": slot}
    return await try_insert(c, slots, **key, taken_at=now)


async def taken(c: AsyncConnection, names_of: Mapping[tuple[str, int], Collection[str]]) -> set[tuple[int, str]]:
    """Returns those of these digests that were made, by channel and slot; only ``take`` decides who makes one.

    ``names_of`` has the slots of each channel, by its workspace and id.
    """
    names = {name for of_channel in names_of.values() for name in of_channel}
    if not names:
        return set()
    row = slots.c
    first_on = date.fromisoformat(min(names)[:10]) - timedelta(days=1)  # a local date may be the day before
    where = (row.local_date >= first_on, row.slot.in_(names))
    teams = {team for team, _ in names_of}
    channels = {destination for _, destination in names_of}
    # in the order of the primary key: the digests of all time are many
    query = select(row.team, row.destination, row.slot).where(
        row.team.in_(teams), row.destination.in_(channels), *where
    )
    rows = await c.execute(query)
    return {(destination, slot) for team, destination, slot in rows if slot in names_of.get((team, destination), ())}


async def newest(c: AsyncConnection, team: str, destination: int) -> list[tuple[date, str, datetime]]:
    """Returns the local date, the slot and the taking of a channel's last few digests, the newest first."""
    row = slots.c
    query = select(row.local_date, row.slot, row.taken_at).where(row.team == team, row.destination == destination)
    rows = await c.execute(query.order_by(row.local_date.desc(), row.slot.desc()).limit(5))
    return [(on, slot, taken_at) for on, slot, taken_at in rows]
