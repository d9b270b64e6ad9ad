"""feed and read: bytes of our dated pages in, what they say out; nonsense and hostile bytes are a line and exit 1."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from tests.support.command_line import Call

OUTLETS = Path(__file__).parents[2] / "scrapers/outlets"
PAGES = sorted(OUTLETS.glob("*/*.article.json"))
FEED = OUTLETS / "asiae/2025-10-29.feed.xml"
FEED_URL = "https://view.asiae.co.kr/rss/economy.htm"
PAGE_URL = "https://www.example.org/news/1"


def expected(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def instant(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.parent.name + "-" + path.name[:10])
def test_read_gives_the_article_of_a_page(call: Call, path: Path) -> None:
    article = expected(path)
    html = path.with_name(path.name.replace(".article.json", ".html"))
    done = call("read", "--url", article["url"], stdin=html.read_bytes())
    assert done.code == 0
    [line] = done.lines
    assert line.keys() == {"url", "canonical_url", "title", "paragraphs", "published_at", "byline", "language"}
    for name in ("url", "canonical_url", "title", "paragraphs", "byline", "language"):
        assert line[name] == article[name], name
    assert instant(line["published_at"]) == instant(article["published_at"])
    assert line["published_at"] is None or line["published_at"].endswith("Z")


def test_the_outlet_may_be_named(call: Call) -> None:
    html = (OUTLETS / "asiae/2025-10-29.html").read_bytes()
    named = call("read", "--url", PAGE_URL, "--outlet", "asiae", stdin=html)
    assert named.lines[0]["paragraphs"] == expected(OUTLETS / "asiae/2025-10-29.article.json")["paragraphs"]
    wrong = call("read", "--url", PAGE_URL, "--outlet", "asie", stdin=html)
    assert (wrong.code, wrong.out, wrong.err) == (2, "", "pactbot read: no outlet 'asie'; did you mean asiae?\n")


def test_feed_gives_a_line_an_entry(call: Call) -> None:
    done = call("feed", "--url", FEED_URL, str(FEED))
    headlines = expected(OUTLETS / "asiae/2025-10-29.feed.headlines.json")["headlines"]
    assert done.code == 0
    assert all(line.keys() == {"url", "title", "summary", "published_at", "id"} for line in done.lines)
    told = {(line["url"], line["title"]): instant(line["published_at"]) for line in done.lines}
    for headline in headlines:
        assert told[headline["url"], headline["title"]] == instant(headline["published_at"])
    assert "an entry without a link" in done.err


def test_feed_reads_sitemaps_too(call: Call) -> None:
    done = call(
        "feed", "--url", "https://www.mk.co.kr/sitemap/latest-articles/", str(OUTLETS / "mk/2025-10-29.sitemap.xml")
    )
    assert done.code == 0
    told = {line["url"]: line["title"] for line in done.lines}
    for headline in expected(OUTLETS / "mk/2025-10-29.sitemap.headlines.json")["headlines"]:
        assert told[headline["url"]] == headline["title"]


ENTITIES = b'<!DOCTYPE r [<!ENTITY a "ha">]><rss version="2.0"><channel><item><title>&a;</title></item></channel></rss>'


@pytest.mark.parametrize(
    ("command", "data"),
    [
        ("feed", b""),
        ("feed", b"no feed at all"),
        ("feed", b"<!doctype html><html><body><p>A page</p></body></html>"),
        ("feed", b'{"version": "https://jsonfeed.org/version/1.1", "items": []}'),
        ("feed", ENTITIES),
        ("feed", b"<rss>" * 100_000),
        ("feed", b"\x00\x01\x02" * 1_000),
        ("read", b""),
        ("read", b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
        ("read", b"<div>" * 400_000),
        ("read", b"<p>a</p>" * 2_000_000),
    ],
)
def test_what_cannot_be_read_is_a_line_and_exit_1(call: Call, command: str, data: bytes) -> None:
    began = monotonic()
    done = call(command, "--url", PAGE_URL, stdin=data)
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert done.err.startswith(f"pactbot {command}: ")
    assert PAGE_URL in done.err
    assert monotonic() - began < 15


def test_a_page_that_would_not_alert_is_told(call: Call) -> None:
    done = call(
        "read", "--url", PAGE_URL, stdin="<html><head><title>짧다</title></head><body><p>한 줄.</p></body></html>"
    )
    assert done.code == 0
    assert done.lines[0]["title"] == "짧다"
    assert "hardly any text" in done.err or "no article" in done.err
