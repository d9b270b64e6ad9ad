"""Reads and writes the ``story_links`` table: pairs of stories that a person made one, each in one workspace alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import from_row
from bot.store.schema import story_links


@dataclass(frozen=True, slots=True)
class StoryLink:
    """That two stories are one for a workspace."""

    id: int
    team: str
    story: int
    other: int
    person: str | None
    made_at: datetime


async def add(
    c: AsyncConnection, *, team: str, story: int, other: int, person: str | None, now: datetime, link: int | None = None
) -> int:
    """Writes a link, under the id that it had before if it is made again; returns its id."""
    values = {"team": team, "story": story, "other": other, "person": person, "made_at": now}
    same_id = {} if link is None else {"id": link}
    new = insert(story_links).values(**values, **same_id).returning(story_links.c.id)
    link_id: int = (await c.execute(new)).scalar_one()
    return link_id


async def get(c: AsyncConnection, team: str, link: int) -> StoryLink | None:
    """Returns the workspace's link with this id, or None when it was deleted."""
    row = story_links.c
    found = (await c.execute(select(story_links).where(row.team == team, row.id == link))).first()
    return from_row(StoryLink, found) if found else None


async def remove(c: AsyncConnection, link: StoryLink) -> None:
    """Deletes a link."""
    await c.execute(delete(story_links).where(story_links.c.id == link.id))


async def of_team(c: AsyncConnection, team: str) -> tuple[StoryLink, ...]:
    """Returns the links of a workspace, oldest first."""
    query = select(story_links).where(story_links.c.team == team).order_by(story_links.c.id)
    return tuple(from_row(StoryLink, row) for row in await c.execute(query))


async def retarget(c: AsyncConnection, lose: int, keep: int) -> None:
    """Lets the links of a story that is merged for all lead to the story that is kept."""
    for column in (story_links.c.story, story_links.c.other):
        await c.execute(story_links.update().where(column == lose).values({column.name: keep}))
