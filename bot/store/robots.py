"""Reads and writes the ``robots`` table: each robots.txt as it was read, by scheme, host and port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from sqlalchemy import select

from bot.store.plain_statements import Statement, given
from bot.store.rows import fields_of, upsert_statement
from bot.store.schema import robots
from bot.store.steps import StepConnection, awaited


@dataclass(frozen=True, slots=True)
class RobotsRow:
    """The answer for one origin, as ``https://www.asiae.co.kr``."""

    origin: str
    status: int | None
    """HTTP status, or None without an answer."""
    body: str
    fetched_at: datetime
    expires_at: datetime


_OF_ORIGIN = Statement(select(robots).where(robots.c.origin == given(robots.c.origin)))
_PUT = upsert_statement(robots)
_names = [column.name for column in robots.columns]


def of_origins_in_step(c: StepConnection, origins: Sequence[str]) -> list[RobotsRow | None]:
    """Returns what was read last of each origin, expired or not."""
    found = c.each(_OF_ORIGIN, [{"origin": origin} for origin in origins])
    return [RobotsRow(**dict(zip(_names, rows[0], strict=True))) if rows else None for rows in found]


def put_all_in_step(c: StepConnection, rows: Sequence[RobotsRow]) -> list[None]:
    """Writes what was read now."""
    c.each(_PUT, [fields_of(row) for row in sorted(rows, key=attrgetter("origin"))])
    return [None] * len(rows)


of_origins = awaited(of_origins_in_step)
put_all = awaited(put_all_in_step)
