"""Reads and writes ``story_parts`` and ``story_overlays``: articles that a workspace's people split off their story.

A part is a story of one workspace, without articles of its own: an overlay row gives it an article, in that workspace
alone. Of several overlays of an article the newest part counts; deleting the row gives the article back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import chunks, from_row, insert_or_ignore
from bot.store.schema import articles, story_overlays, story_parts

_overlay, _part = story_overlays.c, story_parts.c
_PARTS_OF_ARTICLE = (
    select(_overlay.team, func.max(_overlay.story).label("part"))
    .where(_overlay.article == bindparam("article_id"))
    .group_by(_overlay.team)
    .order_by(_overlay.team)
)


@dataclass(frozen=True, slots=True)
class Overlay:
    """That an article belongs to a part in a workspace."""

    article: int
    story: int
    """The part."""
    base: int
    """The story that all other workspaces see the article in."""
    person: str | None
    """U… of who split it off; None where it followed an article that it is most like."""
    made_at: datetime


async def add(c: AsyncConnection, team: str, story: int, parted_from: int) -> None:
    """Writes that a story is a part, and the story that answers for it while it has no article."""
    await c.execute(insert(story_parts).values(story=story, team=team, parted_from=parted_from))


async def of_team(c: AsyncConnection, team: str) -> Mapping[int, int]:
    """Returns the parts of a workspace, each with the story that it was split off, oldest first."""
    query = select(_part.story, _part.parted_from).where(_part.team == team).order_by(_part.story)
    return {row.story: row.parted_from for row in await c.execute(query)}


async def put(
    c: AsyncConnection, team: str, story: int, article_ids: Iterable[int], person: str | None, now: datetime
) -> None:
    """Gives articles to a part; a second call changes nothing."""
    for article in article_ids:
        values = {"team": team, "article": article, "story": story, "person": person, "made_at": now}
        await c.execute(insert_or_ignore(c, story_overlays).values(**values))


async def remove(c: AsyncConnection, team: str, story: int) -> None:
    """Takes every article from a part."""
    await c.execute(delete(story_overlays).where(_overlay.team == team, _overlay.story == story))


async def overlays_of(c: AsyncConnection, team: str) -> tuple[Overlay, ...]:
    """Returns a workspace's overlays, oldest part first; those of articles that were taken out of all stories not."""
    columns = (_overlay.article, _overlay.story, articles.c.story.label("base"), _overlay.person, _overlay.made_at)
    query = select(*columns).join(articles, articles.c.id == _overlay.article)
    query = query.where(_overlay.team == team, articles.c.story.is_not(None))
    rows = await c.execute(query.order_by(_overlay.story, _overlay.article))
    return tuple(from_row(Overlay, row._mapping) for row in rows)


async def parts_of_article(c: AsyncConnection, article: int) -> dict[str, int]:
    """Returns the part that an article belongs to, by workspace; those where it was not split off are left out."""
    rows = await c.execute(_PARTS_OF_ARTICLE, {"article_id": article})
    return {row.team: row.part for row in rows}


async def sizes(c: AsyncConnection, story_ids: Iterable[int]) -> dict[int, int]:
    """Counts the articles that each of these stories has for all workspaces."""
    counted: dict[int, int] = {}
    for some_ids in chunks(set(story_ids)):
        query = select(articles.c.story, func.count().label("articles")).where(articles.c.story.in_(some_ids))
        counted |= {row.story: row.articles for row in await c.execute(query.group_by(articles.c.story))}
    return counted


async def move_article(c: AsyncConnection, old: int, new: int) -> None:
    """Gives the overlays of an article to the one that stands for both."""
    for overlay in await c.execute(select(story_overlays).where(_overlay.article == old)):
        await put(c, overlay.team, overlay.story, [new], overlay.person, overlay.made_at)
    await c.execute(delete(story_overlays).where(_overlay.article == old))
