"""Reads from the ``articles`` table what the window of recent stories keeps of each article that has a story."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Text, cast, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import article_identities
from bot.store.schema import articles

ROWS_AT_ONCE = 500


class PlacedArticle(NamedTuple):
    """An article with its story. Lists are JSON as it is stored: few different ones occur, so each is read once."""

    id: int
    story: int
    outlet: str
    language: str
    headline: str
    published_at: datetime | None
    first_seen_at: datetime
    pact: bool
    sister_pact: str
    officials: str
    sectors: str
    after: str
    fingerprint: bytes
    rarity_sums: bytes


_LISTS = ("sister_pact", "officials", "sectors", "after")
_COLUMNS = [
    cast(articles.c[name], Text).label(name) if name in _LISTS else articles.c[name] for name in PlacedArticle._fields
]


async def placed_since(
    c: AsyncConnection, read_since_at: datetime, *, whole_stories: bool = False
) -> AsyncIterator[Sequence[PlacedArticle]]:
    """Yields the articles that were read and given a story since then, the first read first, some at a time.

    With ``whole_stories`` it also yields the earlier articles of their stories.
    """
    where = (articles.c.story.is_not(None), articles.c.read_at >= read_since_at)
    query = select(*_COLUMNS).where(*where)
    if whole_stories:
        query = select(*_COLUMNS).where(articles.c.story.in_(select(articles.c.story).where(*where)))
    query = query.order_by(articles.c.read_at, articles.c.id)
    async with c.stream(query) as rows:
        async for some in rows.partitions(ROWS_AT_ONCE):
            yield list(map(PlacedArticle._make, some))


async def story_of_same(
    c: AsyncConnection, article: object, identities: Collection[str], content_hash: str, read_since_at: datetime
) -> int | None:
    """Returns the story of the first article that was read since then with one of these names or exactly this text."""
    ids = set((await article_identities.known(c, identities)).values())
    row = articles.c
    same = or_(row.id.in_(ids), row.content_hash == content_hash) if content_hash else row.id.in_(ids)
    where = (same, row.id != article, row.story.is_not(None), row.read_at >= read_since_at)
    query = select(row.story).where(*where).order_by(row.read_at, row.id).limit(1)
    story: int | None = (await c.execute(query)).scalar_one_or_none()
    return story
