"""Keeps the window of recent reports in memory, so that a new article costs what it costs, not what is stored.

The store is the truth: what another process grouped meanwhile is read in before every decision, with an overlap,
because a time alone is no safe watermark.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.store import articles, reports
from bot.store.engine import Connection
from bot.store.reports import ReportRow
from bot.stories.clustering import Decision, Index
from bot.stories.linking import Report

WINDOW = timedelta(days=8)
OVERLAP = timedelta(minutes=10)


def report_from(row: ReportRow, identities: tuple[str, ...] = ()) -> Report:
    """A stored report as the decision sees it."""
    return Report(
        id=row.id,
        headline=row.headline,
        language=row.language,
        outlet=row.outlet,
        published_at=row.published_at,
        seen_at=row.first_seen_at,
        topics=row.topics,
        identities=identities,
        content_hash=row.content_hash,
        fingerprint=row.fingerprint,
        kind=row.kind,
        flash=row.flash,
        corrected=row.corrected,
    )


class StoryWindow:
    """Says which story a report joins."""

    def __init__(self) -> None:
        self._index: Index[int] = Index()
        self._known: dict[int, int] = {}
        self._loaded_at: datetime | None = None

    async def decide(self, c: Connection, report: Report, now: datetime) -> Decision[int]:
        """The story that the report belongs to, or None for a new one; the caller stores it, then calls ``note``."""
        since = now - WINDOW if self._loaded_at is None else self._loaded_at - OVERLAP
        fresh = [row for row in await reports.grouped_since(c, since) if self._known.get(row.id) != row.story]
        names = await articles.identities_of_many(c, [row.id for row in fresh])
        for row in fresh:
            self._note(report_from(row, names.get(row.id, ())), row.story, row.id)
        self._loaded_at = now
        self._index.forget_before(now - WINDOW)
        return self._index.find(report)

    def _note(self, report: Report, story: int, article: int) -> None:
        self._index.add(report, story)
        self._known[article] = story

    def note(self, report: Report, story: int, article: int) -> None:
        """Remembers a decision once its transaction is committed."""
        if self._known.get(article) != story:
            self._note(report, story, article)
