"""What a query would have met in the days that are stored: for the count that a new subscription is told.

Texts are not kept, so a word outside the lexicon is sought in headlines and kept sentences only.
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
class Stored:
    """A stored article as the engine's queries see it."""

    article: StoredArticle
    reading: Reading
    about: ArticleFacts


def reading_from(article: StoredArticle, found: tuple[Mention, ...]) -> Reading:
    """What was decided about an article when it was read."""
    return Reading(
        topics=article.topics,
        language=article.language,
        mentions=found,
        rejected=(),
        reasons=(),
    )


async def stored_since(
    c: Connection, since_at: datetime, outlets: Mapping[str, Outlet], *, in_stories: bool = False
) -> list[Stored]:
    """Every article (or only those of stories) first seen since then: what queries are asked of."""
    rows = [row for row in await articles.recent(c, since_at, in_stories=in_stories) if row.suspect != DUPLICATE]
    found = await mentions.mentions_of(c, [row.id for row in rows if _names_any(row)])
    return [stored_from(row, found.get(row.id, ()), outlets) for row in rows]


async def told_since(c: Connection, since_at: datetime) -> list[StoredArticle]:
    """The articles of stories first seen since then: enough to count by what was decided, and far fewer."""
    return list(await articles.recent(c, since_at, in_stories=True))


def stored_from(row: StoredArticle, found: tuple[Mention, ...], outlets: Mapping[str, Outlet]) -> Stored:
    """A stored article with what was found in it."""
    hosts = outlets[row.outlet].hosts if row.outlet in outlets else ()
    return Stored(row, reading_from(row, found), ArticleFacts(row.outlet, hosts, row.language, row.kind))


def _names_any(row: StoredArticle) -> bool:
    return row.topics.any or row.story is not None


def met_by(query: Query, stored: Sequence[Stored], lexicon: Lexicon) -> list[StoredArticle]:
    """The stored articles that a query meets. Costs up to some tenths of a second: not for the event loop."""
    words = literals(query)
    read = _Literals(lexicon, words).added if words else _as_it_is
    return [one.article for one in stored if hits(query, read(one), one.about) is not None]


def _as_it_is(one: Stored) -> Reading:
    return one.reading


class _Literals:
    """Finds a query's own words where they can be sought today; a text that cannot hold one is not scanned."""

    def __init__(self, lexicon: Lexicon, words: frozenset[str]) -> None:
        self._scanner = Scanner(lexicon, words)
        self._bare = tuple(_bare(word.strip('"')) for word in words)

    def added(self, one: Stored) -> Reading:
        """The reading with the literals in it."""
        kept = "\n".join(dict.fromkeys(mention.context for mention in one.reading.mentions if mention.field == "text"))
        text = _bare(f"{one.article.headline}\n{kept}")
        if not any(word in text for word in self._bare):
            return one.reading
        again = self._scanner.read(Page(one.article.headline, kept, one.article.language))
        extra = tuple(mention for mention in again.mentions if mention.kind == "literal")
        return replace(one.reading, mentions=(*one.reading.mentions, *extra))


def _bare(text: str) -> str:
    """Letters and digits alone: spacing and dots differ from one text to the next."""
    return "".join(char for char in normalize("NFKC", text).casefold() if char.isalnum())


def count_stories(met: Sequence[StoredArticle]) -> int:
    """Articles of one story count once; one without a story counts itself."""
    return len({("story", row.story) if row.story is not None else ("article", row.id) for row in met})
