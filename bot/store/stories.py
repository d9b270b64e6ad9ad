"""Reads and writes the ``stories`` and ``story_aliases`` tables. Every workspace shares the stories.

The id of a story answers for ever: a merged story's id leads to the story that it was merged into.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, insert, select
from sqlalchemy import update as change
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Story
from bot.store.rows import chunks, columns_from, from_row
from bot.store.schema import stories, story_aliases
from bot.store.sqlite_driver import write_later

_COLUMNS = {column.name for column in stories.columns} - {"id"}
_NEW = insert(stories).returning(stories.c.id)
_CHANGE = change(stories).where(stories.c.id == bindparam("row_id"))
_BY_ID = select(stories).where(stories.c.id == bindparam("row_id"))


async def add(c: AsyncConnection, **values: object) -> int:
    """Writes a new story from the fields of Story without ``id``, and ``marks``; returns its id."""
    story: int = (await c.execute(_NEW, _columns(values))).scalar_one()
    return story


async def get(c: AsyncConnection, story_id: int) -> Story | None:
    """Returns the story that answers to this id today, through aliases and merges."""
    visited: set[int] = set()
    while story_id not in visited:
        visited.add(story_id)
        row = (await c.execute(_BY_ID, {"row_id": story_id})).first()
        story = None if row is None else from_row(Story, row)
        next_id = story.merged_into if story else await _alias(c, story_id)
        if next_id is None:
            return story
        story_id = next_id
    return None


async def get_some(c: AsyncConnection, story_ids: Iterable[int]) -> dict[int, Story]:
    """Returns the story that answers to each id today, by that id; only merged ones cost a statement of their own."""
    ids = list(dict.fromkeys(story_ids))
    rows: dict[int, Story] = {}
    for some_ids in chunks(ids):
        for row in await c.execute(select(stories).where(stories.c.id.in_(some_ids))):
            rows[row.id] = from_row(Story, row)
    answering: dict[int, Story] = {}
    for story_id in ids:
        story = rows.get(story_id)
        if story is None or story.merged_into is not None:
            story = await get(c, story_id)
        if story is not None:
            answering[story_id] = story
    return answering


async def ids_today(c: AsyncConnection, story_ids: Iterable[int]) -> dict[int, int]:
    """Returns the id under which each story is kept today; ids of merged stories lead to the same one."""
    return {story_id: story.id for story_id, story in (await get_some(c, story_ids)).items()}


async def _alias(c: AsyncConnection, story_id: int) -> int | None:
    query = select(story_aliases.c.story).where(story_aliases.c.alias == story_id)
    story: int | None = (await c.execute(query)).scalar_one_or_none()
    return story


async def update(c: AsyncConnection, story_id: int, **values: object) -> None:
    """Writes some columns, given by the names of Story or ``marks``."""
    await write_later(c, _CHANGE, {**_columns(values), "row_id": story_id})


def _columns(values: Mapping[str, object]) -> dict[str, object]:
    columns = columns_from(values)
    if "topics" in values:
        del columns["after"]  # the source that a text follows is kept with each article
    unknown = columns.keys() - _COLUMNS
    if unknown:
        raise KeyError(f"a story has no {', '.join(sorted(unknown))}")
    return columns
