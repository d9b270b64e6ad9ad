"""Runs inside the parser's process for ``pactbot feed``: a feed's bytes → plain rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

Row = tuple[str, str, str, datetime | None, str | None]
"""Address, title, summary, time of publication, id."""


def parse_feed(data: bytes, url: str, zone: str | None) -> tuple[list[Row], tuple[str, ...]]:
    """Returns the entries of a feed or sitemap, and a line for each unusable one; guesses a zone that is None."""
    from scrapers.formats.feeds import read_feed

    feed = read_feed(data, url, zone)
    rows = [(entry.url, entry.title, entry.summary, entry.published_at, entry.id) for entry in feed.entries]
    return rows, feed.problems


FUNCTIONS: Mapping[str, Callable[..., object]] = {"parse_feed": parse_feed}
