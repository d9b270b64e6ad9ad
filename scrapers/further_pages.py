"""Reads the further pages of a source that one reading takes, and joins what they hold.

A sitemap index has children, a long list has pages: both are further pages here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

from scrapers.article import Headline, SourceReading, SourceState
from scrapers.errors import FetchRateLimited, ScrapeError
from scrapers.outlet import Source

AreNew = Callable[[Sequence[Headline]], Awaitable[bool]]
"""Tells whether most of these headlines are new to the caller, who stores them."""
Further = tuple[str, ...]
"""The addresses of the next page of a list, or of the children of a sitemap index."""
Read = Callable[[str], Awaitable[tuple[SourceReading, Further]]]
"""Reads one page; each takes its turn."""
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


async def read_children(read: Read, index: SourceReading, children: Further, state: SourceState) -> SourceReading:
    """Read these children of a sitemap index; one that fails is a problem, unless all do.

    The reading is unchanged where their bodies are as before. It keeps no validators: an index that is the same says
    nothing of its children.

    :raises ScrapeError: when none can be read, or the host sets a limit.
    """
    readings: list[SourceReading] = []
    failures: list[ScrapeError] = []
    for address in children:
        try:
            readings.append((await read(address))[0])
        except FetchRateLimited:
            raise
        except ScrapeError as error:
            failures.append(error)
    if not readings:
        raise failures[0]
    hashes = "".join(reading.state.body_hash or "" for reading in readings)
    digest = hashlib.blake2b(hashes.encode(), digest_size=16).hexdigest()
    next_state = replace(index.state, etag=None, last_modified=None, body_hash=digest)
    if digest == state.body_hash:
        return SourceReading((), next_state, unchanged=True)
    return replace(_joined(index, readings, failures), state=next_state)


async def read_pages(
    read: Read, address: str, first: SourceReading, further: Further, most: int, are_new: AreNew
) -> SourceReading:
    """Read at most so many later pages of a list, while most of a page is new.

    A page that fails is a problem and the last; one that was read before ends the list too.

    :raises FetchRateLimited: when the host sets a limit.
    """
    pages: list[SourceReading] = []
    visited = {address}
    while further and further[0] not in visited and len(pages) < most:
        if not await are_new((pages or [first])[-1].headlines):
            break
        visited.add(further[0])
        try:
            page, further = await read(further[0])
        except FetchRateLimited:
            raise
        except ScrapeError as error:
            return _joined(first, pages, [error])
        pages.append(page)
    return _joined(first, pages, [])


def _joined(first: SourceReading, further: Sequence[SourceReading], failures: Sequence[ScrapeError]) -> SourceReading:
    """One reading of all pages, each article once, with the state of the first."""
    headlines: dict[str, Headline] = {}
    for reading in (first, *further):
        for headline in reading.headlines:
            headlines.setdefault(headline.identities[0], headline)
    times = [reading.newest_at for reading in (first, *further) if reading.newest_at is not None]
    problems = [problem for reading in (first, *further) for problem in reading.problems]
    return replace(
        first,
        headlines=tuple(headlines.values()),
        newest_at=max(times, default=None),
        problems=tuple([*map(str, failures), *problems][:MAX_PROBLEMS]),
    )
