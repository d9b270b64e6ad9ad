"""Stores a source's new headlines; those of its first reading are a baseline of which nobody is told."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.deliveries.notices import OperatorsChannel, notify_operators
from bot.intake.candidate import CHURNED, MAX_AGE, article_kind, is_older, page_of
from bot.matching.scan import Scanner
from bot.model import Reading
from bot.store import article_identities, articles, installations, mentions
from bot.store.articles import NewArticle
from bot.store.engine import Connection
from scrapers.article import Headline
from scrapers.canonical_url import is_guid, is_own_id
from scrapers.headline_marks import is_correction, is_flash
from scrapers.outlet import Outlet

log = logging.getLogger("pactbot.intake")

SAME_TITLE_AGE = timedelta(days=90)
"""In a churned list, a title that was seen so long ago is still the same article: quiet lists are long."""


async def without_taken_guids(c: Connection, headlines: Sequence[Headline]) -> list[Headline]:
    """Returns the headlines without guids that another article has: some outlets give every article the same one.

    A guid leads to the same article under another address only where the headline is the same, and the outlet's own
    id is not another one.
    """
    article_of = await article_identities.known(c, _names_in(headlines))
    return [await _without_taken_guids(c, headline, article_of) for headline in headlines]


async def _without_taken_guids(c: Connection, headline: Headline, article_of: Mapping[str, int]) -> Headline:
    by_name = {article_of[name] for name in headline.identities if name in article_of and not is_guid(name)}
    taken: set[str] = set()
    for name in filter(is_guid, headline.identities):
        holder = article_of.get(name)
        if holder is not None and holder not in by_name and not await _is_same_article(c, holder, headline):
            taken.add(name)
    return headline.without_names(taken) if taken else headline


async def _is_same_article(c: Connection, article_id: int, headline: Headline) -> bool:
    article = await articles.get(c, article_id)
    own_ids = set(filter(is_own_id, headline.identities))
    stored_ids = set(filter(is_own_id, await article_identities.of_article(c, article_id)))
    is_another = bool(own_ids and stored_ids) and own_ids.isdisjoint(stored_ids)
    return article is not None and bool(headline.title) and article.headline == headline.title and not is_another


async def select_unknown(c: Connection, headlines: Sequence[Headline]) -> list[Headline]:
    """Returns the headlines of which no name is known, each article once, in the document's order."""
    taken = set(await article_identities.known(c, _names_in(headlines)))
    unknown: list[Headline] = []
    for headline in headlines:
        if taken.isdisjoint(headline.identities):
            unknown.append(headline)
            taken.update(headline.identities)
    return unknown


def oldest_first(headlines: Sequence[Headline]) -> list[Headline]:
    """Returns headlines in the order of their dates. Where one has none, in reverse: lists show the newest first."""
    dated = [(headline.published_at, headline) for headline in reversed(headlines) if headline.published_at is not None]
    if len(dated) < len(headlines):
        return list(reversed(headlines))
    return [headline for _, headline in sorted(dated, key=lambda pair: pair[0])]


async def find_newly_corrected(c: Connection, headlines: Sequence[Headline]) -> list[int]:
    """Returns the ids of read articles whose headlines are marked as corrected for the first time."""
    marked = [headline for headline in headlines if is_correction(headline.title)]
    article_of = await article_identities.known(c, _names_in(marked))
    ids = dict.fromkeys(article_of.values())
    rows = [article for article_id in ids if (article := await articles.get(c, article_id)) is not None]
    return [row.id for row in rows if row.state == "read" and not (row.corrected or row.baseline or row.suspect)]


async def want_pages_again(c: Connection, article_ids: Sequence[int]) -> None:
    """Marks corrected articles, so that their pages are read again and take the place of what was read."""
    for article_id in article_ids:
        await articles.update(
            c, article_id, state="headline", wants_page=True, corrected=True, tries=0, next_try_at=None
        )


def read_headlines(scanner: Scanner, outlet: Outlet, headlines: Sequence[Headline]) -> list[Reading]:
    """Returns what each headline says by itself; takes too long for the event loop."""
    return [scanner.read(page_of(outlet, each.title, "", each.language, each.published_at)) for each in headlines]


def new_article(
    outlet: Outlet,
    headline: Headline,
    reading: Reading,
    lexicon_version: str,
    now: datetime,
    *,
    baseline: bool,
    churned: bool,
) -> NewArticle:
    """Returns a headline as it is stored; the page of a baseline, or of an old article, is not wanted."""
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
        topics=reading.topics,
        lexicon_version=lexicon_version,
    )


async def store_new(
    c: Connection, new_articles: Sequence[NewArticle], readings: Sequence[Reading], now: datetime, *, churned: bool
) -> list[tuple[int, NewArticle]]:
    """Stores the articles that nobody has stored meanwhile; returns each with its id.

    In a churned list a title that is known names the same article: it only gets further names.
    """
    known = set(await article_identities.known(c, (name for new in new_articles for name in new.identities)))
    stored: list[tuple[int, NewArticle]] = []
    for new, reading in zip(new_articles, readings, strict=True):
        if not known.isdisjoint(new.identities):
            continue
        known.update(new.identities)
        is_renamed = churned and bool(new.headline)
        same = await articles.same_title(c, new.outlet, new.headline, now - SAME_TITLE_AGE) if is_renamed else None
        if same is not None:
            await article_identities.add(c, same, new.identities)
            continue
        article_id = await articles.add(c, new)
        if reading.mentions or reading.rejected:
            await mentions.replace(c, article_id, reading.mentions, reading.rejected, new.lexicon_version)
        stored.append((article_id, new))
    return stored


async def report_churned(
    c: Connection, operators: OperatorsChannel | None, outlet: Outlet, url: str, now: datetime
) -> None:
    """Notifies the operators, at most once a day, of a source that renamed its whole list."""
    log.warning("feed_churned", extra={"outlet": outlet.key, "url": url})
    args: Mapping[str, str] = {"outlet": outlet.name, "url": url}
    for team in await installations.present(c):
        once_key = f"churn:{outlet.key}:{now.date().isoformat()}"
        await notify_operators(c, operators, team.team, once_key, "feed_churned", args, now)


def _names_in(headlines: Sequence[Headline]) -> list[str]:
    return [name for headline in headlines for name in headline.identities]
