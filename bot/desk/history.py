"""What a query would have met in the days that are stored: for the count that a new subscription is told.

Texts are not kept, so a word outside the lexicon is sought in headlines and kept sentences only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.matching.query import About, Query, hits, literals
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
    about: About


def reading_from(article: StoredArticle, found: tuple[Mention, ...]) -> Reading:
    """What was decided about an article when it was read."""
    return Reading(
        pact=article.pact,
        sister_pact=article.sister_pact,
        officials=article.officials,
        sectors=article.sectors,
        severity=article.severity,
        after=article.after,
        language=article.language,
        mentions=found,
        rejected=(),
        reasons=(),
    )


async def stored_since(
    c: Connection, since_at: datetime, outlets: Mapping[str, Outlet], *, with_mentions: bool = True
) -> list[Stored]:
    """Every article first seen since then that was read, or whose headline was.

    Without mentions it costs a fraction: enough to count by what was decided, not to ask queries of.
    """
    rows = [row for row in await articles.recent(c, since_at) if row.suspect != "duplicate"]
    found = await mentions.mentions_of(c, [row.id for row in rows if _names_any(row)]) if with_mentions else {}
    return [stored_from(row, found.get(row.id, ()), outlets) for row in rows]


def stored_from(row: StoredArticle, found: tuple[Mention, ...], outlets: Mapping[str, Outlet]) -> Stored:
    """A stored article with what was found in it."""
    hosts = outlets[row.outlet].hosts if row.outlet in outlets else ()
    return Stored(row, reading_from(row, found), About(row.outlet, hosts, row.language, row.kind))


def _names_any(row: StoredArticle) -> bool:
    return bool(row.pact or row.sister_pact or row.officials or row.sectors or row.story is not None)


def met_by(query: Query, stored: Sequence[Stored], lexicon: Lexicon) -> list[StoredArticle]:
    """The stored articles that a query meets."""
    words = literals(query)
    scanner = Scanner(lexicon, words) if words else None
    return [
        one.article
        for one in stored
        if hits(query, _with_literals(one, scanner) if scanner else one.reading, one.about) is not None
    ]


def _with_literals(one: Stored, scanner: Scanner) -> Reading:
    kept = "\n".join(dict.fromkeys(mention.context for mention in one.reading.mentions if mention.field == "text"))
    again = scanner.read(Page(one.article.headline, kept, one.article.language))
    extra = tuple(mention for mention in again.mentions if mention.kind == "literal")
    return replace(one.reading, mentions=(*one.reading.mentions, *extra))


def count_stories(met: Sequence[StoredArticle]) -> int:
    """Articles of one story count once; one without a story counts itself."""
    return len({("story", row.story) if row.story is not None else ("article", row.id) for row in met})
