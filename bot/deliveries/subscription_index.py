"""Indexes the active subscriptions: parses their queries and builds one scanner that knows all their words.

Every reading loads the subscriptions' rows again, so that a new subscription is live with the next article. Only what
is expensive and pure (parsed queries, the scanner) is kept between two readings.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from bot.matching.query.evaluate import ArticleFacts, hits
from bot.matching.query.nodes import Query, QueryError, literals
from bot.matching.query.parse_query import parse
from bot.matching.scan import Scanner
from bot.model import Mention, Page, Reading, Subscription
from bot.store import subscriptions
from bot.store.engine import Connection
from settings.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class IndexedSubscription:
    """A subscription and its parsed query."""

    subscription: Subscription
    query: Query


@dataclass(frozen=True, slots=True)
class Hit:
    """An article, by itself, matches a subscription."""

    subscription: Subscription
    mentions: tuple[Mention, ...]


_WordsAndScanner = tuple[frozenset[str], Scanner]
_PARSED_QUERIES = 1 << 14
"""The cache holds more queries than any installation has; a full cache would parse every query for every article."""

PAGES_A_TURN = 50


class SubscriptionIndex:
    """Builds the scanner for every subscription's words, and finds the subscriptions that an article matches."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._built: _WordsAndScanner | None = None
        self._building = asyncio.Lock()
        self._reading = asyncio.Lock()
        self._parse = lru_cache(maxsize=_PARSED_QUERIES)(self._parsed)

    def _parsed(self, query: str) -> Query | None:
        try:
            return parse(query, self.lexicon)
        except QueryError:
            return None

    async def load(self, c: Connection, now: datetime) -> tuple[IndexedSubscription, ...]:
        """All active subscriptions whose query the present lexicon understands."""
        active = await subscriptions.active(c, None)
        running = (row for row in active if row.ends_at is None or row.ends_at > now)
        parsed = ((row, self.query_of(row)) for row in running)
        return tuple(IndexedSubscription(row, query) for row, query in parsed if query is not None)

    def query_of(self, subscription: Subscription) -> Query | None:
        """The parsed query of a subscription; None when the present lexicon does not understand it."""
        return self._parse(subscription.query)

    async def scanner(self, indexed: tuple[IndexedSubscription, ...]) -> Scanner:
        """A scanner for the lexicon and every literal of these subscriptions; rebuilt only when the words changed.

        It is built off the event loop, once for all callers that wait: ten thousand literals take a tenth of a second.
        """
        async with self._building:
            self._built = await asyncio.to_thread(self._scanner_for, indexed, self._built)
            return self._built[1]

    async def read(self, indexed: tuple[IndexedSubscription, ...], pages: Sequence[Page]) -> list[Reading]:
        """What each page says to the lexicon and these subscriptions, read off the event loop.

        One thread reads for all callers, a few pages at a time: several would only take the interpreter from the event
        loop in turns, and each holds what it reads in memory.
        """
        readings: list[Reading] = []
        for some_pages in (pages[start : start + PAGES_A_TURN] for start in range(0, len(pages), PAGES_A_TURN)):
            scanner = await self.scanner(indexed)
            async with self._reading:
                readings += await asyncio.to_thread(_read_all, scanner, some_pages)
        return readings

    def _scanner_for(
        self, indexed: tuple[IndexedSubscription, ...], built: _WordsAndScanner | None
    ) -> _WordsAndScanner:
        words = frozenset(word for each in indexed for word in literals(each.query))
        return built if built is not None and built[0] == words else (words, Scanner(self.lexicon, words))

    @staticmethod
    def hits(indexed: tuple[IndexedSubscription, ...], reading: Reading, about: ArticleFacts) -> tuple[Hit, ...]:
        """The subscriptions that this article matches."""
        matched = ((each.subscription, hits(each.query, reading, about)) for each in indexed)
        return tuple(Hit(subscription, mentions) for subscription, mentions in matched if mentions is not None)


def _read_all(scanner: Scanner, pages: Sequence[Page]) -> list[Reading]:
    return [scanner.read(page) for page in pages]
