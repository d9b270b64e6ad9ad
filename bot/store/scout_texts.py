"""What is kept of articles' words, for the alias scout: headlines, and the sentences that outlets allow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import chunks
from bot.store.schema import articles, firsts, sentences

MOST_ARTICLES = 20_000


@dataclass(frozen=True, slots=True)
class StoredText:
    """One article's kept words."""

    article: int
    outlet: str
    seen_at: datetime
    sentences: tuple[str, ...]
    """The headline first."""


async def kept_since(c: AsyncConnection, since_at: datetime) -> list[StoredText]:
    """The newest articles since then, at most MOST_ARTICLES, newest first."""
    columns = (articles.c.id, articles.c.outlet, articles.c.first_seen_at, articles.c.headline)
    query = select(*columns).where(articles.c.first_seen_at >= since_at)
    query = query.order_by(articles.c.first_seen_at.desc(), articles.c.id.desc()).limit(MOST_ARTICLES)
    rows = (await c.execute(query)).all()
    kept: dict[int, list[str]] = {row.id: [row.headline] for row in rows}
    for some in chunks(kept):
        more = select(sentences.c.article, sentences.c.text).where(sentences.c.article.in_(some))
        for article, text in await c.execute(more.order_by(sentences.c.article, sentences.c.position)):
            kept[article].append(text)
    return [StoredText(row.id, row.outlet, row.first_seen_at, tuple(kept[row.id])) for row in rows]


async def told_before(c: AsyncConnection, team: str, keys: list[str]) -> set[str]:
    """Those of the keys that this workspace was told once."""
    found: set[str] = set()
    for some in chunks(keys):
        query = select(firsts.c.key).where(firsts.c.team == team, firsts.c.key.in_(some))
        found.update((await c.execute(query)).scalars())
    return found
