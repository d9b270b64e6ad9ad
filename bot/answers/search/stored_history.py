"""Finds which stored articles a query matches, for the count in a new subscription's answer, status, why and split.

Texts are not stored, so a word outside the lexicon is looked for in headlines and kept sentences only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from unicodedata import normalize

from bot.deliveries.subscription_index import Hit, SubscriptionIndex
from bot.deliveries.subscription_lookup import IndexedSubscription
from bot.intake.duplicates import SAME_TEXT_AGE
from bot.matching.query.evaluate import ArticleFacts, hits
from bot.matching.query.nodes import Query, literals
from bot.matching.scan import Scanner
from bot.model import DUPLICATE, Mention, Page, Reading, StoredArticle
from bot.store import articles, mentions
from bot.store.engine import Connection
from scrapers.outlet import Outlet
from settings.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class StoredReading:
    """A stored article as queries see it."""

    article: StoredArticle
    reading: Reading
    facts: ArticleFacts


def stored_reading(
    article: StoredArticle, of_article: tuple[Mention, ...], outlets: Mapping[str, Outlet]
) -> StoredReading:
    """Puts a stored article and its mentions together, as they were decided when the article was read."""
    reading = Reading(
        topics=article.topics,
        language=article.language,
        mentions=of_article,
        rejected=(),
        reasons=(),
    )
    outlet = outlets.get(article.outlet)
    hosts, name = (outlet.hosts, outlet.name) if outlet else ((), "")
    return StoredReading(article, reading, ArticleFacts(article.outlet, hosts, article.language, article.kind, name))


async def stored_since(
    c: Connection,
    since_at: datetime,
    outlets: Mapping[str, Outlet],
    *,
    until_at: datetime | None = None,
    in_stories: bool = False,
) -> list[StoredReading]:
    """Returns every article first seen since then (or only those in stories), without duplicates."""
    recent = await articles.recent(c, since_at, until_at, in_stories=in_stories)
    rows = [row for row in recent if row.suspect != DUPLICATE]
    by_article = await mentions.mentions_of(c, [row.id for row in rows if _has_mentions(row)])
    return [stored_reading(row, by_article.get(row.id, ()), outlets) for row in rows]


def matching(query: Query, stored: Sequence[StoredReading], lexicon: Lexicon) -> list[StoredArticle]:
    """Returns the stored articles that a query matches.

    It takes up to some tenths of a second, so call it in a thread.
    """
    return [article for article, _ in matched_mentions(query, stored, lexicon)]


def matched_mentions(
    query: Query, stored: Iterable[StoredReading], lexicon: Lexicon
) -> list[tuple[StoredArticle, tuple[Mention, ...]]]:
    """Returns the stored articles that a query matches, each with the mentions by which it does; as long as above."""
    found = ((row.article, hits(query, reading, row.facts)) for row, reading in readings_for(query, stored, lexicon))
    return [(article, mentions_of) for article, mentions_of in found if mentions_of is not None]


def readings_for(
    query: Query, stored: Iterable[StoredReading], lexicon: Lexicon
) -> Iterator[tuple[StoredReading, Reading]]:
    """Yields stored articles with their readings, to which the query's own words are added; it takes as long."""
    words = literals(query)
    read = _LiteralScan(lexicon, words).reading_of if words else _reading_of
    for row in stored:
        yield row, read(row)


def count_stories(matched: Sequence[StoredArticle]) -> int:
    """Counts stories; an article without a story counts as one."""
    return len({("story", row.story) if row.story is not None else ("article", row.id) for row in matched})


def _has_mentions(row: StoredArticle) -> bool:
    return row.topics.any or row.story is not None


def _reading_of(row: StoredReading) -> Reading:
    return row.reading


async def stored_readings(
    c: Connection, rows: Sequence[StoredArticle], outlets: Mapping[str, Outlet]
) -> list[StoredReading]:
    """Returns stored articles as queries see them, in the same order."""
    by_article = await mentions.mentions_of(c, [row.id for row in rows])
    return [stored_reading(row, by_article.get(row.id, ()), outlets) for row in rows]


async def stored_hits(
    index: SubscriptionIndex, subscriptions: tuple[IndexedSubscription, ...], stored: Sequence[StoredReading]
) -> list[tuple[Hit, ...]]:
    """Returns the subscriptions that each of a few stored articles matches, as far as it is stored."""
    scanned = await index.read(subscriptions, [stored_page(row) for row in stored])
    return [
        index.hits(subscriptions, _with_literals(row.reading, found), row.facts)
        for row, found in zip(stored, scanned, strict=True)
    ]


async def original_of(c: Connection, article: StoredArticle) -> StoredArticle:
    """Returns the article itself, or for a duplicate the article that it repeats."""
    if article.suspect != DUPLICATE:
        return article
    same_text = await articles.by_content_hash(c, article.content_hash, article.first_seen_at - SAME_TEXT_AGE)
    originals = (other for other in same_text if other.outlet == article.outlet and other.suspect != DUPLICATE)
    return next(originals, article)


def stored_page(row: StoredReading) -> Page:
    """Returns what is stored of an article as a page: its headline and the sentences of its mentions."""
    sentences = "\n".join(dict.fromkeys(mention.context for mention in row.reading.mentions if mention.field == "text"))
    return Page(row.article.headline, sentences, row.article.language)


def _with_literals(reading: Reading, scanned: Reading) -> Reading:
    """Adds a query's own words that were found in what is stored."""
    added = tuple(mention for mention in scanned.mentions if mention.kind == "literal")
    return replace(reading, mentions=(*reading.mentions, *added))


class _LiteralScan:
    """Scans what is stored of an article for a query's own words; a text that cannot hold one is not scanned."""

    def __init__(self, lexicon: Lexicon, words: frozenset[str]) -> None:
        self._scanner = Scanner(lexicon, words)
        self._letters = tuple(_letters_of(word.strip('"')) for word in words)

    def reading_of(self, row: StoredReading) -> Reading:
        """Returns the stored reading with the query's own words added to its mentions."""
        page = stored_page(row)
        letters = _letters_of(f"{page.headline}\n{page.text}")
        if not any(word in letters for word in self._letters):
            return row.reading
        return _with_literals(row.reading, self._scanner.read(page))


def _letters_of(text: str) -> str:
    """Drops all but letters and digits, because spacing and dots differ from one text to the next."""
    return "".join(char for char in normalize("NFKC", text).casefold() if char.isalnum())
