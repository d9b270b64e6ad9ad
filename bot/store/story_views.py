"""Reads which workspaces see a story or an article otherwise than it is stored: their people merged or split it."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import BindParameter, bindparam, func, literal, or_, select, union, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema import articles, story_links, story_overlays, story_parts

_overlay, _part, _link = story_overlays.c, story_parts.c, story_links.c
_NO_PART = literal(0).label("part")


class Views(NamedTuple):
    """Who sees a story and one of its articles otherwise."""

    teams: tuple[str, ...]
    """The workspaces that made the story one with another, or split articles off it."""
    parts: dict[str, int]
    """The part that the article belongs to, by workspace."""


_STORY: BindParameter[int] = bindparam("story_id")
_TEAMS = union(
    select(_link.team, _NO_PART).where(or_(_link.story == _STORY, _link.other == _STORY)),
    select(_overlay.team, _NO_PART).join(articles, articles.c.id == _overlay.article).where(articles.c.story == _STORY),
    select(_part.team, _NO_PART).where(_part.parted_from == _STORY),
)
_NEWEST = func.max(_overlay.story).label("part")
_PARTS = select(_overlay.team, _NEWEST).where(_overlay.article == bindparam("article_id"))
_VIEWS = union_all(select(_TEAMS.subquery()), _PARTS.group_by(_overlay.team))


async def teams_with(c: AsyncConnection, story: int) -> tuple[str, ...]:
    """Returns the workspaces that made this story one with another, or split articles off it."""
    return tuple(sorted(row.team for row in await c.execute(_TEAMS, {"story_id": story})))


async def of_article(c: AsyncConnection, story: int, article: int) -> Views:
    """Returns who sees the story, and an article of it, otherwise than others do."""
    rows = (await c.execute(_VIEWS, {"story_id": story, "article_id": article})).all()
    teams = sorted(team for team, part in rows if not part)
    return Views(tuple(teams), {team: part for team, part in sorted(rows) if part})
