"""Keeps what an aggregator lists one article with what its outlet lists itself.

Where an aggregator hides the address, an article is known by its outlet, title and day until its outlet lists it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.deliveries.reading_proof import present_rows
from bot.intake.known_names import KnownNames
from bot.intake.title_edits import refresh_story
from bot.store import article_identities, articles, feed_texts, listed_titles, sources
from bot.store.articles import NewArticle
from bot.store.engine import Connection, lock_stories
from bot.store.feed_texts import FeedText
from bot.store.sources import STOPPED, SourceRow
from scrapers.aggregators.title_names import is_title_name, title_name
from scrapers.article import Headline
from scrapers.outlet import Outlet

OLDEST_TITLE = timedelta(days=4)
"""Titles of articles that were first seen earlier are not compared."""


def has_page(new: NewArticle, outlet: Outlet) -> bool:
    """Whether the page of an article that an aggregator listed may be fetched."""
    return outlet.enabled and outlet.reads_pages and outlet.lives_at(new.canonical_url)


async def baseline_of(c: Connection, headlines: Sequence[Headline], outlets: Mapping[str, Outlet]) -> list[Headline]:
    """Returns those headlines of an aggregator's first list that are its baseline.

    The others are dated after the last reading of their own outlet, whose list will tell them as new. A source that is
    read no longer will tell nothing.
    """
    rows_of = present_rows(outlets, await sources.all_of(c))
    read_until = {key: _read_until([row for row in rows if row.error_code != STOPPED]) for key, rows in rows_of.items()}
    return [headline for headline in headlines if _is_baseline(headline, read_until.get(headline.outlet))]


def _read_until(rows: Sequence[SourceRow]) -> datetime | None:
    """Returns the earliest last reading of an outlet's sources; None without a source, or where one was never read."""
    times = [row.last_ok_at if row.baseline_at is not None else None for row in rows]
    return min((at for at in times if at is not None), default=None) if None not in times else None


def _is_baseline(headline: Headline, read_until_at: datetime | None) -> bool:
    return headline.published_at is None or read_until_at is None or headline.published_at <= read_until_at


async def name_known_titles(c: Connection, new_articles: Sequence[NewArticle], now: datetime) -> None:
    """Gives the names of articles without an address to the articles of their outlets that have the same title."""
    by_outlet: dict[str, list[NewArticle]] = {}
    for new in new_articles:
        if any(map(is_title_name, new.identities)):
            by_outlet.setdefault(new.outlet, []).append(new)
    for outlet, of_outlet in by_outlet.items():
        names = {name: new for new in of_outlet for name in new.identities if is_title_name(name)}
        for row in await listed_titles.of_outlet(c, outlet, now - OLDEST_TITLE):
            own_names = {title_name(outlet, title, row.at) for title in (row.headline, *row.listed.values())}
            for name in own_names & names.keys():
                await article_identities.add(c, row.id, names[name].identities)


def names_by_title(outlet: Outlet, new_articles: Sequence[NewArticle], now: datetime) -> dict[str, NewArticle]:
    """Returns an outlet's new articles by the names that an aggregator gave them which hides the address."""
    return {title_name(outlet.key, new.headline, new.published_at or now): new for new in new_articles if new.headline}


async def give_addresses(
    c: Connection,
    outlet: Outlet,
    names: Mapping[str, NewArticle],
    article_of: KnownNames,
    texts: Mapping[str, FeedText],
    now: datetime,
) -> bool:
    """Gives the addresses of an outlet's new articles (``names_by_title``) to those that are known by their titles.

    Their pages are wanted now, what the outlet's list says of them (``texts``, by address) is read with them, and their
    cards lead to the outlet. Returns whether there were any.
    """
    given = False
    for name, article_id in article_of.items():
        if name not in names:
            continue
        if not given:
            await lock_stories(c)
        article = await articles.get(c, article_id)
        if article is None or outlet.lives_at(article.canonical_url):
            continue
        new, given = names[name], True
        await article_identities.add(c, article_id, new.identities)
        await articles.update(c, article_id, url=new.url, canonical_url=new.canonical_url)
        if texts[new.url].size > (await feed_texts.of_article(c, article_id)).size and not article.baseline:
            await feed_texts.put(c, article_id, texts[new.url])
        if (outlet.reads_pages or texts[new.url].text) and not article.baseline:
            await articles.update(c, article_id, state="headline", wants_page=True, tries=0, next_try_at=None)
        if article.story is not None:
            await refresh_story(c, article.story, article_id, now)
    return given
