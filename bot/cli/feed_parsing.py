"""What the parser's child process can do for ``pactbot feed``: a feed's bytes → plain rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

Row = tuple[str, str, str, datetime | None, str | None]
"""Address, title, summary, time, id."""


def parse_feed(data: bytes, url: str, zone: str) -> tuple[list[Row], tuple[str, ...]]:
    """The entries of a feed or sitemap, and a line for each that could not be used."""
    from scrapers.formats.feeds import read_feed

    found = read_feed(data, url, zone)
    rows = [(one.url, one.title, one.summary, one.published_at, one.id) for one in found.entries]
    return rows, found.problems


FUNCTIONS: Mapping[str, Callable[..., object]] = {"parse_feed": parse_feed}
