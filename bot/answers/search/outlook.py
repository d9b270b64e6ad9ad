"""Counts what a query would have found in stored history, and what any of its words would have found."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.answers.context import AnswerContext
from bot.answers.search.stored_history import StoredReading, count_stories, matching, stored_since
from bot.deliveries.linked_stories import articles_as_seen
from bot.matching.query.near_misses import NARROWING_FIELDS
from bot.matching.query.nodes import And, FieldFilter, Not, Or, Query
from bot.matching.query.show import show
from bot.matching.query.whole_sector import whole_sectors
from handlers.cards.texts import Note

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
"""The answer to a new subscription counts the stories that it would have matched in this time."""
WIDER_BY = 5
"""A query of any of the words is offered when it matches more than this many times as many stories as all of them."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The stories that a query finds, and the wider query that is worth an offer."""

    stories: int
    wider: Query | None = None
    """The query of any of the words, where all of them together find under a fifth of what it finds."""
    wider_stories: int = 0
    sector: Query | None = None
    """The query of the whole sector, where a word of the query is its name."""
    sector_stories: int = 0

    def notes(self) -> tuple[Note, ...]:
        """Returns the sentence about a week's stories: one with both counts, where a wider query is offered."""
        if self.wider is not None:
            return (replace(self.wider_notes()[0], code="any_of_week"),)
        count = Note("week_count", {"n": str(self.stories)}) if self.stories else Note("week_count_none")
        return (count, *self._sector_notes())

    def offers(self, subscription: str) -> tuple[tuple[str, str], ...]:
        """Returns the buttons that change a new subscription: any of the words, or else the whole sector."""
        wider = self.wider or self.sector
        if wider is None:
            return ()
        return (("any_of_these" if self.wider else "whole_sector", f"edit {subscription} {show(wider)}"),)

    def _sector_notes(self) -> tuple[Note, ...]:
        if self.sector is None:
            return ()
        code = "whole_sector_week" if self.sector_stories else "whole_sector_none"
        return (Note(code, {"query": show(self.sector), "n": str(self.sector_stories)}),)

    def wider_notes(self) -> tuple[Note, ...]:
        """Returns the sentence with both counts, where a wider query is offered."""
        counts = {"few": str(self.stories), "many": str(self.wider_stories)}
        return () if self.wider is None else (Note("any_of_instead", counts),)


async def week_outlook(context: AnswerContext, team: str, query: Query) -> Outlook:
    """Counts the stories of the last week, also of the whole sector where a word of the query is its name."""
    stored = await stored_as_seen(context, team, WEEK)
    outlook = await outlook_of(context, query, stored)
    sector = whole_sectors(query, context.lexicon)
    if sector is None:
        return outlook
    return replace(outlook, sector=sector, sector_stories=await _count(context, sector, stored))


async def stored_as_seen(context: AnswerContext, team: str, span: timedelta) -> list[StoredReading]:
    """Returns the articles of the last days as queries see them, in the stories in which the workspace sees them.

    They are read a day at a time, so that nobody else waits while thousands of rows become articles.
    """
    now = context.now()
    starts = [now - span + DAY * number for number in range(-(-span // DAY))]
    stored: list[StoredReading] = []
    async with context.store.read() as c:
        for start in starts:
            until_at = start + DAY if start != starts[-1] else None
            stored += await stored_since(c, start, context.outlets, until_at=until_at)
        seen = await articles_as_seen(c, team, [row.article for row in stored])
    return [replace(row, article=article) for row, article in zip(stored, seen, strict=True)]


async def outlook_of(context: AnswerContext, query: Query, stored: Sequence[StoredReading]) -> Outlook:
    """Counts the stories of these articles, off the event loop."""
    count = await _count(context, query, stored)
    wider = any_of(query)
    if wider is None:
        return Outlook(count)
    wider_count = await _count(context, wider, stored)
    return Outlook(count, wider, wider_count) if wider_count > WIDER_BY * count else Outlook(count)


async def _count(context: AnswerContext, query: Query, stored: Sequence[StoredReading]) -> int:
    return count_stories(await asyncio.to_thread(matching, query, stored, context.lexicon))


def any_of(query: Query) -> Query | None:
    """Replaces all of the query's terms by any of them and keeps exclusions; None where that is no other query.

    Fields that narrow (an outlet, a language, a kind) stay as they are.
    """
    if not isinstance(query, And):
        return None
    kept = tuple(child for child in query.children if _narrows(child))
    terms = tuple(child for child in query.children if not _narrows(child))
    if len(terms) < 2:
        return None
    return And((Or(terms), *kept)) if kept else Or(terms)


def _narrows(child: Query) -> bool:
    return isinstance(child, Not) or (isinstance(child, FieldFilter) and child.name in NARROWING_FIELDS)
