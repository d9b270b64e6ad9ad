"""Measures how fast feeds are read, beside feedparser and fastfeedparser, and how often the fields agree.

- ``read_feed``: bytes to entries with plain text, parsed dates and absolute addresses.
- ``discover``: the same, with canonical addresses, identities and the language of each headline.
- ``feedparser``: ``parse(sanitize_html=False, resolve_relative_uris=False)``, the least that it can do.

The feeds are made from a seed. ``PACT_FEED_SUITES`` names folders of other feeds (feedparser's own are in its source
distribution): of their entries with an address, the shares are printed whose address, title, date and id agree.
"""

from __future__ import annotations

import calendar
import importlib
import importlib.util
import os
import statistics
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest

from scrapers.canonical_url import absolute_url
from scrapers.discover import discover
from scrapers.errors import ScrapeError
from scrapers.formats.entries import MAX_TITLE_CHARS, FeedEntry
from scrapers.formats.feeds import read_feed
from scrapers.outlet import Outlet, Source
from scrapers.plain_text import plain
from tests.bench.sweep.made_feeds import NEWEST_AT, write_feeds
from tests.support.suites import documents_in, folders_of

pytestmark = pytest.mark.bench

FEEDS = int(os.environ.get("PACT_BENCH_FEEDS", "60"))
ENTRIES = 50
ROUNDS = 5
BASE = "https://suite.example/"
FIELDS = ("entry", "link", "title", "date", "id")
SOURCE = Source(kind="feed", url=BASE)
OUTLET = Outlet(
    key="suite", name="Suite", home=BASE, language="en", timezone="UTC", every_minutes=15, kind="media",
    hosts=("suite.example",), sources=(SOURCE,),
)  # fmt: skip

Reader = Callable[[bytes], int]
"""Reads one feed; returns the number of entries."""


def by_read_feed(data: bytes) -> int:
    return len(read_feed(data, BASE, "UTC").entries)


def by_discover(data: bytes) -> int:
    return len(discover(data, BASE, OUTLET, SOURCE, NEWEST_AT).headlines)


def by_feedparser(data: bytes) -> int:
    return len(feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False).entries)


def readers() -> dict[str, Reader]:
    """The readers that are installed."""
    found: dict[str, Reader] = {"feedparser": by_feedparser, "read_feed": by_read_feed, "discover": by_discover}
    if importlib.util.find_spec("fastfeedparser") is None:
        print("\nfastfeedparser is not installed, so its line is left out")
        return found
    library: Any = importlib.import_module("fastfeedparser")
    return {**found, "fastfeedparser": lambda data: len(library.parse(data).entries)}


def cpu_seconds(read: Reader, documents: Sequence[bytes]) -> tuple[float, int]:
    """The CPU time of reading every document once, and the number of entries."""
    began = time.process_time()
    entries = sum(read(data) for data in documents)
    return time.process_time() - began, entries


def test_made_feeds_beside_feedparser(tmp_path: Path, machine: str) -> None:
    write_feeds(tmp_path, FEEDS, ENTRIES)
    documents = [path.read_bytes() for path in sorted((tmp_path / "first").glob("*.xml"))]
    megabytes = sum(map(len, documents)) / 1e6
    found = readers()
    entries = {name: cpu_seconds(read, documents[:2])[1] for name, read in found.items()}  # everything is imported now
    taken: dict[str, list[float]] = {name: [] for name in found}
    for _ in range(ROUNDS):
        for name, read in found.items():
            seconds, entries[name] = cpu_seconds(read, documents)
            taken[name].append(seconds)
    print(f"\n{FEEDS} feeds of {ENTRIES} entries, {megabytes:.1f} MB, median CPU of {ROUNDS} rounds; {machine}")
    print(f"{'reader':<16}{'CPU s':>8}{'MB/s':>9}{'entries/s':>11}{'x feedparser':>14}")
    peer = statistics.median(taken["feedparser"])
    for name, rounds in taken.items():
        seconds = statistics.median(rounds)
        rates = f"{megabytes / seconds:9.1f}{entries[name] / seconds:11.0f}{peer / seconds:14.1f}"
        print(f"{name:<16}{seconds:8.3f}{rates}")
    assert set(entries.values()) == {FEEDS * ENTRIES}


def test_agreement_with_feedparser_on_other_feeds(machine: str) -> None:
    print(f"\nEntries with an address, and how many fields are feedparser's; {machine}")
    print(f"{'folder':<24}{'files':>7}" + "".join(f"{name:>14}" for name in FIELDS))
    for folder in folders_of("PACT_FEED_SUITES"):
        files = documents_in(folder)
        counts: Counter[str] = Counter()
        for file in files:
            counts.update(_agreeing(file.read_bytes()))
        shares = (f"{counts[f'{name} agrees']}/{counts[name]}" for name in FIELDS)
        print(f"{folder.name[:23]:<24}{len(files):7}" + "".join(f"{share:>14}" for share in shares))
        assert counts["entry"] > 0


def _agreeing(data: bytes) -> Iterator[str]:
    """Yields a field's name for each value that feedparser has, and `… agrees` where ours is the same."""
    try:
        left = list(read_feed(data, BASE, "UTC").entries)
    except ScrapeError:
        left = []
    for entry in _entries_of_feedparser(data):
        links = _addresses(entry)
        if not links:
            continue
        yield "entry"
        ours = next((each for each in left if each.url in links), left[0] if len(left) == 1 else None)
        if ours is not None:
            left.remove(ours)
            yield "entry agrees"
        yield from _fields(entry, links, ours)


def _fields(entry: dict[str, Any], links: frozenset[str], ours: FeedEntry | None) -> Iterator[str]:
    title, id_ = plain(str(entry.get("title") or ""), MAX_TITLE_CHARS), entry.get("id")
    times = [entry[key] for key in ("published_parsed", "created_parsed", "updated_parsed") if entry.get(key)]
    at = datetime.fromtimestamp(calendar.timegm(times[0]), UTC) if times else None
    pairs = {
        "link": (True, ours is not None and ours.url in links),
        "title": (bool(title), ours is not None and ours.title == title),
        "date": (at is not None, ours is not None and ours.published_at == at),
        "id": (bool(id_), ours is not None and ours.id == id_),
    }
    for name, (is_given, agrees) in pairs.items():
        if is_given:
            yield name
            if agrees:
                yield f"{name} agrees"


def _entries_of_feedparser(data: bytes) -> list[dict[str, Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own, of a field that stands for another
        try:
            entries = feedparser.parse(data, response_headers={"content-location": BASE}).entries
        except (LookupError, AttributeError, ValueError, TypeError, AssertionError):
            return []  # it breaks on some damaged documents
    return [dict(entry) for entry in entries]


def _addresses(entry: dict[str, Any]) -> frozenset[str]:
    """The addresses of an entry, of which we prefer the one before Feedburner's; the id where it has none."""
    id_ = entry.get("id")
    permalink = id_ if isinstance(id_, str) and id_.startswith("http") and not entry.get("link") else None
    addresses = (entry.get("link"), entry.get("feedburner_origlink"), permalink)
    links = [absolute_url(BASE, address) for address in addresses if isinstance(address, str) and address]
    return frozenset(filter(None, links))
