"""Reads from the ``articles`` table what the window of recent stories keeps of each article that has a story."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Text, cast, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import article_identities
from bot.store.rows import chunks
from bot.store.schema import MERGED, articles, stories
from bot.store.schema import article_identities as names_table

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


async def placed_since(c: AsyncConnection, read_since_at: datetime) -> AsyncIterator[Sequence[PlacedArticle]]:
    """Yields all articles of the stories of which one was read since then, the first read first, some at a time."""
    where = (articles.c.story.is_not(None), articles.c.read_at >= read_since_at)
    query = select(*_COLUMNS).where(articles.c.story.in_(select(articles.c.story).where(*where)))
    query = query.order_by(articles.c.read_at, articles.c.id)
    async with c.stream(query) as rows:
        async for some in rows.partitions(ROWS_AT_ONCE):
            yield list(map(PlacedArticle._make, some))


class WindowChanges(NamedTuple):
    """What all processes did since then."""

    merged: dict[int, int]
    """The stories that were merged, each with the one that holds its articles."""
    placed: list[tuple[int, int]]
    """The articles that were read, each with its story, the first read first."""


async def changes_since(c: AsyncConnection, merged_since_at: datetime, read_since_at: datetime) -> WindowChanges:
    """Returns the ids alone of what changed, with one statement, because a process has made most of it itself.

    Merged stories are those with an article since ``merged_since_at``.
    """
    of_stories = select(literal(1).label("is_merge"), stories.c.id, stories.c.merged_into, stories.c.last_article_at)
    of_stories = of_stories.where(MERGED, stories.c.last_article_at >= merged_since_at)
    of_articles = select(literal(0), articles.c.id, articles.c.story, articles.c.read_at)
    of_articles = of_articles.where(articles.c.story.is_not(None), articles.c.read_at >= read_since_at)
    rows = (await c.execute(union_all(of_stories, of_articles))).all()
    placed = sorted((read_at, article, story) for is_merge, article, story, read_at in rows if not is_merge)
    merged = sorted((lost, kept) for is_merge, lost, kept, _ in rows if is_merge)
    return WindowChanges(dict(merged), [(article, story) for _, article, story in placed])


async def some(c: AsyncConnection, article_ids: Collection[int]) -> list[PlacedArticle]:
    """Returns these articles, the first read first; one without a story is left out."""
    found: list[PlacedArticle] = []
    for ids in chunks(article_ids):
        query = select(*_COLUMNS).where(articles.c.id.in_(ids), articles.c.story.is_not(None))
        rows = await c.execute(query.order_by(articles.c.read_at, articles.c.id))
        found += map(PlacedArticle._make, rows)
    return found


async def story_of_same(
    c: AsyncConnection, article: object, identities: Collection[str], content_hash: str, read_since_at: datetime
) -> int | None:
    """Returns the story of the first article that was read since then with one of these names or exactly this text."""
    row, names = articles.c, list(map(article_identities.indexable, identities))
    has_name = row.id.in_(select(names_table.c.article).where(names_table.c.identity.in_(names)))
    same = or_(has_name, row.content_hash == content_hash) if content_hash else has_name
    where = (same, row.id != article, row.story.is_not(None), row.read_at >= read_since_at)
    query = select(row.story).where(*where).order_by(row.read_at, row.id).limit(1)
    story: int | None = (await c.execute(query)).scalar_one_or_none()
    return story
