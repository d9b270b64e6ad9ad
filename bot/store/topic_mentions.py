"""Reads by topic which articles mention it, the newest first, from an index of ``mentions``."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import false, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Mention, MentionKind
from bot.store.rows import chunks, from_row
from bot.store.schema import mentions

_row = mentions.c


async def newest_articles(c: AsyncConnection, kind: MentionKind, topic: str, limit: int) -> list[int]:
    """Returns the ids of the newest articles that name a topic, and not in passing; the newest first."""
    query = select(_row.article).where(_row.topic == topic, _row.kind == kind, _row.passing == false())
    rows = await c.execute(query.distinct().order_by(_row.article.desc()).limit(limit))
    return list(rows.scalars())


async def sentences_naming(
    c: AsyncConnection, kind: MentionKind, topic: str, article_ids: Iterable[int]
) -> dict[int, list[Mention]]:
    """Returns an article's mentions of a topic that have a stored sentence, in the order of the text."""
    found: dict[int, list[Mention]] = {}
    for some_ids in chunks(article_ids):
        query = select(mentions).where(_row.article.in_(some_ids), _row.topic == topic, _row.kind == kind)
        query = query.where(_row.field == "text", _row.context != "", _row.passing == false())
        for row in await c.execute(query.order_by(_row.article, _row.id)):
            found.setdefault(row.article, []).append(from_row(Mention, row))
    return found
