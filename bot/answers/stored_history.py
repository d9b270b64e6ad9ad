"""Finds which stored articles a query matches, for the count in a new subscription's answer and for status and why.

Texts are not stored, so a word outside the lexicon is looked for in headlines and kept sentences only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from unicodedata import normalize

from bot.intake.duplicates import DUPLICATE
from bot.matching.query.evaluate import ArticleFacts, hits
from bot.matching.query.nodes import Query, literals
from bot.matching.scan import Scanner
from bot.model import Mention, Page, Reading, StoredArticle
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
    hosts = outlets[article.outlet].hosts if article.outlet in outlets else ()
    return StoredReading(article, reading, ArticleFacts(article.outlet, hosts, article.language, article.kind))


async def stored_since(
    c: Connection, since_at: datetime, outlets: Mapping[str, Outlet], *, in_stories: bool = False
) -> list[StoredReading]:
    """Returns every article first seen since then (or only those in stories), without duplicates."""
    recent = await articles.recent(c, since_at, in_stories=in_stories)
    rows = [row for row in recent if row.suspect != DUPLICATE]
    by_article = await mentions.mentions_of(c, [row.id for row in rows if _has_mentions(row)])
    return [stored_reading(row, by_article.get(row.id, ()), outlets) for row in rows]


def matching(query: Query, stored: Sequence[StoredReading], lexicon: Lexicon) -> list[StoredArticle]:
    """Returns the stored articles that a query matches.

    It takes up to some tenths of a second, so call it in a thread.
    """
    words = literals(query)
    read = _LiteralScan(lexicon, words).reading_of if words else _reading_of
    return [row.article for row in stored if hits(query, read(row), row.facts) is not None]


def count_stories(matched: Sequence[StoredArticle]) -> int:
    """Counts stories; an article without a story counts as one."""
    return len({("story", row.story) if row.story is not None else ("article", row.id) for row in matched})


def _has_mentions(row: StoredArticle) -> bool:
    return row.topics.any or row.story is not None


def _reading_of(row: StoredReading) -> Reading:
    return row.reading


class _LiteralScan:
    """Scans what is stored of an article for a query's own words; a text that cannot hold one is not scanned."""

    def __init__(self, lexicon: Lexicon, words: frozenset[str]) -> None:
        self._scanner = Scanner(lexicon, words)
        self._letters = tuple(_letters_of(word.strip('"')) for word in words)

    def reading_of(self, row: StoredReading) -> Reading:
        """Returns the stored reading with the query's own words added to its mentions."""
        headline, mentioned = row.article.headline, row.reading.mentions
        sentences = "\n".join(dict.fromkeys(mention.context for mention in mentioned if mention.field == "text"))
        letters = _letters_of(f"{headline}\n{sentences}")
        if not any(word in letters for word in self._letters):
            return row.reading
        scanned = self._scanner.read(Page(headline, sentences, row.article.language))
        added = tuple(mention for mention in scanned.mentions if mention.kind == "literal")
        return replace(row.reading, mentions=(*mentioned, *added))


def _letters_of(text: str) -> str:
    """Drops all but letters and digits, because spacing and dots differ from one text to the next."""
    return "".join(char for char in normalize("NFKC", text).casefold() if char.isalnum())
