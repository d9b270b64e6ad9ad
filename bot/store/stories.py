"""Stories, shared by every workspace: a number once given answers for ever, also after a merge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy import update as change
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import StoredArticle, Story
from bot.store import articles as article_rows
from bot.store.rows import insert_new, made, one
from bot.store.schema import articles, stories, story_aliases

_OUR_COLUMNS = {column.name for column in stories.columns} - {"id"}


@dataclass(frozen=True, slots=True)
class RecentStory:
    """A story with what a decision about the next article needs."""

    story: Story
    marks: Mapping[str, object]
    """Whatever the decision wrote for itself (fingerprints, dates); the store does not look inside."""
    articles: tuple[StoredArticle, ...]


async def add(c: AsyncConnection, **values: object) -> int:
    """A new story from the fields of Story without ``id``, and ``marks``; its number."""
    _check(values)
    number: int = (await c.execute(insert(stories).values(**values).returning(stories.c.id))).scalar_one()
    return number


async def get(c: AsyncConnection, number: int) -> Story | None:
    """The story that answers to this number today, through aliases and merges."""
    seen: set[int] = set()
    while number not in seen:
        seen.add(number)
        story = await one(c, Story, stories, stories.c.id == number)
        onward = story.merged_into if story else await _alias(c, number)
        if onward is None:
            return story
        number = onward
    return None


async def _alias(c: AsyncConnection, number: int) -> int | None:
    query = select(story_aliases.c.story).where(story_aliases.c.alias == number)
    found: int | None = (await c.execute(query)).scalar_one_or_none()
    return found


async def exactly(c: AsyncConnection, number: int) -> Story | None:
    """The very row of this number, merged or not."""
    return await one(c, Story, stories, stories.c.id == number)


async def update(c: AsyncConnection, number: int, **values: object) -> None:
    """Write some of its columns, by the names of Story, and ``marks``."""
    _check(values)
    await c.execute(change(stories).where(stories.c.id == number).values(**values))


async def merge(c: AsyncConnection, gone: int, into: int, now: datetime) -> None:
    """``gone`` answers as ``into`` from now on, and its articles belong there."""
    await c.execute(change(articles).where(articles.c.story == gone).values(story=into))
    await c.execute(change(stories).where(stories.c.id == gone).values(merged_into=into))
    await c.execute(insert_new(c, story_aliases).values(alias=gone, story=into, made_at=now))


async def recent(c: AsyncConnection, since_at: datetime) -> tuple[RecentStory, ...]:
    """Stories with an article since then, not merged away, oldest first, each with its articles."""
    query = select(stories).where(stories.c.last_article_at >= since_at, stories.c.merged_into.is_(None))
    rows = (await c.execute(query.order_by(stories.c.id))).all()
    mine = await article_rows.of_stories(c, [row.id for row in rows])
    return tuple(RecentStory(made(Story, row), row.marks, mine.get(row.id, ())) for row in rows)


async def touched_since(c: AsyncConnection, since_at: datetime) -> tuple[Story, ...]:
    """Stories with an article since then, newest first."""
    query = select(stories).where(stories.c.last_article_at >= since_at, stories.c.merged_into.is_(None))
    rows = await c.execute(query.order_by(stories.c.last_article_at.desc(), stories.c.id.desc()))
    return tuple(made(Story, row) for row in rows)


async def top(c: AsyncConnection, since_at: datetime, limit: int) -> tuple[tuple[Story, int], ...]:
    """The stories that most outlets have, of those touched since then, with the number of outlets.

    Severity goes first, then the number of outlets, then the newest.
    """
    outlets = func.count(articles.c.outlet.distinct()).label("outlets")
    query = select(stories, outlets).join(articles, articles.c.story == stories.c.id)
    query = query.where(stories.c.last_article_at >= since_at, stories.c.merged_into.is_(None)).group_by(stories.c.id)
    query = query.order_by(stories.c.severity.desc(), outlets.desc(), stories.c.last_article_at.desc()).limit(limit)
    return tuple((made(Story, row), row.outlets) for row in await c.execute(query))


def _check(values: Mapping[str, object]) -> None:
    unknown = values.keys() - _OUR_COLUMNS
    if unknown:
        raise KeyError(f"a story has no {', '.join(sorted(unknown))}")
