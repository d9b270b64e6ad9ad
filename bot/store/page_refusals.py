"""Reads and writes the ``page_refusals`` table: the hosts that refuse an outlet's pages, and their pauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import fields_of, from_row, upsert, upsert_statement
from bot.store.schema import page_refusals
from bot.store.steps import StepConnection

_OF_HOST = select(page_refusals).where(
    page_refusals.c.outlet == bindparam("of_outlet"), page_refusals.c.host == bindparam("at_host")
)


@dataclass(frozen=True, slots=True)
class PageRefusals:
    """The pages of one outlet at one host that were refused in a row, since a page was read."""

    outlet: str
    host: str
    refusals: int = 0
    reason: str = ""
    """The last refusal's: ``HTTP 403``."""
    since_at: datetime | None = None
    last_at: datetime | None = None
    next_page_at: datetime | None = None
    """When a page is asked for again, or None while none is left out."""
    read_at: datetime | None = None
    """When a page was read, within an hour."""


async def get(c: AsyncConnection, outlet: str, host: str) -> PageRefusals | None:
    """Returns the row, or None for a host whose pages were never asked for."""
    row = (await c.execute(_OF_HOST, {"of_outlet": outlet, "at_host": host})).first()
    return None if row is None else from_row(PageRefusals, row)


_SAVE = upsert_statement(page_refusals)


def save_some_in_step(c: StepConnection, rows: Sequence[PageRefusals]) -> list[None]:
    """Writes whole rows."""
    c.each(_SAVE, [fields_of(row) for row in sorted(rows, key=lambda row: (row.outlet, row.host))])
    return [None] * len(rows)


async def refusing(c: AsyncConnection, now: datetime) -> tuple[PageRefusals, ...]:
    """Returns the hosts that leave out pages at present, by outlet."""
    row = page_refusals.c
    query = select(page_refusals).where(row.next_page_at > now).order_by(row.outlet, row.host)
    return tuple(from_row(PageRefusals, each) for each in await c.execute(query))


async def save(c: AsyncConnection, row: PageRefusals) -> None:
    """Writes the whole row."""
    await upsert(c, page_refusals, asdict(row))
