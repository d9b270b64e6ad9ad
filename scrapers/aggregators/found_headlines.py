"""Makes the headlines of an aggregator's answer, which do not belong to it."""

from __future__ import annotations

from dataclasses import dataclass

from scrapers.aggregators.redirect_tokens import address_in
from scrapers.aggregators.titles import folded, without_outlet, without_spaced_signs
from scrapers.article import Headline
from scrapers.canonical_url import canonical_url
from scrapers.formats.entries import FeedEntry
from scrapers.identities import identities
from scrapers.outlet import Outlet


@dataclass(frozen=True, slots=True)
class FoundHeadline(Headline):
    """A headline that an aggregator lists; ``outlet`` is the aggregator until the outlet is known that published it."""

    publisher: str = ""
    """The name of its outlet, if the aggregator gives it."""
    publisher_url: str = ""
    """The home page of its outlet, if the aggregator gives it."""


def found_headline(headline: Headline, entry: FeedEntry, aggregator: Outlet) -> FoundHeadline:
    """Returns an aggregator's headline with the article's own address, if its link holds it, and its title alone."""
    url = entry.url
    if aggregator.lives_at(url):
        url = address_in(url) or url
    title = without_outlet(without_spaced_signs(entry.title), entry.publisher)
    return FoundHeadline(
        outlet=headline.outlet,
        url=url,
        canonical_url=canonical_url(url, aggregator),
        identities=identities(aggregator, url, entry.id),
        title=title,
        summary="" if folded(entry.summary).startswith(folded(title)) else entry.summary,
        published_at=headline.published_at,
        language=headline.language,
        dated_ahead=headline.dated_ahead,
        publisher=entry.publisher,
        publisher_url=entry.publisher_url,
    )
