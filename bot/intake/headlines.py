"""A source was read: its new headlines are stored, those of its first reading as seen and owed to nobody."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.deliveries.notices import OperatorsChannel, notify_operators
from bot.intake.candidate import CHURNED, FORGET_AGE, article_kind, is_older, page_of
from bot.matching.scan import Scanner
from bot.model import Reading
from bot.store import articles, installations, mentions
from bot.store.articles import NewArticle
from bot.store.engine import Connection
from scrapers.article import Headline
from scrapers.headline_marks import is_correction, is_flash
from scrapers.outlet import Outlet

log = logging.getLogger("pactbot.intake")

KNOWN_TITLE_AGE = timedelta(days=90)
"""Where a list is churned, a headline told so long ago is still the same article: quiet lists are long."""


async def unseen(c: Connection, headlines: Sequence[Headline]) -> list[Headline]:
    """Those that are known under none of their names, each once."""
    known = await articles.known(c, (name for item in headlines for name in item.identities))
    taken = set(known)
    fresh: list[Headline] = []
    for item in headlines:
        if taken.isdisjoint(item.identities):
            fresh.append(item)
            taken.update(item.identities)
    return fresh


async def corrected_since(c: Connection, headlines: Sequence[Headline]) -> list[int]:
    """Articles that were read as they stood, and whose headline says now that they were corrected."""
    marked = [item for item in headlines if is_correction(item.title)]
    known = await articles.known(c, (name for item in marked for name in item.identities))
    rows = [row for number in dict.fromkeys(known.values()) if (row := await articles.get(c, number)) is not None]
    return [row.id for row in rows if row.state == "read" and not (row.corrected or row.baseline or row.suspect)]


async def read_once_more(c: Connection, numbers: Sequence[int]) -> None:
    """Their pages are asked for again; what they say then takes the place of what they said."""
    for number in numbers:
        await articles.update(c, number, state="headline", wants_page=True, corrected=True, tries=0, next_try_at=None)


def read_headlines(scanner: Scanner, outlet: Outlet, fresh: Sequence[Headline]) -> list[Reading]:
    """What each headline says by itself."""
    return [scanner.read(page_of(outlet, item.title, "", item.language, item.published_at)) for item in fresh]


def new_article(
    outlet: Outlet, item: Headline, reading: Reading, lexicon_version: str, baseline: bool, churned: bool, now: datetime
) -> NewArticle:
    """A headline as it is stored; no page is fetched of what stood there before us, or is too old to tell."""
    seen_only = baseline or is_older(item.published_at, FORGET_AGE, now)
    return NewArticle(
        outlet=outlet.key,
        url=item.url,
        canonical_url=item.canonical_url,
        headline=item.title[: articles.LONGEST_HEADLINE],
        language=item.language,
        kind=article_kind(item.title, outlet),
        published_at=item.published_at,
        first_seen_at=now,
        identities=item.identities,
        wants_page=not seen_only,
        baseline=seen_only,
        flash=is_flash(item.title),
        corrected=is_correction(item.title),
        suspect=CHURNED if churned and not seen_only else None,
        topics=reading.topics,
        lexicon_version=lexicon_version,
    )


async def store_new(
    c: Connection, new: Sequence[NewArticle], readings: Sequence[Reading], now: datetime, churned: bool
) -> list[tuple[int, NewArticle]]:
    """Where a whole list has new names, a headline told before is the same article under its new one."""
    known = set(await articles.known(c, (name for item in new for name in item.identities)))
    stored: list[tuple[int, NewArticle]] = []
    for item, reading in zip(new, readings, strict=True):
        if not known.isdisjoint(item.identities):
            continue
        known.update(item.identities)
        same = await articles.same_title(c, item.outlet, item.headline, now - KNOWN_TITLE_AGE) if churned else None
        if same is not None:
            await articles.add_identities(c, same, item.identities)
            continue
        number = await articles.add(c, item)
        if reading.mentions or reading.rejected:
            await mentions.add_mentions(c, number, reading.mentions, reading.rejected, (), item.lexicon_version, now)
        stored.append((number, item))
    return stored


async def tell_churned(
    c: Connection, operators: OperatorsChannel | None, outlet: Outlet, url: str, now: datetime
) -> None:
    """The operators hear once a day of a list that changed all its names."""
    log.warning("feed_churned", extra={"outlet": outlet.key, "url": url})
    args: Mapping[str, str] = {"outlet": outlet.name, "url": url}
    for team in await installations.present(c):
        what = f"churn:{outlet.key}:{now.date().isoformat()}"
        await notify_operators(c, operators, team.team, what, "feed_churned", args, now)
