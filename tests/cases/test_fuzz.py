"""Damaged inputs of every kind are read, or raise one of our errors, and what comes out is bounded.

The gate plays a few of them. ``FUZZ_SECONDS=3600 pytest -m long -s tests/cases/test_fuzz.py`` plays them for an hour.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from bot.matching.query.nodes import QueryError
from bot.matching.query.options import parse_line
from bot.matching.query.parse_query import parse as parse_query
from bot.matching.query.show import show
from bot.matching.scan import Scanner
from bot.model import Page
from handlers.requests import Asker
from handlers.unwrap import unwrap
from handlers.verbs.parse import parse
from handlers.verbs.registry import all_verbs
from scrapers.discover import discover
from scrapers.errors import ScrapeError
from scrapers.formats.entries import MAX_ENTRIES, MAX_SUMMARY_CHARS, MAX_TITLE_CHARS
from scrapers.formats.extract import MAX_PARAGRAPHS, read_page
from scrapers.formats.feeds import read_feed
from scrapers.outlet import Outlet, Source
from settings.lexicon import load

NOW = datetime(2026, 1, 1, tzinfo=UTC)
URL = "https://news.example.kr/article/100001"
LEXICON = load(None)
SCANNER = Scanner(LEXICON)
ASKER = Asker("T1", "U1", "C1", direct=False)
FEEDS = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("feeds/*/*")) if path.suffix != ".json"]
PAGES = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("pages/*/*.html"))]
PARTS = [
    b"&#55357;",
    b"&#x110000;",
    b"&#0;",
    b"&",
    b"<",
    b">",
    b"]]>",
    b"<![CDATA[",
    b"<!DOCTYPE x [",
    b"<!--",
    b"\x00",
    b"\xff",
    b"\xed\xa0\xbd",
    b"<a href='//[::1'>",
    b'{"@type":"NewsArticle","url":"\\ud83d"}',
    b"\x1f\x8b\x08",
    b"9" * 40,
    b"<p>" * 30,
    "２０２５년 ٣월 ²일 24:60".encode(),
    b"Wed, 99 Oct 99 99:99:99 +9999",
    b"xmlns:",
    b"</",
    b"\xef\xbb\xbf",
    b"http://[",
    b"%",
]
WORDS = [
    "quantum",
    "양자",
    "as",
    "at",
    "on",
    "tz",
    "in",
    "for",
    "min",
    "daily",
    "매일",
    "매주",
    "every",
    "day",
    "월요일",
    "9:30pm",
    "²",
    "٣",
    "9" * 30,
    "25:00",
    "오후",
    "6시",
    "3",
    "days",
    "#C1",
    "<#C1|x>",
    "<http://a.kr|a.kr>",
    "https://[::1",
    "ST9",
    "S9",
    "(",
    ")",
    "“",
    '"',
    "-",
    "OR",
    ",",
    ";",
    "lang:kr",
    "outlet:",
    "who:@",
    "@",
    "topic:pact",
    "UTC+9",
    "new",
    "york",
    "now",
    "\u202e",
    "\x00",
    "\ud83d",
    "for me",
    "all",
    "undo",
    "{",
    "%s",
    "é" * 9,
    "|",
    "~",
    "22:00-",
    "7am",
    "story",
    "outlet",
    "none",
    "０８：３０",
]


def _damaged(random: Random, data: bytes) -> bytes:
    """The bytes with a few parts put in, taken out or doubled."""
    for _ in range(random.randint(1, 6)):
        at, end = sorted(random.randint(0, len(data)) for _ in range(2))
        end = min(end, at + 200)
        middle = random.choice((random.choice(PARTS), b"", data[at:end] * 2, bytes(random.choices(range(256), k=4))))
        data = data[:at] + middle + data[end:]
    return data


def _feed(random: Random) -> None:
    with contextlib.suppress(ScrapeError):
        entries = read_feed(_damaged(random, random.choice(FEEDS)), URL, "Asia/Seoul").entries
        assert len(entries) <= MAX_ENTRIES
        for entry in entries:
            assert entry.url.startswith("http")
            assert len(entry.title) <= MAX_TITLE_CHARS
            assert len(entry.summary) <= MAX_SUMMARY_CHARS
            json.dumps([entry.title, entry.url, entry.id], ensure_ascii=False).encode()


def _discover(random: Random) -> None:
    kind = random.choice(("feed", "sitemap", "listing", "json"))
    source = Source(kind, URL, links=random.choice((None, "a")))
    outlet = Outlet(
        "news", "News", URL, "ko", "Asia/Seoul", 15, "media", ("news.example.kr",), (source,), article_id=r"/(\d+)"
    )
    with contextlib.suppress(ScrapeError):
        found = discover(_damaged(random, random.choice(FEEDS + PAGES)), URL, outlet, source, NOW)
        for headline in found.headlines:
            assert headline.identities
            "".join(headline.identities).encode()


def _read(random: Random) -> None:
    with contextlib.suppress(ScrapeError):
        reading = read_page(_damaged(random, random.choice(PAGES)), URL, None, NOW)
        assert len(reading.paragraphs) <= MAX_PARAGRAPHS
        "".join((reading.title, *reading.paragraphs)).encode()


def _line(random: Random) -> str:
    return random.choice((" ", "", "  ", "\u3000")).join(random.choices(WORDS, k=random.randint(1, 9)))


def _match(random: Random) -> None:
    text = random.choice(PAGES).decode("utf-8", "replace")[: random.randint(1, 3_000)]
    reading = SCANNER.read(Page(_line(random), text + _line(random), random.choice(("ko", "en", "xx", ""))))
    assert all(mention.term for mention in reading.mentions)


def _query(random: Random) -> None:
    with contextlib.suppress(QueryError):
        query, _ = parse_line(unwrap(_line(random)), LEXICON)
        assert parse_query(show(query), LEXICON) == query


def _verb(random: Random) -> None:
    verb = random.choice([word for verb in all_verbs() for word in verb.words])
    parse(unwrap(f"{verb} {_line(random)}"), ASKER)


TARGETS: dict[str, Callable[[Random], None]] = {
    "feed": _feed, "discover": _discover, "read": _read, "match": _match, "query": _query, "verb": _verb,
}  # fmt: skip
GATE_TURNS = {"feed": 500, "discover": 500, "read": 150, "match": 150, "query": 1_500, "verb": 1_500}


def _play(name: str, seed: int) -> None:
    try:
        TARGETS[name](Random(seed))
    except Exception as error:
        error.add_note(f"the input is that of {name}, seed {seed}")
        raise


@pytest.mark.parametrize("name", TARGETS)
def test_damaged_inputs_are_read_or_refused(name: str) -> None:
    for seed in range(GATE_TURNS[name]):
        _play(name, seed)


@pytest.mark.long
def test_damaged_inputs_are_read_or_refused_for_a_long_time() -> None:
    seconds = float(os.environ.get("FUZZ_SECONDS", "60"))
    until, seed, shown_at = time.monotonic() + seconds, 10_000, time.monotonic()
    while time.monotonic() < until:
        for name in TARGETS:
            _play(name, seed)
        seed += 1
        if time.monotonic() - shown_at > 30:
            shown_at = time.monotonic()
            print(f"{seed - 10_000} rounds, {until - shown_at:.0f} s left", flush=True)
    print(f"{seed - 10_000} rounds of {len(TARGETS)} inputs: no exception", flush=True)
