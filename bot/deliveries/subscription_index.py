"""What is watched for: the active subscriptions with their queries parsed, and one scanner that knows all their words.

Rows are the truth: every reading loads them anew, so that a subscription is live with the next article. Only what is
costly and pure (parsing, the automaton) is kept between two readings.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from bot.matching.query.query import About, Query, QueryError, hits, literals, parse
from bot.matching.scan import Scanner
from bot.model import Mention, Reading, Subscription
from bot.store import subscriptions
from bot.store.engine import Connection
from settings.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class IndexedSubscription:
    """A subscription and what it asks for."""

    subscription: Subscription
    query: Query


@dataclass(frozen=True, slots=True)
class Hit:
    """That an article, by itself, is what a subscription asked for."""

    subscription: Subscription
    mentions: tuple[Mention, ...]


_Kept = tuple[frozenset[str], Scanner]
_PARSED = 1 << 14
"""More queries than anybody has; fewer would all be parsed anew for every article once there are more."""


class SubscriptionIndex:
    """Makes scanners that know the words of every subscription, and says which subscriptions an article meets."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._scanner: _Kept | None = None
        self._building = asyncio.Lock()
        self._parse = lru_cache(maxsize=_PARSED)(self._parsed)

    def _parsed(self, query: str) -> Query | None:
        try:
            return parse(query, self.lexicon)
        except QueryError:
            return None

    async def load(self, c: Connection, now: datetime) -> tuple[IndexedSubscription, ...]:
        """All subscriptions that run now and whose query the present lexicon understands."""
        rows = await subscriptions.active(c, None)
        running = (row for row in rows if row.ends_at is None or row.ends_at > now)
        parsed = ((row, self.query_of(row)) for row in running)
        return tuple(IndexedSubscription(row, query) for row, query in parsed if query is not None)

    def query_of(self, subscription: Subscription) -> Query | None:
        """What a subscription asks for; None when the present lexicon does not understand it."""
        return self._parse(subscription.query)

    async def scanner(self, watched: tuple[IndexedSubscription, ...]) -> Scanner:
        """A scanner for the lexicon and every literal of these subscriptions; rebuilt only when the words changed.

        It is built off the event loop, once for all who wait for it: ten thousand literals take a tenth of a second.
        """
        async with self._building:
            kept = await asyncio.to_thread(self._scanner_for, watched, self._scanner)
            self._scanner = kept
        return kept[1]

    def _scanner_for(self, watched: tuple[IndexedSubscription, ...], kept: _Kept | None) -> _Kept:
        words = frozenset(word for one in watched for word in literals(one.query))
        return kept if kept is not None and kept[0] == words else (words, Scanner(self.lexicon, words))

    @staticmethod
    def hits(watched: tuple[IndexedSubscription, ...], reading: Reading, about: About) -> tuple[Hit, ...]:
        """The subscriptions that this article meets."""
        met = ((one.subscription, hits(one.query, reading, about)) for one in watched)
        return tuple(Hit(subscription, found) for subscription, found in met if found is not None)
