"""Reads and writes the ``sources`` table: what is kept of each source between two readings, and its health."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from operator import attrgetter

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.plain_statements import Statement, given
from bot.store.rows import chunks, fetch_one, fields_of, from_row, upsert, upsert_rows, upsert_statement
from bot.store.schema import sources
from bot.store.steps import StepConnection

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


async def of_outlets(c: AsyncConnection, outlets: Iterable[str]) -> dict[tuple[str, str], SourceRow]:
    """Returns the rows of the outlets' sources that were ever read, by outlet and address."""
    query = select(sources)
    rows = [
        from_row(SourceRow, row)
        for some in chunks(outlets)
        for row in await c.execute(query.where(sources.c.outlet.in_(some)))
    ]
    return {(row.outlet, row.url): row for row in rows}


async def save(c: AsyncConnection, row: SourceRow) -> None:
    """Writes the whole row."""
    await upsert(c, sources, asdict(row))


async def save_all(c: AsyncConnection, rows: Iterable[SourceRow]) -> None:
    """Writes whole rows with one statement."""
    in_order = sorted(rows, key=lambda row: (row.outlet, row.url))
    await upsert_rows(c, sources, [fields_of(row) for row in in_order])


_TOUCHED = ("last_try_at", "last_ok_at", "latency_seconds", "next_due_at", "interval_minutes", "news_a_day")
"""The columns that a reading changes which finds nothing new after one that succeeded."""
_rest = attrgetter(*(each.name for each in fields(SourceRow) if each.name not in _TOUCHED))
_TOUCH = Statement(
    update(sources)
    .where(sources.c.outlet == given(sources.c.outlet, "of_outlet"), sources.c.url == given(sources.c.url, "of_url"))
    .values({name: given(sources.c[name]) for name in _TOUCHED})
)
_SAVE = upsert_statement(sources)


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A source's row before and after a reading."""

    before: SourceRow
    after: SourceRow

    @property
    def is_touched(self) -> bool:
        """Whether only times and paces differ."""
        return bool(_rest(self.before) == _rest(self.after))


def save_some_in_step(c: StepConnection, changed: Sequence[ChangedRow]) -> list[None]:
    """Writes the rows after their readings: of most only times and paces."""
    in_order = sorted(changed, key=lambda each: (each.after.outlet, each.after.url))
    touched = [each.after for each in in_order if each.is_touched]
    c.each(
        _TOUCH,
        [
            {"of_outlet": row.outlet, "of_url": row.url, **{name: getattr(row, name) for name in _TOUCHED}}
            for row in touched
        ],
    )
    c.each(_SAVE, [fields_of(each.after) for each in in_order if not each.is_touched])
    return [None] * len(changed)


async def all_of(c: AsyncConnection) -> tuple[SourceRow, ...]:
    """Returns every source ever read, in the order of outlets."""
    rows = await c.execute(select(sources).order_by(sources.c.outlet, sources.c.url))
    return tuple(from_row(SourceRow, row) for row in rows)
