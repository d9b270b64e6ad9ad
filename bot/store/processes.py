"""Reads and writes the ``processes`` table: the bot's processes over one database, each with its last heartbeat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import from_row, try_insert
from bot.store.schema import processes

_row = processes.c


@dataclass(frozen=True, slots=True)
class Process:
    """A process with its part: ``slack``, ``clock``, ``worker``, or ``all`` of them."""

    name: str
    part: str
    started_at: datetime
    beat_at: datetime
    ended_at: datetime | None = None
    """When it stopped in order; None while it runs, and for one that was killed."""


async def beat(c: AsyncConnection, process: Process) -> None:
    """Stores a heartbeat."""
    beats = update(processes).where(_row.name == process.name).values(beat_at=process.beat_at)
    if (await c.execute(beats)).rowcount == 0:
        new = {"part": process.part, "started_at": process.started_at, "beat_at": process.beat_at}
        await try_insert(c, processes, name=process.name, **new)


async def end(c: AsyncConnection, name: str, now: datetime) -> None:
    """Notes that a process stopped in order."""
    await c.execute(update(processes).where(_row.name == name).values(ended_at=now))


async def all_of(c: AsyncConnection) -> tuple[Process, ...]:
    """Returns the processes of the last day, oldest first."""
    rows = await c.execute(select(processes).order_by(_row.started_at, _row.name))
    return tuple(from_row(Process, row) for row in rows)


async def forget(c: AsyncConnection, before: datetime) -> None:
    """Deletes processes whose last heartbeat is older."""
    await c.execute(delete(processes).where(_row.beat_at < before))
