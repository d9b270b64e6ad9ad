"""``pactbot replay``: says which stored articles a query hits by today's lexicon and rules.

Texts are not stored, so headlines and the kept sentences of mentions are read, and the answer is about those.
"""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.answers.search.stored_history import StoredReading, matched_mentions, stored_page, stored_since
from bot.cli.json_lines import write_line
from bot.cli.match import as_json
from bot.cli.parser import WRONG_CALL
from bot.cli.progress_bar import ProgressBar
from bot.cli.query import refuse
from bot.cli.stored import open_stored
from bot.cli.stored_rows import read_stored_rows
from bot.exports.collect import days_between
from bot.matching.query.evaluate import hits
from bot.matching.query.nodes import Query, QueryError, literals
from bot.matching.query.parse_query import parse
from bot.matching.scan import Scanner
from bot.model import Mention, StoredArticle
from scrapers.outlet import Outlet
from settings.config import Settings, load
from settings.lexicon import Lexicon


def run(options: Namespace) -> int:
    """Prints a line for each article that is a hit now, or was one when it was read; 2 for a query with a fault."""
    settings = load()
    stored = read_stored_rows(settings, says=False)
    lexicon = stored.lexicon_of(settings, options.lexicon)
    try:
        query = parse(options.query.strip(), lexicon)
    except QueryError as error:
        refuse("replay", options.query.strip(), error)
        return WRONG_CALL
    rules, span = Rules(query, lexicon), timedelta(days=options.since)
    counts = asyncio.run(_replay(settings, stored.outlets_of(settings), rules, span))
    sys.stderr.write(f"pactbot replay: {counts.sentence(options.since)}\n")
    return 0


class Rules:
    """Today's lexicon and rules, and a query that is asked under them."""

    def __init__(self, query: Query, lexicon: Lexicon) -> None:
        self._query = query
        self._lexicon = lexicon
        self._scanner = Scanner(lexicon, literals(query))

    def lines(self, stored: Sequence[StoredReading]) -> Iterator[dict[str, Any]]:
        """Yields a line for each article that is a hit now, or was one when it was read."""
        then = {article.id for article, _ in matched_mentions(self._query, stored, self._lexicon)}
        for row in stored:
            now = hits(self._query, self._scanner.read(stored_page(row)), row.facts)
            if now is not None or row.article.id in then:
                yield _line(row.article, now, was_hit=row.article.id in then)


@dataclass(frozen=True, slots=True)
class Counts:
    """What the last line says."""

    articles: int = 0
    hits: int = 0
    new: int = 0
    lost: int = 0

    def with_day(self, articles: int, lines: Sequence[Mapping[str, Any]]) -> Counts:
        """Returns the figures with those of one more day."""
        return Counts(
            self.articles + articles,
            self.hits + sum(line["hit"] for line in lines),
            self.new + sum(line["hit"] and not line["was_hit"] for line in lines),
            self.lost + sum(line["was_hit"] and not line["hit"] for line in lines),
        )

    def sentence(self, days: int) -> str:
        """Returns the figures as one line."""
        return (
            f"{self.articles} articles of {days} days, {self.hits} hits; "
            f"{self.new} of them were none when they were read, and {self.lost} others were hits then"
        )


async def _replay(settings: Settings, outlets: Mapping[str, Outlet], rules: Rules, span: timedelta) -> Counts:
    now, counts = datetime.now(UTC), Counts()
    days = list(days_between(now - span, now))
    progress = ProgressBar(len(days))
    async with open_stored(settings) as store:
        for begins_at, ends_at in days:
            async with store.read() as c:
                stored = await stored_since(c, begins_at, outlets, until_at=ends_at)
            lines = list(rules.lines(stored))
            counts = counts.with_day(len(stored), lines)
            progress.clear()
            for line in lines:
                write_line(line)
            progress.step(f"{counts.hits} hits of {counts.articles} articles")
    progress.clear()
    return counts


def _line(article: StoredArticle, mentions: tuple[Mention, ...] | None, *, was_hit: bool) -> dict[str, Any]:
    return {
        "article": article.id,
        "story": f"ST{article.story}" if article.story is not None else None,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "outlet": article.outlet,
        "headline": article.headline,
        "url": article.url,
        "hit": mentions is not None,
        "was_hit": was_hit,
        "mentions": [as_json(mention) for mention in mentions or ()],
    }
