"""Counts by story, without its articles, which languages and how many outlets tell what began since an instant."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import StoryCoverage
from bot.store.schema import articles, stories

_article, _story = articles.c, stories.c


def _in_language(tag: str) -> ColumnElement[int]:
    return func.sum(case((_article.language == tag, 1), else_=0))


async def begun_since(c: AsyncConnection, since_at: datetime) -> list[StoryCoverage]:
    """Returns the stories whose first article was seen since then, the newest story first."""
    number = func.coalesce(_article.story, 0).label("story")  # the column's own index would read all stories
    counts = (func.count(_article.outlet.distinct()), _in_language("ko"), _in_language("en"))
    recent = select(number, *counts).where(_article.first_seen_at >= since_at, number > 0).group_by(number)
    counted = recent.subquery()
    told = (_story.severity, _story.pact, _story.last_article_at)
    query = select(*counted.c, *told).join(stories, _story.id == counted.c.story)
    query = query.where(_story.first_seen_at >= since_at, _story.merged_into.is_(None))
    return [StoryCoverage._make(row) for row in await c.execute(query.order_by(_story.id.desc()))]
