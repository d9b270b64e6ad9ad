"""Decides which further pages of a source one reading takes, and joins what they hold.

A sitemap index has children, a long list has pages: both are further pages here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

from scrapers.article import Headline, SourceReading
from scrapers.outlet import Source

AreNew = Callable[[Sequence[Headline]], Awaitable[bool]]
"""Tells whether most of these headlines are new to the caller, who stores them."""
MAX_PROBLEMS = 10
NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
DEFAULT_PAGES = 3
DEFAULT_CHILDREN = 2
"""The newest child of a sitemap index may have begun a minute ago; the one before holds what came until then."""


def most_further(source: Source) -> int:
    """The number of pages that are read after the first; of an index, which has no articles, all children count."""
    if source.kind == "sitemap":
        return source.most_pages or DEFAULT_CHILDREN
    return (source.most_pages or DEFAULT_PAGES) - 1


def numbered_after(address: str, parameter: str) -> str:
    """The address of the next page, whose number is in a parameter of the query; a page without it is the first."""
    parts = urlsplit(address)
    pairs = parts.query.split("&") if parts.query else []
    others = [pair for pair in pairs if pair.partition("=")[0] != parameter]
    number = next((pair.partition("=")[2] for pair in pairs if pair not in others), "1")
    following = int(number) + 1 if NUMBER.fullmatch(number) else 2
    return urlunsplit(parts._replace(query="&".join([*others, f"{parameter}={following}"])))


def joined(first: SourceReading, further: Sequence[SourceReading], problems: Sequence[str]) -> SourceReading:
    """One reading of all pages, each article once, with the state of the first."""
    headlines: dict[str, Headline] = {}
    for reading in (first, *further):
        for headline in reading.headlines:
            headlines.setdefault(headline.identities[0], headline)
    times = [reading.newest_at for reading in (first, *further) if reading.newest_at is not None]
    every_problem = [problem for reading in (first, *further) for problem in reading.problems]
    return replace(
        first,
        headlines=tuple(headlines.values()),
        newest_at=max(times, default=None),
        problems=tuple([*problems, *every_problem][:MAX_PROBLEMS]),
    )


def of_index(index: SourceReading, children: Sequence[SourceReading], body_hash: str | None) -> SourceReading:
    """The reading of a sitemap index by its children's bodies; unchanged where these are as before.

    It keeps no validators: an index that is the same says nothing of its children.
    """
    hashes = "".join(child.state.body_hash or "" for child in children)
    digest = hashlib.blake2b(hashes.encode(), digest_size=16).hexdigest()
    state = replace(index.state, etag=None, last_modified=None, body_hash=digest)
    if digest == body_hash:
        return SourceReading((), state, unchanged=True)
    return replace(index, state=state)
