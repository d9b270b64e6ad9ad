"""One source's answer → Headlines, whatever its kind; runs in the parser's child process."""

from __future__ import annotations

from datetime import datetime

from scrapers.article import Headline
from scrapers.canonical_url import canonical_url, identities
from scrapers.formats.dates import not_ahead
from scrapers.formats.entries import Entries, FeedEntry
from scrapers.formats.results import Discovered
from scrapers.language import guess_language
from scrapers.outlet import Outlet, Source


def discover(
    data: bytes, url: str, outlet: Outlet, source: Source, now: datetime, content_type: str | None = None
) -> Discovered:
    """Read the answer that a source gave.

    :raises NotUnderstood: for an answer that is not what the spec says.
    :raises TooBig: for one that is bigger or deeper than we read.
    """
    found = _entries(data, url, outlet, source, content_type)
    headlines: dict[str, Headline] = {}
    for entry in found.entries:
        headline = _headline(entry, outlet, now)
        headlines.setdefault(headline.identities[0], headline)
    times = [one.published_at for one in headlines.values() if one.published_at and not one.dated_ahead]
    return Discovered(tuple(headlines.values()), found.problems, max(times, default=None))


def _entries(data: bytes, url: str, outlet: Outlet, source: Source, content_type: str | None) -> Entries:
    """Each kind's reader is imported where it is needed: a process that reads feeds alone stays small."""
    if source.kind == "feed":
        from scrapers.formats.feeds import read_feed

        return read_feed(data, url, outlet.timezone, content_type)
    if source.kind == "sitemap":
        from scrapers.formats.sitemaps import read_sitemap

        return read_sitemap(data, url, outlet.timezone, content_type)
    if source.kind == "json":
        from scrapers.formats.json_api import read_json

        return read_json(data, url, source, outlet.timezone, content_type)
    from scrapers.formats.listings import read_listing

    return read_listing(data, url, outlet, source, content_type)


def _headline(entry: FeedEntry, outlet: Outlet, now: datetime) -> Headline:
    when = not_ahead(entry.published_at, now)
    guess = guess_language(entry.title)
    return Headline(
        outlet=outlet.key,
        url=entry.url,
        canonical_url=canonical_url(entry.url, outlet),
        identities=identities(outlet, entry.url, entry.id),
        title=entry.title,
        summary=entry.summary,
        published_at=when.at,
        language=guess if guess != "und" else outlet.language,
        dated_ahead=when.ahead,
    )
