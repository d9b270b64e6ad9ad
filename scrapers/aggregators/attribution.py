"""Finds the outlet of each headline that an aggregator lists: only outlets of a spec may be posted.

An outlet may be posted if it is read itself, or if its spec says ``covered``. Any other host is counted and dropped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from scrapers.aggregators.found_headlines import FoundHeadline
from scrapers.aggregators.title_names import title_names
from scrapers.aggregators.titles import without_outlet
from scrapers.article import Headline
from scrapers.canonical_url import canonical_url
from scrapers.identities import identities, listed_identity
from scrapers.language import guess_language
from scrapers.outlet import Outlet

MAX_UNLISTED_HOSTS = 10
_HOST_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_VARIANT = re.compile(r"(?:www|m|m1|mobile|amp|prod)\.(?=[^.]+\.)")


@dataclass(frozen=True, slots=True)
class Attribution:
    """What an aggregator listed, by the outlets that published it."""

    headlines: tuple[Headline, ...]
    outlets: Mapping[str, Outlet] = field(default_factory=dict)
    """The outlets of the headlines, by key."""
    unlisted: tuple[tuple[str, int], ...] = ()
    """Hosts that no spec names, each with its number of headlines, the most first; at most MAX_UNLISTED_HOSTS."""


def attribute(
    found: Iterable[Headline], aggregator: Outlet, outlets: Mapping[str, Outlet], now: datetime
) -> Attribution:
    """Returns the headlines of listed outlets under these outlets' names, each article once."""
    listed = {_bare(host): outlet for outlet in outlets.values() if outlet.may_be_posted for host in outlet.hosts}
    headlines: dict[str, Headline] = {}
    unlisted: Counter[str] = Counter()
    for each in found:
        assert isinstance(each, FoundHeadline)
        host = _host(each.publisher_url if aggregator.lives_at(each.url) else each.url)
        outlet = listed.get(_bare(host))
        if outlet is None:
            unlisted.update([host] if _HOST_NAME.fullmatch(host) else [])
        elif (headline := _of_outlet(each, outlet, aggregator, now)) is not None:
            headlines.setdefault(headline.identities[0], headline)
    keys = {headline.outlet for headline in headlines.values()}
    return Attribution(
        tuple(headlines.values()), {key: outlets[key] for key in keys}, tuple(unlisted.most_common(MAX_UNLISTED_HOSTS))
    )


def _of_outlet(found: FoundHeadline, outlet: Outlet, aggregator: Outlet, now: datetime) -> Headline | None:
    """Returns the headline under its outlet's name; None for an address that is no article's, by the outlet's spec.

    An article whose address the aggregator hides is named by its title and day; None where it has no title.
    """
    title = without_outlet(found.title, outlet.name, *outlet.hosts)
    if aggregator.lives_at(found.url):
        canonical = found.canonical_url
        names = (*title_names(outlet.key, title, found.published_at or now), f"url:{canonical}") if title else ()
    else:
        canonical = canonical_url(found.url, outlet)
        is_article = outlet.id_pattern is None or outlet.article_key(found.url) is not None
        listed = listed_identity(outlet, title, None if found.dated_ahead else found.published_at)
        names = (*identities(outlet, found.url), *filter(None, [listed])) if is_article else ()
    if not names:
        return None
    language = guess_language(title)
    return Headline(
        outlet=outlet.key,
        url=found.url,
        canonical_url=canonical,
        identities=names,
        title=title,
        summary=found.summary,
        published_at=found.published_at,
        language=language if language != "und" else outlet.language,
        dated_ahead=found.dated_ahead,
    )


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _bare(host: str) -> str:
    """Returns a host without the marks of a mobile edition and ``www``."""
    while (variant := _VARIANT.match(host)) is not None:
        host = host[variant.end() :]
    return host
