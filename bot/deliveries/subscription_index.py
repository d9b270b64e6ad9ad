"""Indexes the active subscriptions: parses their queries and builds one scanner that knows all their words.

The subscriptions are kept as long as their version (``bot.store.table_versions``) is the same. Every reading asks for
it, so that a new subscription is live with the next article, whichever process stored it. After a change all rows are
read and compared with those of the last time, whoever wrote them; only a row that differs is parsed and indexed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from bot.deliveries.subscription_lookup import Candidates, IndexedSubscription
from bot.matching.query.evaluate import ArticleFacts, hits
from bot.matching.query.nodes import Query, QueryError, literals
from bot.matching.query.parse_query import parse
from bot.matching.scan import Scanner
from bot.matching.scan_many import read_many
from bot.model import Mention, Page, Reading, Subscription
from bot.store import subscriptions
from bot.store.engine import Connection
from bot.store.subscriptions import DriverRow
from settings.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class _Kept:
    """The active subscriptions of one version of the table, until one of them ends by itself."""

    version: int
    since_at: datetime
    until_at: datetime | None
    rows: Mapping[int, DriverRow]
    """The rows, also of those that ended by themselves and of queries that the lexicon does not understand."""
    indexed: tuple[IndexedSubscription, ...] = ()
    candidates: Candidates = field(default_factory=Candidates)

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

CHANGES_AT_ONCE = 500
"""So many changes are written into the index that is in use; after more of them a new one is built, in parts."""

PAGES_A_TURN = 50


class SubscriptionIndex:
    """Builds the scanner for every subscription's words, and finds the subscriptions that an article matches."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._kept: _Kept | None = None
        self._built: _Built | None = None
        self._building = asyncio.Lock()
        self._reading = asyncio.Lock()
        self._loading = asyncio.Lock()
        self._parse = lru_cache(maxsize=_PARSED_QUERIES)(self._parsed)

    def _parsed(self, query: str) -> Query | None:
        try:
            return parse(query, self.lexicon)
        except QueryError:
            return None

    async def load(self, c: Connection, now: datetime) -> tuple[IndexedSubscription, ...]:
        """All active subscriptions whose query the present lexicon understands, without ``last_post_at``."""
        version = await subscriptions.version(c)
        if self._kept is not None and self._kept.is_valid(version, now):
            return self._kept.indexed
        async with self._loading:
            if self._kept is None or not self._kept.is_valid(version, now):
                self._kept = await self._load(c, version, now, self._kept)
            return self._kept.indexed

    async def _load(self, c: Connection, version: int, now: datetime, last: _Kept | None) -> _Kept:
        """Reads every row; makes and indexes only those that differ from the last ones.

        What is in use changes at the end, all at once, so that an error or a cancelling before it leaves it as it was.
        """
        last = last or _Kept(0, now, None, {})
        present, rows = last.candidates.by_id, dict[int, DriverRow]()
        indexed: dict[int, IndexedSubscription] = {}
        until_at: datetime | None = None
        async for some in subscriptions.driver_rows(c):
            for row in some:
                subscription_id, known = row[0], last.rows.get(row[0])
                is_same = known == row
                rows[subscription_id] = known if known is not None and is_same else row
                each = present.get(subscription_id) if is_same else None
                if each is None:
                    each = self._indexed(row)
                if each is None:
                    continue
                if (ends_at := each.subscription.ends_at) is not None:
                    if ends_at <= now:
                        continue
                    until_at = ends_at if until_at is None else min(until_at, ends_at)
                indexed[subscription_id] = each
        candidates = await _changed(last.candidates, indexed)
        return _Kept(version, now, until_at, rows, tuple(indexed.values()), candidates)

    def _indexed(self, row: DriverRow) -> IndexedSubscription | None:
        subscription = subscriptions.from_driver(row)
        query = self.query_of(subscription)
        return None if query is None else IndexedSubscription(subscription, query)

    async def replace_lexicon(self, lexicon: Lexicon) -> None:
        """Reads by another lexicon from now on; what is being loaded or built is waited for, and then dropped."""
        async with self._loading, self._building:
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
                kept = self._kept
                words = kept.candidates.words if kept is not None and kept.indexed is indexed else None
                self._built = await asyncio.to_thread(self._scanner_for, indexed, words, self._built)
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

    def _scanner_for(
        self, indexed: tuple[IndexedSubscription, ...], words: frozenset[str] | None, built: _Built | None
    ) -> _Built:
        if words is None:
            words = frozenset(word for each in indexed for word in literals(each.query))
        is_known = built is not None and (built.words is words or built.words == words)
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


async def _changed(last: Candidates, indexed: Mapping[int, IndexedSubscription]) -> Candidates:
    """The candidates of these subscriptions: the last ones with a few changes, or others that are built in parts."""
    before = last.by_id
    gone = [each for subscription_id, each in before.items() if indexed.get(subscription_id) is not each]
    added = [each for subscription_id, each in indexed.items() if before.get(subscription_id) is not each]
    if len(gone) + len(added) <= CHANGES_AT_ONCE:
        last.remove(gone)
        last.add(added)
        last.count_words()
        return last
    built = Candidates()
    for some in _parts(list(indexed.values())):
        built.add(some)
        await asyncio.sleep(0)
    built.count_words()
    return built


def _parts(indexed: Sequence[IndexedSubscription]) -> Iterator[Sequence[IndexedSubscription]]:
    return (indexed[start : start + CHANGES_AT_ONCE] for start in range(0, len(indexed), CHANGES_AT_ONCE))
