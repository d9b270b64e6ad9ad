"""Keeps the reports of the last days in memory, so that cost depends on the new article, not on how many are stored.

The store is the truth: before every decision the window reads what other processes have stored and merged meanwhile.
It reads with an overlap, because the commit of a row can come later than its timestamp, and ids first, because in a
burst this process has placed most of what the overlap holds. What the features of a report
weighed when it was placed is stored as well, so that a window that is read again decides as the one before.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from bot.intake.stored_entries import entry_from
from bot.store import placed_articles
from bot.store.engine import Connection
from bot.stories.features.fingerprint import packed_sums
from bot.stories.placement import Placement
from bot.stories.report import Report
from bot.stories.story_index import StoryIndex

WINDOW = timedelta(days=8)
OVERLAP = timedelta(minutes=10)
HOUR = timedelta(hours=1)
"""The window forgets whole stories by the hour, so a window that is read again begins with whole stories, too."""


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
        names, text = report.identities, report.content_hash
        same = await placed_articles.story_of_same(c, report.id, names, text, now - WINDOW)
        return self._index.find(_by_words(report)) if same is None else Placement(same, same_article=True)

    async def rarity_sums(self, c: Connection, report: Report, now: datetime) -> bytes:
        """Returns what the report's features weigh, as it is to be stored with it."""
        if self._loaded_at != now:
            await self._catch_up(c, now)
        return packed_sums(self._index.sums(_by_words(report)))

    async def _catch_up(self, c: Connection, now: datetime) -> None:
        if self._loaded_at is not None and now < self._loaded_at - OVERLAP:  # a clock was put back
            self._index = StoryIndex()
        is_empty = self._loaded_at is None or not len(self._index)
        since_at = now if is_empty or self._loaded_at is None else self._loaded_at - OVERLAP
        changes = await placed_articles.changes_since(c, now - WINDOW, since_at)
        for lost, kept in changes.merged.items():
            self._index.merge(kept, lost)
        if is_empty:
            rows = placed_articles.placed_since(c, now - WINDOW - HOUR)
            with _collection_paused():
                self._index.fill([(entry_from(row), row.story) async for some in rows for row in some])
        else:
            others = [article for article, story in changes.placed if not self._index.holds(article, story)]
            for row in await placed_articles.some(c, others):
                self._index.add_weighed(entry_from(row), row.story)
        self._index.forget_before(now - WINDOW)
        self._loaded_at = now

    def remember(self, report: Report, story: int, merged: tuple[int, ...] = ()) -> None:
        """Adds a report once the transaction that gave it its story is committed, and merges what it merged."""
        self._index.add(_by_words(report), story)
        for lost in merged:
            self._index.merge(story, lost)


@contextmanager
def _collection_paused() -> Iterator[None]:
    """Keeps the collector of reference cycles from going through all reports again and again while they are read."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _by_words(report: Report) -> Report:
    """Returns a report without what only the same article has: the store finds that one."""
    return replace(report, identities=(), content_hash="")
