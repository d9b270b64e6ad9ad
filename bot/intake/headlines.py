"""Stores a source's new headlines; those of its first reading are a baseline of which nobody is told."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.deliveries.notices import OperatorsChannel
from bot.deliveries.outlet_notices import begin, end
from bot.intake.candidate import MAX_AGE, article_kind, is_older, page_of
from bot.intake.known_names import MOST_NAMES_CHURNED, KnownNames, learned, names_in
from bot.intake.page_order import head_start
from bot.model import CHURNED, Mention, Page, Reading, Rejected, StoredArticle
from bot.store import article_identities, articles, mentions
from bot.store.articles import NewArticle
from bot.store.engine import Connection
from bot.store.outlet_troubles import OutletTrouble
from bot.store.rows import chunks
from scrapers.article import Headline
from scrapers.headline_marks import is_correction, is_flash
from scrapers.outlet import Outlet

log = logging.getLogger("pactbot.intake")

ReadArticle = tuple[NewArticle, Reading]
"""A new article and what its headline says."""
Found = dict[int, tuple[Sequence[Mention], Sequence[Rejected]]]
"""What articles name, and what only looked like it, by their ids."""

HEADLINES_A_TRANSACTION = 100
SAME_TITLE_AGE = timedelta(days=90)
"""In a churned list, a title that was seen so long ago is still the same article: quiet lists are long."""


def oldest_first(headlines: Sequence[Headline]) -> list[Headline]:
    """Returns headlines in the order of their dates. Where one has none, in reverse: lists show the newest first."""
    dated = [(headline.published_at, headline) for headline in reversed(headlines) if headline.published_at is not None]
    if len(dated) < len(headlines):
        return list(reversed(headlines))
    return [headline for _, headline in sorted(dated, key=lambda pair: pair[0])]


async def find_newly_corrected(c: Connection, headlines: Sequence[Headline], article_of: KnownNames) -> list[int]:
    """Returns the ids of articles whose headlines are marked as corrected for the first time.

    The page of one that nobody was told of yet may be on its way as it was before.
    """
    marked = [headline for headline in headlines if is_correction(headline.title)] if article_of else []
    ids = dict.fromkeys(article_of[name] for name in names_in(marked) if name in article_of)
    rows = [article for article_id in ids if (article := await articles.get(c, article_id)) is not None]
    return [row.id for row in rows if _may_be_told(row) and not (row.corrected or row.baseline or row.suspect)]


def _may_be_told(article: StoredArticle) -> bool:
    return article.state == "read" or (article.state == "headline" and article.story is None)


async def want_pages_again(c: Connection, article_ids: Sequence[int]) -> None:
    """Marks corrected articles, so that their pages are read again and take the place of what was read."""
    for article_id in article_ids:
        await articles.update(
            c, article_id, state="headline", wants_page=True, corrected=True, tries=0, next_try_at=None
        )


def headline_page(outlet: Outlet, headline: Headline) -> Page:
    """Returns a headline as a page without text."""
    return page_of(outlet, headline.title, "", headline.language, headline.published_at)


def new_article(
    outlet: Outlet,
    headline: Headline,
    reading: Reading,
    listed: Reading,
    lexicon_version: str,
    now: datetime,
    *,
    baseline: bool,
    churned: bool,
    source: str | None,
) -> NewArticle:
    """Returns a headline as it is stored; the page of a baseline, or of an old article, is not wanted.

    ``listed`` is what headline and feed text say together, for the order of pages. ``source`` is the key under which
    the article keeps the title that the source shows; None for an aggregator, whose edits are not the outlet's.
    """
    as_baseline = baseline or is_older(headline.published_at, MAX_AGE, now)
    return NewArticle(
        outlet=outlet.key,
        url=headline.url,
        canonical_url=headline.canonical_url,
        headline=headline.title[: articles.LONGEST_HEADLINE],
        language=headline.language,
        kind=article_kind(headline.title, outlet),
        published_at=headline.published_at,
        first_seen_at=now,
        identities=headline.identities,
        wants_page=not as_baseline,
        baseline=as_baseline,
        flash=is_flash(headline.title),
        corrected=is_correction(headline.title),
        suspect=CHURNED if churned and not as_baseline else None,
        text_url=headline.text_url,
        topics=reading.topics,
        severity_reason=reading.severity_reason,
        lexicon_version=lexicon_version,
        head_start=head_start(listed),
        listed={} if as_baseline or source is None else {source: headline.title[: articles.LONGEST_HEADLINE]},
    )


def transactions(headlines: Sequence[Headline], *, churned: bool) -> list[tuple[Sequence[Headline], bool]]:
    """Returns the parts of a list that are stored together, each with whether it is the last; at least one.

    Slack's requests wait for no more than one part. What a crash leaves out is unknown at the next reading. A churned
    list stays whole, because the rest of it would not look churned then.
    """
    size = len(headlines) if churned else HEADLINES_A_TRANSACTION
    parts = list(chunks(headlines, max(1, size))) or [[]]
    return [(part, number == len(parts)) for number, part in enumerate(parts, 1)]


async def store_new(
    c: Connection, new_articles: Sequence[NewArticle], readings: Sequence[Reading], article_of: KnownNames
) -> list[tuple[int, NewArticle]]:
    """Stores the articles that nobody has stored meanwhile; returns each with its id.

    ``article_of`` has those of their names that are known in this transaction.
    """
    (stored,) = await store_all(c, [unknown_of(list(zip(new_articles, readings, strict=True)), set(article_of))])
    return stored


def unknown_of(read_articles: Sequence[ReadArticle], taken: set[str]) -> list[ReadArticle]:
    """Returns the articles of which no name is taken, each once; their names are taken then."""
    unknown = []
    for new, reading in read_articles:
        if taken.isdisjoint(new.identities):
            taken.update(new.identities)
            unknown.append((new, reading))
    return unknown


async def store_all(c: Connection, parts: Sequence[Sequence[ReadArticle]]) -> list[list[tuple[int, NewArticle]]]:
    """Stores unknown articles and what they name with one statement a table; returns each with its id, by part."""
    every = [read_article for part in parts for read_article in part]
    ids = iter(await articles.add_many(c, [new for new, _ in every]))
    stored = [[(next(ids), read_article) for read_article in part] for part in parts]
    found: dict[str, Found] = {}
    for part in stored:
        for article_id, (new, reading) in part:
            if reading.mentions or reading.rejected:
                found.setdefault(new.lexicon_version, {})[article_id] = (reading.mentions, reading.rejected)
    for version, of_version in found.items():
        await mentions.add_new(c, of_version, version)
    return [[(article_id, new) for article_id, (new, _) in part] for part in stored]


async def without_known_titles(c: Connection, read_articles: Sequence[ReadArticle], now: datetime) -> list[ReadArticle]:
    """Returns the articles of one outlet's churned list whose titles are unknown, each title once.

    A title that is known names the same article: the known one only gets further names.
    """
    titles = [new.headline for new, _ in read_articles if new.headline]
    outlet = read_articles[0][0].outlet if read_articles else ""
    article_of = await articles.with_titles(c, outlet, titles, now - SAME_TITLE_AGE)
    further: dict[int, list[str]] = {}
    others: dict[object, ReadArticle] = {}
    for new, reading in read_articles:
        key = new.headline or new.identities
        if new.headline in article_of:
            further.setdefault(article_of[new.headline], []).extend(new.identities)
        elif key in others:
            first, first_reading = others[key]
            others[key] = (replace(first, identities=(*first.identities, *new.identities)), first_reading)
        else:
            others[key] = (new, reading)
    await article_identities.add_further(c, await learned(c, further, MOST_NAMES_CHURNED))
    return list(others.values())


async def follow_churn(
    c: Connection,
    operators: OperatorsChannel | None,
    outlet: Outlet,
    url: str,
    known: Sequence[OutletTrouble],
    now: datetime,
    *,
    churned: bool,
) -> None:
    """Notifies the operators when a source has renamed its whole list, and when its list is known again.

    ``known`` are the churned lists at present.
    """
    trouble = OutletTrouble("churned", outlet.key, url, outlet.name, "", now, now)
    before = next((each for each in known if each.key == trouble.key), None)
    if churned:
        await begin(c, operators, trouble, before, now)
    elif before is not None:
        await end(c, operators, before, now)
