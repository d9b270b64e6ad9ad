"""Reads and writes the ``robots`` table: each robots.txt as it was read, by scheme, host and port."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import fetch_one, upsert
from bot.store.schema import robots


@dataclass(frozen=True, slots=True)
class RobotsRow:
    """The answer for one origin, as ``https://www.asiae.co.kr``."""

    origin: str
    status: int | None
    """HTTP status, or None without an answer."""
    body: str
    fetched_at: datetime
    expires_at: datetime


async def get(c: AsyncConnection, origin: str) -> RobotsRow | None:
    """Returns what was read last, expired or not."""
    return await fetch_one(c, RobotsRow, robots, robots.c.origin == origin)


async def put(c: AsyncConnection, row: RobotsRow) -> None:
    """Writes what was read now."""
    await upsert(c, robots, asdict(row))
