"""Reads the stored articles of a period, a day at a time, so that memory follows a day and not the period."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta

from bot.deliveries.linked_stories import articles_as_seen
from bot.model import DUPLICATE, StoredArticle
from bot.store import articles
from bot.store.engine import Store

DAY = timedelta(days=1)


async def articles_by_day(
    store: Store, since_at: datetime, until_at: datetime, team: str | None = None
) -> AsyncIterator[tuple[StoredArticle, ...]]:
    """Yields the articles of stories that were first seen in each day, oldest first, without duplicates.

    With a team its own splits count. Days without articles yield an empty tuple, so that progress can be shown.
    """
    for begins_at, ends_at in days_between(since_at, until_at):
        async with store.read() as c:
            recent = await articles.recent(c, begins_at, ends_at, in_stories=True)
            rows = tuple(row for row in recent if row.suspect != DUPLICATE)
            yield tuple(await articles_as_seen(c, team, rows)) if team else rows


def days_between(since_at: datetime, until_at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yields the begin and end of each day of a period; the last may be shorter. An end is no part of its day."""
    begins_at = since_at
    while begins_at < until_at:
        ends_at = min(begins_at + DAY, until_at)
        yield begins_at, ends_at
        begins_at = ends_at
