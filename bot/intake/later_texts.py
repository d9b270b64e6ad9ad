"""Adds the text that a list gives to an article that is known by its headline alone, whichever list named it first.

A sitemap or an aggregator often lists an article before the feed that says what it is about. Without that text, an
article whose page cannot be had would stand by a headline that names nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.intake.known_names import KnownNames
from bot.intake.page_decisions import PAGE_TRIES
from bot.intake.source_texts import text_in_source
from bot.intake.title_edits import LISTED_AGE
from bot.model import FROM_SOURCE, StoredArticle
from bot.store import articles, feed_texts
from bot.store.engine import Connection
from bot.store.feed_texts import FeedText, TextSize
from scrapers.article import Headline


async def find_later_texts(
    c: Connection, headlines: Sequence[Headline], article_of: KnownNames, now: datetime
) -> dict[int, FeedText]:
    """Returns the texts of known articles that have none, or a shorter one, by the article's id."""
    if not article_of:
        return {}
    with_text: dict[int, Headline] = {}
    for headline in headlines:
        if headline.text or headline.summary:
            with_text |= {article_of[name]: headline for name in headline.identities if name in article_of}
    rows = await articles.without_text(c, with_text, now - LISTED_AGE)
    return await _wanted(c, rows, {row.id: text_in_source(with_text[row.id]) for row in rows})


async def _wanted(c: Connection, rows: Sequence[StoredArticle], texts: Mapping[int, FeedText]) -> dict[int, FeedText]:
    """Returns the texts that add to what is known; what was decided with a source's text already stays so."""
    kept = await feed_texts.sizes(c, [row.id for row in rows if row.state == "headline"])
    adding = [
        row.id
        for row in rows
        if texts[row.id].size > kept.get(row.id, TextSize())
        and (row.state == "headline" or row.text_from != FROM_SOURCE)
    ]
    return {article_id: texts[article_id] for article_id in adding}


async def store_later_texts(c: Connection, texts: Mapping[int, FeedText], now: datetime) -> set[str]:
    """Keeps the texts; an article that was given up is decided again. Returns the outlets whose pages are wanted.

    Its page is asked for once more, if its host lets pages be asked for at all.
    """
    outlets: set[str] = set()
    rows = await articles.without_text(c, texts, now - LISTED_AGE)
    wanted = await _wanted(c, rows, texts)
    for article in (row for row in rows if row.id in wanted):
        await feed_texts.put(c, article.id, wanted[article.id])
        if article.state != "headline":
            await articles.update(
                c, article.id, state="headline", wants_page=True, tries=PAGE_TRIES - 1, next_try_at=None
            )
            outlets.add(article.outlet)
    return outlets
