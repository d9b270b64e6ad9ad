"""Reads and writes the ``hosts`` table: when each host may be asked next, shared by every process."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.future_instants import bounded
from bot.store.rows import insert_or_ignore
from bot.store.schema import hosts

LONGEST_WAIT = timedelta(days=1)
"""No host is asked to be left alone for longer: neither by Retry-After nor by Crawl-delay."""


async def _locked(c: AsyncConnection, host: str, now: datetime, pause_seconds: float = 0.0) -> tuple[datetime, float]:
    """Returns the host's next turn, which may be past, and its pause; the row is locked until the transaction ends.

    The turn that a clock wrote which was put back since is no further away than when it was written.
    """
    await c.execute(insert_or_ignore(c, hosts).values(host=host))
    row = (await c.execute(select(hosts).where(hosts.c.host == host).with_for_update())).one()
    pause_seconds = max(pause_seconds, row.pause_seconds or 0.0)
    if row.next_turn_at is None:
        return now, pause_seconds
    longest = LONGEST_WAIT if row.written_at is not None else timedelta(seconds=pause_seconds)
    return bounded(row.next_turn_at, now, longest, row.written_at), pause_seconds


async def take_turn(c: AsyncConnection, host: str, now: datetime, pause_seconds: float) -> datetime:
    """Reserves the next turn and returns when it begins; the turn after it is a pause later.

    The longer of ``pause_seconds`` and the host's own pause (Crawl-delay in its robots.txt) counts.
    """
    next_turn_at, longer_seconds = await _locked(c, host, now, pause_seconds)
    begins_at = max(now, next_turn_at)
    values = {"next_turn_at": begins_at + timedelta(seconds=longer_seconds), "written_at": now}
    await c.execute(update(hosts).where(hosts.c.host == host).values(**values))
    return begins_at


async def put_off(c: AsyncConnection, host: str, seconds: float, now: datetime) -> None:
    """Moves the next turn so many seconds away (Retry-After, back-off) unless it is later already."""
    next_turn_at, _ = await _locked(c, host, now)
    until_at = max(next_turn_at, now + timedelta(seconds=seconds))
    await c.execute(update(hosts).where(hosts.c.host == host).values(next_turn_at=until_at, written_at=now))


async def set_pause(c: AsyncConnection, host: str, pause_seconds: float | None) -> None:
    """Writes the host's own least pause, or None when its robots.txt asks for none."""
    await c.execute(insert_or_ignore(c, hosts).values(host=host))
    await c.execute(update(hosts).where(hosts.c.host == host).values(pause_seconds=pause_seconds))
