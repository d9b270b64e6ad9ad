"""Reads the headlines of a source's answer, of any kind; runs in the parser process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from scrapers.article import Headline
from scrapers.canonical_url import equal_addresses
from scrapers.errors import NotUnderstood
from scrapers.formats.dates import local_if_ahead, not_ahead
from scrapers.formats.entries import MAX_PROBLEM_CHARS, MAX_PROBLEMS, Entries, FeedEntry
from scrapers.formats.entry_text import is_whole
from scrapers.formats.results import Discovered
from scrapers.identities import identities, is_weak, listed_identity
from scrapers.language import guess_language
from scrapers.outlet import Outlet, Source

MAX_FURTHER = 20
"""So many further pages of a source are reported, the newest."""


def discover(
    data: bytes, url: str, outlet: Outlet, source: Source, now: datetime, content_type: str | None = None
) -> Discovered:
    """The headlines of a source's answer, each article once.

    :raises NotUnderstood: for an answer that is not what the spec says.
    :raises TooBig: for one that is too large or nested too deep.
    """
    entries = _entries(data, url, outlet, source, content_type)
    headlines: dict[str, Headline] = {}
    hidden: Counter[str] = Counter()
    for headline in _without_shared_names([_headline(entry, outlet, source, now) for entry in entries.entries]):
        first = headlines.setdefault(headline.identities[0], headline)
        if first.title != headline.title and source.kind in ("feed", "json"):  # a listing may link one article twice
            hidden[first.url] += 1
    further = tuple(address for address in entries.further if _is_of_source(address, url, outlet))[:MAX_FURTHER]
    if entries.further and not further and source.kind == "sitemap":
        raise NotUnderstood(url, "is an index of another host's sitemaps")
    times = [
        headline.published_at for headline in headlines.values() if headline.published_at and not headline.dated_ahead
    ]
    return Discovered(
        headlines=tuple(headlines.values()),
        problems=(*_shared_addresses(hidden), *entries.problems)[:MAX_PROBLEMS],
        newest_at=max(times, default=None),
        further=further,
        ttl_seconds=entries.ttl_seconds,
        hub_links=entries.hub_links,
    )


def _shared_addresses(hidden: Counter[str]) -> Iterator[str]:
    """Reports entries that are not read because others have their address: it is no address of an article."""
    for address, count in hidden.most_common(MAX_PROBLEMS):
        yield f"{count} with the address of another entry: {address}"[:MAX_PROBLEM_CHARS]


def _is_of_source(address: str, url: str, outlet: Outlet) -> bool:
    """Whether a further page is where its source is: no answer sends us to another host."""
    return outlet.lives_at(address) or urlsplit(address).hostname == urlsplit(url).hostname


def _without_shared_names(headlines: list[Headline]) -> list[Headline]:
    """The headlines without weak names that several articles of the document share: such a name is none of them's."""
    articles_of: dict[str, set[str]] = {}
    for headline in headlines:
        for name in filter(is_weak, headline.identities):
            articles_of.setdefault(name, set()).add(headline.identities[0])
    shared = {name for name, articles in articles_of.items() if len(articles) > 1}
    return [headline.without_names(shared) for headline in headlines] if shared else headlines


def _entries(data: bytes, url: str, outlet: Outlet, source: Source, content_type: str | None) -> Entries:
    """The entries of an answer; a reader is imported on use, so that reading feeds alone takes little memory."""
    if source.kind == "feed":
        from scrapers.formats.feeds import read_feed

        return read_feed(data, url, outlet.timezone, content_type)
    if source.kind == "sitemap":
        from scrapers.formats.sitemaps import read_sitemap

        return read_sitemap(data, url, outlet, content_type)
    if source.kind == "json":
        from scrapers.formats.json_api import read_json

        return read_json(data, url, source, outlet.timezone, content_type)
    from scrapers.formats.listings import read_listing

    return read_listing(data, url, outlet, source, content_type)


def _headline(entry: FeedEntry, outlet: Outlet, source: Source, now: datetime) -> Headline:
    at = entry.published_at
    if at is not None and entry.says_utc:
        at = local_if_ahead(at, outlet.timezone, now)
    published = not_ahead(at, now)
    language = guess_language(entry.title)
    listed = None if published.ahead else listed_identity(outlet, entry.title, published.at)
    addresses = equal_addresses(entry.url, outlet)
    headline = Headline(
        outlet=outlet.key,
        url=entry.url,
        canonical_url=addresses[0],
        identities=(*identities(outlet, entry.url, entry.id, addresses), *filter(None, [listed])),
        title=entry.title,
        summary=entry.summary,
        published_at=published.at,
        language=language if language != "und" else outlet.language,
        dated_ahead=published.ahead,
        text=entry.text,
        text_url=entry.text_url,
        text_is_whole=source.whole_text and is_whole(entry.text),
    )
    if outlet.is_aggregator:
        from scrapers.aggregators.found_headlines import found_headline

        return found_headline(headline, entry, outlet)
    return headline
