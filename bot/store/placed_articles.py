"""Reads from the ``articles`` table what the window of recent stories keeps of each article that has a story."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Text, bindparam, cast, literal, or_, select, union_all
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
    """The articles that were read, each with its story."""


_CHANGES = union_all(
    select(literal(1).label("is_merge"), stories.c.id, stories.c.merged_into).where(
        MERGED, stories.c.last_article_at >= bindparam("merged_since_at")
    ),
    select(literal(0), articles.c.id, articles.c.story).where(
        articles.c.story.is_not(None), articles.c.read_at >= bindparam("read_since_at")
    ),
)
_HAS_NAME = articles.c.id.in_(
    select(names_table.c.article).where(names_table.c.identity.in_(bindparam("names", expanding=True)))
)
_OTHER = (
    articles.c.id != bindparam("article_id"),
    articles.c.story.is_not(None),
    articles.c.read_at >= bindparam("read_since_at"),
)
_BY_NAME = select(articles.c.story).where(_HAS_NAME, *_OTHER).order_by(articles.c.read_at, articles.c.id).limit(1)
_BY_NAME_OR_TEXT = (
    select(articles.c.story)
    .where(or_(_HAS_NAME, articles.c.content_hash == bindparam("hash")), *_OTHER)
    .order_by(articles.c.read_at, articles.c.id)
    .limit(1)
)


async def changes_since(c: AsyncConnection, merged_since_at: datetime, read_since_at: datetime) -> WindowChanges:
    """Returns the ids alone of what changed, with one statement, because a process has made most of it itself.

    Merged stories are those with an article since ``merged_since_at``.
    """
    values = {"merged_since_at": merged_since_at, "read_since_at": read_since_at}
    rows = (await c.execute(_CHANGES, values)).all()
    merged = sorted((lost, kept) for is_merge, lost, kept in rows if is_merge)
    return WindowChanges(dict(merged), [(article, story) for is_merge, article, story in rows if not is_merge])


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
    names = list(map(article_identities.indexable, identities))
    values = {"names": names, "article_id": article, "read_since_at": read_since_at}
    by_text = {**values, "hash": content_hash}
    rows = await (c.execute(_BY_NAME_OR_TEXT, by_text) if content_hash else c.execute(_BY_NAME, values))
    story: int | None = rows.scalar_one_or_none()
    return story
