"""Makes an article of a headline and of what was read behind its address. Pure functions of plain data."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from scrapers.article import Article, Headline
from scrapers.formats.results import PageReading
from scrapers.identities import KINDS
from scrapers.outlet import Outlet
from scrapers.plain_text import content_hash


def without_text(headline: Headline, suspect: str) -> Article:
    """The article of an address that answered without an article; ``suspect`` says why."""
    return Article(
        outlet=headline.outlet,
        url=headline.url,
        canonical_url=headline.canonical_url,
        identities=headline.identities,
        title=headline.title,
        paragraphs=(),
        published_at=headline.published_at,
        byline=None,
        language=headline.language,
        content_hash=content_hash(headline.title, ()),
        dated_ahead=headline.dated_ahead,
        suspect=suspect,
    )


def article_from(outlet: Outlet, headline: Headline, reading: PageReading) -> Article:
    """The article of a page: what the page leaves out is as its source listed it."""
    title = headline.title if reading.suspect == "site_title" or not reading.title else reading.title
    published_at, dated_ahead = _published(outlet, headline, reading)
    return Article(
        outlet=outlet.key,
        url=headline.url,
        canonical_url=reading.canonical_url,
        identities=_merged_identities(headline.identities, reading.identities),
        title=title,
        paragraphs=reading.paragraphs,
        published_at=published_at,
        byline=reading.byline,
        language=reading.language,
        content_hash=content_hash(title, reading.paragraphs),
        dated_ahead=dated_ahead,
        suspect=reading.suspect,
        partial=reading.partial,
        text_from=reading.text_from,
        attachments=reading.attachments,
        paywalled=reading.paywalled,
    )


def _published(outlet: Outlet, headline: Headline, reading: PageReading) -> tuple[datetime | None, bool]:
    """The page's time; the source's, when the page names none or the same day without an hour."""
    on_page, in_source = reading.published_at, headline.published_at
    if on_page is None:
        return in_source, headline.dated_ahead
    zone = ZoneInfo(outlet.timezone)
    local = on_page.astimezone(zone)
    only_a_day = local.hour == local.minute == local.second == 0
    if only_a_day and in_source is not None and in_source.astimezone(zone).date() == local.date():
        return in_source, headline.dated_ahead
    return on_page, reading.dated_ahead


def _merged_identities(first: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """All identities once, strongest kind first."""
    return tuple(sorted(dict.fromkeys((*first, *more)), key=lambda identity: KINDS.index(identity.partition(":")[0])))


def is_led_away(outlet: Outlet, requested_url: str, final_url: str) -> bool:
    """Whether an article redirects to the front page, or an official one to a host of others: the text is another.

    The Federal Register sends some readers to a host that asks whether they are robots.
    """
    home = ("", "/")
    requested, final = urlsplit(requested_url), urlsplit(final_url)
    is_elsewhere = outlet.kind == "official" and final.hostname != requested.hostname and not outlet.lives_at(final_url)
    return is_elsewhere or (final.path in home and requested.path not in home)
