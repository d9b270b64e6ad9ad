"""Keeps the reports of the last days in memory, so that cost depends on the new article, not on how many are stored.

The store is the truth: before every decision the window reads what other processes have stored and merged meanwhile.
It reads with an overlap, because the commit of a row can come later than its timestamp.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.store import article_identities, articles, stories
from bot.store.engine import Connection
from bot.stories.placement import Placement
from bot.stories.report import Report, report_from
from bot.stories.story_index import StoryIndex

WINDOW = timedelta(days=8)
OVERLAP = timedelta(minutes=10)


class StoryWindow:
    """Decides which story a report joins."""

    def __init__(self) -> None:
        self._index: StoryIndex[int] = StoryIndex()
        self._loaded_at: datetime | None = None

    async def decide(self, c: Connection, report: Report, now: datetime) -> Placement[int]:
        """Returns the story that the report joins and the stories that it shows to be the same event.

        The caller stores both, then calls ``remember``.
        """
        await self._catch_up(c, now)
        self._index.forget_before(now - WINDOW)
        return self._index.find(report)

    async def _catch_up(self, c: Connection, now: datetime) -> None:
        since_at = now - WINDOW if self._loaded_at is None else self._loaded_at - OVERLAP
        for lost, kept in (await stories.merged_since(c, now - WINDOW)).items():
            self._index.merge(kept, lost)
        stored = await articles.in_stories_since(c, since_at)
        new = [article for article in stored if article.story and not self._index.holds(article.id, article.story)]
        identities = await article_identities.of_articles(c, [article.id for article in new])
        for article in new:
            if article.story is not None:
                self.remember(report_from(article, identities.get(article.id, ())), article.story)
        self._loaded_at = now

    def remember(self, report: Report, story: int, merged: tuple[int, ...] = ()) -> None:
        """Adds a report once the transaction that gave it its story is committed, and merges what it merged."""
        if not self._index.holds(report.id, story):
            self._index.add(report, story)
        for lost in merged:
            self._index.merge(story, lost)
