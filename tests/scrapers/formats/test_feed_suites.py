"""Other projects' feeds are read as feedparser reads them: each entry with an address, its link and its date."""

from __future__ import annotations

import calendar
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest

from scrapers.canonical_url import absolute_url
from scrapers.errors import ScrapeError
from scrapers.formats.entries import FeedEntry
from scrapers.formats.feeds import read_feed
from tests.support.suites import documents_in, folders_of

BASE = "https://suite.example/"
MOST_SECONDS = 2.0
LEAST_SHARE = 0.99


@dataclass(frozen=True, slots=True)
class Expected:
    """An entry as feedparser has it, if it has an address at all."""

    links: frozenset[str]
    """Its address, and the one before Feedburner's, which we prefer."""
    at: datetime | None
    written: str
    """The date as the feed writes it."""


@pytest.mark.long
def test_feeds_of_other_projects_are_read_as_feedparser_reads_them(capsys: pytest.CaptureFixture[str]) -> None:
    counts: Counter[str] = Counter()
    differences: list[str] = []
    for folder in folders_of("PACT_FEED_SUITES"):
        for file in documents_in(folder):
            differences += [f"{file.relative_to(folder)}: {what}" for what in compare(file, counts)]
    with capsys.disabled():
        print(f"\n{dict(counts)}", *differences, sep="\n  ")
    assert counts["entries"] > 0, "the folders hold no entry with an address"
    assert counts["entries found"] >= LEAST_SHARE * counts["entries"], differences
    assert counts["dates equal"] >= LEAST_SHARE * counts["dates"], differences
    assert counts["slow"] == 0, differences


def compare(file: Path, counts: Counter[str]) -> Iterator[str]:
    """Yields what differs in one file, and counts what does not."""
    data = file.read_bytes()
    began = time.monotonic()
    try:
        left = list(read_feed(data, BASE, "UTC").entries)
        problem = ""
    except ScrapeError as error:
        left, problem = [], f" ({error.problem})"
    seconds = time.monotonic() - began
    counts["files"] += 1
    if seconds > MOST_SECONDS:
        counts["slow"] += 1
        yield f"took {seconds:.1f} s"
    for expected in by_feedparser(data):
        counts["entries"] += 1
        counts["dates"] += expected.at is not None
        entry = nearest(expected, left)
        if entry is None:
            yield f"lost {sorted(expected.links)}{problem}"
            continue
        left.remove(entry)
        counts["entries found"] += 1
        if expected.at is not None:
            counts["dates equal"] += entry.published_at == expected.at
            if entry.published_at != expected.at:
                yield f"{expected.written!r}: {entry.published_at}, not {expected.at}"
    counts["entries of ours alone"] += len(left)


def nearest(expected: Expected, entries: list[FeedEntry]) -> FeedEntry | None:
    """The entry of this address, of several the one with this date."""
    same = [entry for entry in entries if entry.url in expected.links]
    return next((entry for entry in same if entry.published_at == expected.at), same[0] if same else None)


def by_feedparser(data: bytes) -> Iterator[Expected]:
    """The entries that feedparser finds and that have an address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own, of a field that stands for another
        try:
            entries = feedparser.parse(data, response_headers={"content-location": BASE}).entries
        except (LookupError, AttributeError, ValueError, TypeError, AssertionError):
            return  # it breaks on some damaged documents
    for entry in entries:
        written = dict(entry)
        addresses = (written.get("link"), written.get("feedburner_origlink"), permalink(written))
        links = [absolute_url(BASE, link) for link in addresses if isinstance(link, str) and link]
        if any(links):
            times = [
                written[key] for key in ("published_parsed", "created_parsed", "updated_parsed") if written.get(key)
            ]
            at = datetime.fromtimestamp(calendar.timegm(times[0]), UTC) if times else None
            text = next((str(written[key]) for key in ("published", "created", "updated") if written.get(key)), "")
            yield Expected(frozenset(filter(None, links)), at, text)


def permalink(entry: dict[str, Any]) -> str | None:
    """The id of an entry without link, where it is an address."""
    guid = entry.get("id")
    return guid if isinstance(guid, str) and guid.startswith("http") and not entry.get("link") else None
