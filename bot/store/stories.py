"""Stories, shared by every workspace: a number once given answers for ever, also after a merge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy import update as change
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Story
from bot.store.rows import columns_from, fetch_one, insert_or_ignore
from bot.store.schema import articles, stories, story_aliases

_OUR_COLUMNS = {column.name for column in stories.columns} - {"id"}


async def add(c: AsyncConnection, **values: object) -> int:
    """A new story from the fields of Story without ``id``, and ``marks``; its number."""
    columns = _columns(values)
    number: int = (await c.execute(insert(stories).values(columns).returning(stories.c.id))).scalar_one()
    return number


async def get(c: AsyncConnection, number: int) -> Story | None:
    """The story that answers to this number today, through aliases and merges."""
    seen: set[int] = set()
    while number not in seen:
        seen.add(number)
        story = await fetch_one(c, Story, stories, stories.c.id == number)
        onward = story.merged_into if story else await _alias(c, number)
        if onward is None:
            return story
        number = onward
    return None


async def _alias(c: AsyncConnection, number: int) -> int | None:
    query = select(story_aliases.c.story).where(story_aliases.c.alias == number)
    found: int | None = (await c.execute(query)).scalar_one_or_none()
    return found


async def update(c: AsyncConnection, number: int, **values: object) -> None:
    """Write some of its columns, by the names of Story, and ``marks``."""
    await c.execute(change(stories).where(stories.c.id == number).values(_columns(values)))


async def merge(c: AsyncConnection, gone: int, into: int, now: datetime) -> None:
    """``gone`` answers as ``into`` from now on, and its articles belong there."""
    await c.execute(change(articles).where(articles.c.story == gone).values(story=into))
    await c.execute(change(stories).where(stories.c.id == gone).values(merged_into=into))
    await c.execute(insert_or_ignore(c, story_aliases).values(alias=gone, story=into, made_at=now))


def _columns(values: Mapping[str, object]) -> dict[str, object]:
    columns = columns_from(values)
    if "topics" in values:
        del columns["after"]  # which source a text follows is kept with each article
    unknown = columns.keys() - _OUR_COLUMNS
    if unknown:
        raise KeyError(f"a story has no {', '.join(sorted(unknown))}")
    return columns
