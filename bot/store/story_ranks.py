"""Reads what orders stories, without their articles: the few that are shown are chosen before any is loaded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Text, cast, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import chunks
from bot.store.schema import articles, stories

_row = stories.c


class StoryRank(NamedTuple):
    """A story by what orders it before the number of its outlets."""

    id: int
    severity: int
    pact: bool
    parties: bool
    """Whether it names an official or a sister pact."""
    last_article_at: datetime


_NAMES_OFFICIALS = cast(_row.officials, Text) != "[]"
_PARTIES = or_(_NAMES_OFFICIALS, cast(_row.sister_pact, Text) != "[]").label("parties")
_RANKS = select(_row.id, _row.severity, _row.pact, _PARTIES, _row.last_article_at).where(_row.merged_into.is_(None))


async def of_the_pact_since(c: AsyncConnection, since_at: datetime) -> list[StoryRank]:
    """Returns the stories that name the pact or its officials and have an article that was first seen since then.

    ``last_article_at`` is when the newest article was placed, which is never before it was first seen.
    """
    is_recent = exists().where(articles.c.story == _row.id, articles.c.first_seen_at >= since_at)
    query = _RANKS.where(_row.last_article_at >= since_at, or_(_row.pact, _NAMES_OFFICIALS), is_recent)
    return [StoryRank(*row) for row in await c.execute(query)]


async def of_stories(c: AsyncConnection, story_ids: Iterable[int]) -> list[StoryRank]:
    """Returns these stories."""
    ranks: list[StoryRank] = []
    for some_ids in chunks(story_ids):
        ranks += [StoryRank(*row) for row in await c.execute(_RANKS.where(_row.id.in_(some_ids)))]
    return ranks


async def outlets_of(c: AsyncConnection, story_ids: Iterable[int]) -> dict[int, int]:
    """Returns how many outlets report each of these stories."""
    counts: dict[int, int] = {}
    for some_ids in chunks(story_ids):
        query = select(articles.c.story, func.count(articles.c.outlet.distinct())).where(articles.c.story.in_(some_ids))
        counts |= {row[0]: row[1] for row in await c.execute(query.group_by(articles.c.story))}
    return counts
