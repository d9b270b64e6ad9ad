"""Reads and writes the ``changes`` table: the audit trail of settings, with how long a change can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import fetch_one, from_row
from bot.store.schema import changes

UNDONE = "undone"
"""The kind of a change that took another one back."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a workspace's or a channel's settings."""

    id: int
    team: str
    destination: int | None
    who: str | None
    """U… of the person; None for a setting of the operator."""
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
    """Writes a change; returns its id."""
    values = {"team": team, "destination": destination, "who": who, "what": what}
    states = {"before": dict(before), "after": dict(after), "made_at": made_at, "undo_until_at": undo_until_at}
    new = insert(changes).values(**values, **states).returning(changes.c.id)
    change_id: int = (await c.execute(new)).scalar_one()
    return change_id


async def get(c: AsyncConnection, team: str, change_id: int) -> Change | None:
    """Returns the change, or None if this workspace did not make it."""
    return await fetch_one(c, Change, changes, changes.c.id == change_id, changes.c.team == team)


async def any_of(c: AsyncConnection, destination: int) -> bool:
    """Returns whether anything was ever changed in a channel."""
    made = select(changes.c.id).where(changes.c.destination == destination).limit(1)
    return (await c.execute(made)).first() is not None


async def last_undoable(
    c: AsyncConnection, destination: int, now: datetime, *, who: str | None = None
) -> Change | None:
    """Returns a channel's last change (or that person's) that can still be undone and is no undoing itself."""
    row = changes.c
    where = [row.destination == destination, row.undone_at.is_(None), row.undo_until_at >= now, row.what != UNDONE]
    if who is not None:
        where.append(row.who == who)
    found = (await c.execute(select(changes).where(*where).order_by(row.id.desc()).limit(1))).first()
    return from_row(Change, found) if found is not None else None


async def set_undone(c: AsyncConnection, change_id: int, undone_at: datetime | None) -> None:
    """Marks a change as undone, or (None) as made again."""
    await c.execute(update(changes).where(changes.c.id == change_id).values(undone_at=undone_at))


async def newest(c: AsyncConnection, team: str, count: int) -> tuple[Change, ...]:
    """Returns the last changes of a workspace, newest first."""
    query = select(changes).where(changes.c.team == team).order_by(changes.c.id.desc()).limit(count)
    return tuple(from_row(Change, row) for row in await c.execute(query))


async def undo(c: AsyncConnection, team: str, change_id: int, now: datetime) -> bool:
    """Marks a change as undone; returns False if it was already, is too old, or is another workspace's."""
    row = changes.c
    undoable = (row.undone_at.is_(None), row.undo_until_at >= now)
    this = update(changes).where(row.id == change_id, row.team == team, *undoable)
    return (await c.execute(this.values(undone_at=now))).rowcount == 1
