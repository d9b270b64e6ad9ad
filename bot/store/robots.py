"""Reads and writes the ``robots`` table: each robots.txt as it was read, by scheme, host and port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import chunks, fields_of, from_row, upsert_rows
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


async def of_origins(c: AsyncConnection, origins: Sequence[str]) -> list[RobotsRow | None]:
    """Returns what was read last of each origin, expired or not."""
    found = {}
    for some in chunks(set(origins)):
        for row in await c.execute(select(robots).where(robots.c.origin.in_(some))):
            found[row.origin] = from_row(RobotsRow, row)
    return [found.get(origin) for origin in origins]


async def put_all(c: AsyncConnection, rows: Sequence[RobotsRow]) -> list[None]:
    """Writes what was read now, with one statement."""
    await upsert_rows(c, robots, [fields_of(row) for row in sorted(rows, key=attrgetter("origin"))])
    return [None] * len(rows)
