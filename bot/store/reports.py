"""Articles as the grouping into stories sees them: fingerprints instead of texts, with the story each belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ArticleKind, Topics
from bot.store.rows import from_row
from bot.store.schema import articles


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One article that belongs to a story."""

    id: int
    story: int
    headline: str
    language: str
    outlet: str
    kind: ArticleKind
    published_at: datetime | None
    first_seen_at: datetime
    read_at: datetime | None
    topics: Topics
    content_hash: str
    fingerprint: tuple[int, ...]
    flash: bool
    corrected: bool


async def grouped_since(c: AsyncConnection, read_at: datetime) -> tuple[ReportRow, ...]:
    """Articles that were given a story since then, oldest first."""
    where = (articles.c.story.is_not(None), articles.c.read_at >= read_at)
    rows = await c.execute(select(articles).where(*where).order_by(articles.c.read_at, articles.c.id))
    return tuple(from_row(ReportRow, row) for row in rows)


async def of_story(c: AsyncConnection, story: int) -> tuple[ReportRow, ...]:
    """A story's reports, oldest first."""
    rows = await c.execute(select(articles).where(articles.c.story == story).order_by(articles.c.read_at))
    return tuple(from_row(ReportRow, row) for row in rows)
