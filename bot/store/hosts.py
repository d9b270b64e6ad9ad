"""Reads and writes the ``hosts`` table: when each host may be asked next, shared by every process."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import insert_or_ignore
from bot.store.schema import hosts


async def _locked(c: AsyncConnection, host: str) -> tuple[datetime | None, float | None]:
    """Returns the host's next turn and pause; its row is made if need be, and locked until the transaction ends."""
    await c.execute(insert_or_ignore(c, hosts).values(host=host))
    row = (await c.execute(select(hosts).where(hosts.c.host == host).with_for_update())).one()
    return row.next_turn_at, row.pause_seconds


async def take_turn(c: AsyncConnection, host: str, now: datetime, pause_seconds: float) -> datetime:
    """Reserves the next turn and returns when it begins; the turn after it is a pause later.

    The longer of ``pause_seconds`` and the host's own pause (Crawl-delay in its robots.txt) counts.
    """
    next_turn_at, own_seconds = await _locked(c, host)
    begins_at = max(now, next_turn_at) if next_turn_at else now
    after = begins_at + timedelta(seconds=max(pause_seconds, own_seconds or 0.0))
    await c.execute(update(hosts).where(hosts.c.host == host).values(next_turn_at=after))
    return begins_at


async def put_off(c: AsyncConnection, host: str, until_at: datetime) -> None:
    """Moves the next turn to ``until_at`` (Retry-After, back-off) unless it is later already."""
    next_turn_at, _ = await _locked(c, host)
    if next_turn_at is None or next_turn_at < until_at:
        await c.execute(update(hosts).where(hosts.c.host == host).values(next_turn_at=until_at))


async def set_pause(c: AsyncConnection, host: str, pause_seconds: float | None) -> None:
    """Writes the host's own least pause, or None when its robots.txt asks for none."""
    await _locked(c, host)
    await c.execute(update(hosts).where(hosts.c.host == host).values(pause_seconds=pause_seconds))
