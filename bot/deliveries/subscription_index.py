"""Indexes the active subscriptions: parses their queries and builds one scanner that knows all their words.

The subscriptions are kept as long as their version (``bot.store.table_versions``) is the same. Every reading asks for
it, so that a new subscription is live with the next article, whichever process stored it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from bot.matching.query.evaluate import ArticleFacts, hits
from bot.matching.query.needed_mentions import MentionKey, mention_keys, needed_mentions
from bot.matching.query.nodes import Query, QueryError, literals
from bot.matching.query.parse_query import parse
from bot.matching.scan import Scanner
from bot.matching.scan_many import read_many
from bot.model import Mention, Page, Reading, Subscription
from bot.store import subscriptions
from bot.store.engine import Connection
from settings.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class IndexedSubscription:
    """A subscription and its parsed query."""

    subscription: Subscription
    query: Query


class Candidates:
    """Finds the subscriptions that an article may match, by its mentions: the cost follows those, not all that are."""

    def __init__(self, indexed: Sequence[IndexedSubscription]) -> None:
        self._indexed = indexed
        self._by_key: defaultdict[MentionKey, list[int]] = defaultdict(list)
        self._always: list[int] = []
        for place, each in enumerate(indexed):
            keys = needed_mentions(each.query)
            for places in [self._always] if keys is None else [self._by_key[key] for key in keys]:
                places.append(place)

    def of(self, reading: Reading) -> list[IndexedSubscription]:
        """Those that a reading may match, in their order."""
        places = set(self._always)
        for key in mention_keys(reading):
            places.update(self._by_key.get(key, ()))
        return [self._indexed[place] for place in sorted(places)]


@dataclass(frozen=True, slots=True)
class _Kept:
    """The active subscriptions of one version of the table, until one of them ends by itself."""

    version: int
    since_at: datetime
    until_at: datetime | None
    indexed: tuple[IndexedSubscription, ...]
    candidates: Candidates

    def is_valid(self, version: int, now: datetime) -> bool:
        return self.version == version and self.since_at <= now and (self.until_at is None or now < self.until_at)


@dataclass(frozen=True, slots=True)
class Hit:
    """An article, by itself, matches a subscription."""

    subscription: Subscription
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class _Built:
    """A scanner, the words that it knows, and the subscriptions that they were taken from."""

    indexed: tuple[IndexedSubscription, ...]
    words: frozenset[str]
    scanner: Scanner


_PARSED_QUERIES = 1 << 18
"""The cache holds more queries than any installation has; a full one would parse all at every change of one."""

PAGES_A_TURN = 50


class SubscriptionIndex:
    """Builds the scanner for every subscription's words, and finds the subscriptions that an article matches."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._kept: _Kept | None = None
        self._built: _Built | None = None
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
        version = await subscriptions.version(c)
        if self._kept is None or not self._kept.is_valid(version, now):
            active = await subscriptions.active(c, None)
            running = [row for row in active if row.ends_at is None or row.ends_at > now]
            parsed = ((row, self.query_of(row)) for row in running)
            indexed = tuple(IndexedSubscription(row, query) for row, query in parsed if query is not None)
            until_at = min((row.ends_at for row in running if row.ends_at is not None), default=None)
            self._kept = _Kept(version, now, until_at, indexed, Candidates(indexed))
        return self._kept.indexed

    async def replace_lexicon(self, lexicon: Lexicon) -> None:
        """Reads by another lexicon from now on; a scanner that is being built is waited for, and then dropped."""
        async with self._building:
            self.lexicon = lexicon
            self._kept = self._built = None
            self._parse.cache_clear()

    def query_of(self, subscription: Subscription) -> Query | None:
        """The parsed query of a subscription; None when the present lexicon does not understand it."""
        return self._parse(subscription.query)

    async def scanner(self, indexed: tuple[IndexedSubscription, ...]) -> Scanner:
        """A scanner for the lexicon and every literal of these subscriptions; rebuilt only when the words changed.

        It is built off the event loop, once for all callers that wait: ten thousand literals take a tenth of a second.
        """
        async with self._building:
            if self._built is None or self._built.indexed is not indexed:
                self._built = await asyncio.to_thread(self._scanner_for, indexed, self._built)
            return self._built.scanner

    async def read(self, indexed: tuple[IndexedSubscription, ...], pages: Sequence[Page]) -> list[Reading]:
        """What each page says to the lexicon and these subscriptions, read off the event loop.

        One thread reads for all callers, a few pages at a time: several would only take the interpreter from the event
        loop in turns, and each holds what it reads in memory.
        """
        readings: list[Reading] = []
        for some_pages in (pages[start : start + PAGES_A_TURN] for start in range(0, len(pages), PAGES_A_TURN)):
            scanner = await self.scanner(indexed)
            async with self._reading:
                readings += await asyncio.to_thread(read_many, scanner, some_pages)
        return readings

    def _scanner_for(self, indexed: tuple[IndexedSubscription, ...], built: _Built | None) -> _Built:
        words = frozenset(word for each in indexed for word in literals(each.query))
        is_known = built is not None and built.words == words
        scanner = built.scanner if built is not None and is_known else Scanner(self.lexicon, words)
        return _Built(indexed, words, scanner)

    def hits(self, indexed: tuple[IndexedSubscription, ...], reading: Reading, about: ArticleFacts) -> tuple[Hit, ...]:
        """The subscriptions that this article matches; a query that several have is asked once."""
        mentions_of: dict[int, tuple[Mention, ...] | None] = {}
        matched: list[Hit] = []
        kept = self._kept
        for each in kept.candidates.of(reading) if kept is not None and kept.indexed is indexed else indexed:
            key = id(each.query)  # equal queries are parsed once
            if key not in mentions_of:
                mentions_of[key] = hits(each.query, reading, about)
            if (mentions := mentions_of[key]) is not None:
                matched.append(Hit(each.subscription, mentions))
        return tuple(matched)
