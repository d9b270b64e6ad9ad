"""Corrects stored instants that the present clock cannot have written: a clock that was put back since wrote them.

A wait is stored as the instant until which it lasts. After the clock is put back by a day, such an instant is a day too
far away, and whatever waits for it would be silent for a day. So an instant is never believed beyond its longest wait,
nor a wait that was written in the future beyond its own length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, exists, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

MAX_SKEW = timedelta(minutes=1)
"""Clocks of two machines may differ by this much; what another machine wrote is corrected only beyond it."""


def bounded(until_at: datetime, now: datetime, longest: timedelta, written_at: datetime | None = None) -> datetime:
    """Returns the end of a wait: at most ``longest`` from now, and at most its own length where its start is known."""
    length = longest if written_at is None else min(longest, until_at - written_at)
    return min(until_at, now + max(length, timedelta(0)))


@dataclass(frozen=True, slots=True)
class StoredWait:
    """A column that holds the end of a wait. ``written`` is when the wait began, where that is stored."""

    until: Column[Any]
    longest: timedelta
    written: ColumnElement[Any] | None = None
    where: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """A column that holds the instant of something that has happened, which therefore cannot be in the future."""

    at: Column[Any]
    where: tuple[Any, ...] = ()


def _table(column: Column[Any]) -> Table:
    assert isinstance(column.table, Table)
    return column.table


async def waits_ahead(c: AsyncConnection, wait: StoredWait, now: datetime) -> Sequence[Any]:
    """Returns key, end and beginning of the waits that the present clock cannot have written."""
    latest = now + MAX_SKEW
    impossible = wait.until > latest + wait.longest
    if wait.written is not None:
        impossible = or_(impossible, wait.written > latest)
    columns = (wait.until.label("until_at"), (null() if wait.written is None else wait.written).label("written_at"))
    query = select(*_table(wait.until).primary_key.columns, *columns)
    return (await c.execute(query.where(wait.until > latest, impossible, *wait.where))).all()


async def correct_wait(c: AsyncConnection, wait: StoredWait, now: datetime) -> int:
    """Bounds the waits that the present clock cannot have written; returns their number."""
    rows = await waits_ahead(c, wait, now)
    table = _table(wait.until)
    for row in rows:
        same = and_(*(key == row._mapping[key.name] for key in table.primary_key.columns), wait.until == row.until_at)
        until_at = bounded(row.until_at, now, wait.longest, row.written_at)
        await c.execute(update(table).where(same).values({wait.until.key: until_at}))
    return len(rows)


async def has_event_ahead(c: AsyncConnection, event: StoredEvent, now: datetime) -> bool:
    """Whether a row says that something happened in the future."""
    ahead = select(_table(event.at)).where(event.at > now + MAX_SKEW, *event.where)
    return bool((await c.execute(select(exists(ahead)))).scalar_one())


async def correct_event(c: AsyncConnection, event: StoredEvent, now: datetime) -> int:
    """Moves what happened in the future to now; returns the number of rows."""
    ahead = update(_table(event.at)).where(event.at > now + MAX_SKEW, *event.where)
    return (await c.execute(ahead.values({event.at.key: now}))).rowcount
