"""Reads and writes the ``sources`` table: what is kept of each source between two readings, and its health."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import fetch_one, from_row, upsert
from bot.store.schema import sources

STOPPED = "stopped"
"""The ``error_code`` of a source that is asked no more."""
MOST_INTERVALS = 4
"""A source is read at least once in so many of its outlet's ``every_minutes``, however quiet it is."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source of one outlet; ``outlet`` and ``url`` (as the spec has it) are its key."""

    outlet: str
    url: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    full_read_at: datetime | None = None
    moved_to: str | None = None
    baseline_at: datetime | None = None
    """When its first reading stored its headlines as a baseline, or None before that."""
    last_try_at: datetime | None = None
    last_ok_at: datetime | None = None
    failing_since: datetime | None = None
    error_code: str | None = None
    error: str | None = None
    failures: int = 0
    """In a row."""
    next_due_at: datetime | None = None
    newest_at: datetime | None = None
    latency_seconds: float | None = None
    articles_total: int = 0
    gone_first_at: datetime | None = None
    """When it first answered 410; a second 410 a day later stops the source."""
    interval_minutes: float | None = None
    """The minutes from its last reading to the next, or None before an interval was adapted."""
    ttl_minutes: float | None = None
    """How often it asks to be read (ttl, sy:updatePeriod)."""
    news_a_day: float | None = None
    """How many new entries it lists in a day, averaged over about a day."""

    def present_interval_minutes(self, every_minutes: float) -> float:
        """Returns the minutes between two readings at present: its own, as far as its outlet's spec allows."""
        return min(max(self.interval_minutes or every_minutes, every_minutes), every_minutes * MOST_INTERVALS)


async def get(c: AsyncConnection, outlet: str, url: str) -> SourceRow | None:
    """Returns the source's row, or None before its first reading."""
    return await fetch_one(c, SourceRow, sources, sources.c.outlet == outlet, sources.c.url == url)


async def save(c: AsyncConnection, row: SourceRow) -> None:
    """Writes the whole row."""
    await upsert(c, sources, asdict(row))


async def all_of(c: AsyncConnection) -> tuple[SourceRow, ...]:
    """Returns every source ever read, in the order of outlets."""
    rows = await c.execute(select(sources).order_by(sources.c.outlet, sources.c.url))
    return tuple(from_row(SourceRow, row) for row in rows)
