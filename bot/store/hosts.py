"""Reads and writes the ``hosts`` table: when each host may be asked next, shared by every process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.future_instants import bounded
from bot.store.rows import insert_or_ignore
from bot.store.schema import hosts

LONGEST_WAIT = timedelta(days=1)
"""No host is asked to be left alone for longer: neither by Retry-After nor by Crawl-delay."""


QUEUED_TURNS = 64
"""At most so many turns of a host are reserved at a time: no process runs more jobs."""


@dataclass(frozen=True, slots=True)
class HostRow:
    """What is stored of a host, with the pause that counts for it."""

    next_turn_at: datetime | None
    put_off_until_at: datetime | None
    """The end of its last Retry-After."""
    pause_seconds: float
    written_at: datetime | None


def free_at(row: HostRow, now: datetime) -> datetime:
    """Returns when the host may be asked next; that may be past.

    No stored turn is believed beyond what can have been reserved after a rate limit of at most a day, nor beyond its
    own length if a clock wrote it that was put back since.
    """
    put_off_until_at = bounded(row.put_off_until_at or now, now, LONGEST_WAIT, row.written_at)
    reserved = min(timedelta(seconds=QUEUED_TURNS * row.pause_seconds), LONGEST_WAIT)
    turn_at = bounded(row.next_turn_at or now, max(now, put_off_until_at), reserved, row.written_at)
    return max(put_off_until_at, turn_at)


async def _locked(c: AsyncConnection, host: str, pause_seconds: float = 0.0) -> HostRow:
    """Returns the host's row with the longer of both pauses; it is locked until the transaction ends."""
    await c.execute(insert_or_ignore(c, hosts).values(host=host))
    row = (await c.execute(select(hosts).where(hosts.c.host == host).with_for_update())).one()
    longer_seconds = max(pause_seconds, row.pause_seconds or 0.0)
    return HostRow(row.next_turn_at, row.put_off_until_at, longer_seconds, row.written_at)


async def take_turn(c: AsyncConnection, host: str, now: datetime, pause_seconds: float) -> datetime:
    """Reserves the next turn and returns when it begins; the turn after it is a pause later.

    The longer of ``pause_seconds`` and the host's own pause (Crawl-delay in its robots.txt) counts.
    """
    row = await _locked(c, host, pause_seconds)
    begins_at = max(now, free_at(row, now))
    put_off_until_at = min(row.put_off_until_at, begins_at) if row.put_off_until_at else None
    next_turn_at = begins_at + timedelta(seconds=row.pause_seconds)
    values = {"next_turn_at": next_turn_at, "put_off_until_at": put_off_until_at, "written_at": now}
    await c.execute(update(hosts).where(hosts.c.host == host).values(**values))
    return begins_at


async def put_off(c: AsyncConnection, host: str, seconds: float, now: datetime) -> None:
    """Lets nobody ask the host for so many seconds (Retry-After), or until a later end that is stored already."""
    row = await _locked(c, host)
    until_at = now + timedelta(seconds=seconds)
    if row.put_off_until_at is not None:
        until_at = max(until_at, bounded(row.put_off_until_at, now, LONGEST_WAIT, row.written_at))
    await c.execute(update(hosts).where(hosts.c.host == host).values(put_off_until_at=until_at, written_at=now))


async def set_pause(c: AsyncConnection, host: str, pause_seconds: float | None) -> None:
    """Writes the host's own least pause, or None when its robots.txt asks for none."""
    await c.execute(insert_or_ignore(c, hosts).values(host=host))
    await c.execute(update(hosts).where(hosts.c.host == host).values(pause_seconds=pause_seconds))
