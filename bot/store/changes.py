"""The audit trail: who changed what, from what to what, and until when it can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import fetch_one
from bot.store.schema import changes


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a workspace's or a channel's settings."""

    id: int
    team: str
    destination: int | None
    who: str | None
    """U…; None: the operator's setting."""
    what: str
    before: Mapping[str, object]
    after: Mapping[str, object]
    made_at: datetime
    undo_until_at: datetime | None
    undone_at: datetime | None


async def add(
    c: AsyncConnection,
    *,
    team: str,
    destination: int | None,
    who: str | None,
    what: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
    made_at: datetime,
    undo_until_at: datetime | None = None,
) -> int:
    """Write it down; its number."""
    values = {"team": team, "destination": destination, "who": who, "what": what}
    states = {"before": dict(before), "after": dict(after), "made_at": made_at, "undo_until_at": undo_until_at}
    new = insert(changes).values(**values, **states).returning(changes.c.id)
    number: int = (await c.execute(new)).scalar_one()
    return number


async def get(c: AsyncConnection, team: str, number: int) -> Change | None:
    """The change, if this workspace made it."""
    return await fetch_one(c, Change, changes, changes.c.id == number, changes.c.team == team)


async def undo(c: AsyncConnection, team: str, number: int, now: datetime) -> bool:
    """Mark it as undone; False when it was already, is too old, or is not this workspace's."""
    row = changes.c
    still = update(changes).where(row.id == number, row.team == team, row.undone_at.is_(None), row.undo_until_at >= now)
    return (await c.execute(still.values(undone_at=now))).rowcount == 1
