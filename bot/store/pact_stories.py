"""Reads the stories that name the pact, by a partial index, for the timeline and the evidence of its clauses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import from_row
from bot.store.schema import NAMES_PACT, stories

MOST_STORIES = 5_000
"""So many of the newest are read, which is years of stories of the pact."""
_row = stories.c
_COLUMNS = (_row.id, _row.first_seen_at, _row.last_article_at, _row.severity, _row.sectors)


@dataclass(frozen=True, slots=True)
class PactStory:
    """A story that names the pact."""

    id: int
    first_seen_at: datetime
    last_article_at: datetime
    severity: int
    sectors: tuple[str, ...]


async def since(c: AsyncConnection, since_at: datetime) -> list[PactStory]:
    """Returns the stories of the pact with an article since then; the one with the newest article first."""
    query = select(*_COLUMNS).where(NAMES_PACT, _row.merged_into.is_(None), _row.last_article_at >= since_at)
    rows = await c.execute(query.order_by(_row.last_article_at.desc()).limit(MOST_STORIES))
    return [from_row(PactStory, row._mapping) for row in rows]
