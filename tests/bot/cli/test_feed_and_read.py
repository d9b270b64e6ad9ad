"""feed and read: pages and feeds in, articles and entries out; nonsense and hostile bytes are one line and exit 1."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from bot.cli.fixture import read_at
from scrapers.catalogue import load_catalogue
from tests.support.command_line import Call

OUTLETS = Path(__file__).parents[2] / "scrapers/outlets"
OF_EACH_KIND = ("asiae", "chosunbiz", "federalregister", "mk", "msit-board")
"""Outlets with a fixture of each kind; ``tests/scrapers/test_outlets.py`` reads those of all outlets."""
PAGES = sorted(path for key in OF_EACH_KIND for path in OUTLETS.glob(f"{key}/*.article.json"))
ANNOUNCEMENTS = sorted(path for key in OF_EACH_KIND for path in OUTLETS.glob(f"{key}/*.headlines.json"))
FEED = OUTLETS / "asiae/2025-10-29.feed.xml"
FEED_URL = "https://view.asiae.co.kr/rss/economy.htm"
PAGE_URL = "https://www.example.org/news/1"


def expected(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def page_of(path: Path) -> Path:
    """The page or document whose expected article this file holds."""
    files = (path.with_name(path.name.replace(".article.json", ending)) for ending in (".html", ".pdf"))
    return next(file for file in files if file.exists())


def instant(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.parent.name + "-" + path.name[:10])
def test_read_prints_the_article_of_a_page(call: Call, path: Path) -> None:
    article = expected(path)
    done = call("read", "--url", article["url"], stdin=page_of(path).read_bytes())
    assert done.code == 0
    [line] = done.lines
    defaults: dict[str, object] = {"suspect": None, "partial": False, "text_from": "page", "attachments": []}
    names = {"url", "canonical_url", "title", "paragraphs", "byline", "language", *defaults}
    assert line.keys() == names | {"published_at"}
    for name in names:
        assert line[name] == {**defaults, **article}[name], name
    assert instant(line["published_at"]) == instant(article["published_at"])
    assert line["published_at"] is None or line["published_at"].endswith("Z")


def test_read_says_why_a_document_cannot_be_read(call: Call) -> None:
    hwp = call("read", "--url", PAGE_URL, stdin=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    assert (hwp.code, hwp.out) == (1, "")
    assert hwp.err == f"pactbot read: the input is an HWP file, of which we keep name and address alone ({PAGE_URL})\n"


def test_the_outlet_may_be_named(call: Call) -> None:
    html = (OUTLETS / "asiae/2025-10-29.html").read_bytes()
    named = call("read", "--url", PAGE_URL, "--outlet", "asiae", stdin=html)
    assert named.lines[0]["paragraphs"] == expected(OUTLETS / "asiae/2025-10-29.article.json")["paragraphs"]
    wrong = call("read", "--url", PAGE_URL, "--outlet", "asie", stdin=html)
    assert (wrong.code, wrong.out, wrong.err) == (2, "", "pactbot read: no outlet 'asie'; did you mean asiae?\n")


def test_feed_prints_a_line_an_entry(call: Call) -> None:
    done = call("feed", "--url", FEED_URL, str(FEED))
    headlines = expected(OUTLETS / "asiae/2025-10-29.feed.headlines.json")["headlines"]
    assert done.code == 0
    assert all(line.keys() == {"url", "title", "summary", "published_at", "id"} for line in done.lines)
    published = {(line["url"], line["title"]): instant(line["published_at"]) for line in done.lines}
    for headline in headlines:
        assert published[headline["url"], headline["title"]] == instant(headline["published_at"])
    assert "an entry without a link" in done.err


def test_feed_reads_sitemaps_too(call: Call) -> None:
    done = call(
        "feed", "--url", "https://www.mk.co.kr/sitemap/latest-articles/", str(OUTLETS / "mk/2025-10-29.sitemap.xml")
    )
    assert done.code == 0
    titles = {line["url"]: line["title"] for line in done.lines}
    for headline in expected(OUTLETS / "mk/2025-10-29.sitemap.headlines.json")["headlines"]:
        assert titles[headline["url"]] == headline["title"]


@pytest.mark.parametrize(
    ("url", "title", "hour"),
    [
        ("https://www.donga.com/en", "News", 0),
        ("https://rss.donga.com/total.xml", "News", 0),
        ("https://feeds.bloomberg.com/technology/news.rss", "News", 13),
        ("https://news.example/rss", "경제 소식", 0),
        ("https://news.example/rss", "News", 9),
    ],
    ids=["an outlet's host", "a source's", "a source's in New York", "Korean text", "none of these"],
)
def test_a_date_without_a_zone_is_in_the_outlets(call: Call, url: str, title: str, hour: int) -> None:
    item = f"<item><title>{title}</title><link>/1</link><pubDate>2025-10-29 09:00:00</pubDate></item>"
    done = call("feed", "--url", url, stdin=f"<rss version='2.0'><channel>{item}</channel></rss>")
    assert [line["published_at"] for line in done.lines] == [f"2025-10-29T{hour:02}:00:00Z"]


def test_feed_reads_json_feeds_too(call: Call) -> None:
    done = call("feed", "--url", "https://news.example/feed.json", stdin='{"items": [{"url": "/1", "title": "서명"}]}')
    assert [(line["url"], line["title"]) for line in done.lines] == [("https://news.example/1", "서명")]
    empty = call("feed", "--url", "https://news.example/feed.json", stdin='{"items": []}')
    assert (empty.code, empty.out, empty.err) == (0, "", "")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.parent.name + "-" + path.name[:10])
def test_read_prints_the_expected_file_of_a_page(call: Call, path: Path) -> None:
    url = expected(path)["url"]
    done = call("read", "--url", url, "--outlet", path.parent.name, "--fixture", str(page_of(path)))
    assert (done.code, done.out) == (0, path.read_text("utf-8"))


@pytest.mark.parametrize("path", ANNOUNCEMENTS, ids=lambda path: path.parent.name + "-" + path.name)
def test_feed_prints_the_expected_file_of_a_source(call: Call, path: Path) -> None:
    kind = path.name.split(".")[1]
    [answer] = (file for file in path.parent.glob(f"{path.name[:10]}.{kind}*") if "headlines" not in file.name)
    url = next(source.url for source in load_catalogue().outlets()[path.parent.name].sources if source.kind == kind)
    done = call("feed", "--url", url, "--fixture", str(answer))
    assert (done.code, done.out) == (0, path.read_text("utf-8"))


def test_a_fixture_of_an_unknown_source_names_those_of_the_outlet(call: Call) -> None:
    wrong = call("feed", "--url", "https://www.mk.co.kr/other", "--fixture", stdin=b"")
    assert (wrong.code, wrong.out, wrong.err.count("\n")) == (2, "", 1)
    assert "mk has https://www.mk.co.kr/sitemap/latest-articles/" in wrong.err


@pytest.mark.parametrize(
    ("file", "day"),
    [
        ("2025-10-29.html", "2025-10-29"),
        ("page.html", "2026-03-02"),
        ("2025-13-01.html", "2026-03-02"),
        (None, "2026-03-02"),
    ],
)
def test_a_fixture_is_read_in_the_evening_of_the_day_it_names(file: str | None, day: str) -> None:
    now = datetime(2026, 3, 2, 4, 5, 6, 7, tzinfo=UTC)
    assert read_at(Path("some/folder") / file if file else None, now).isoformat() == f"{day}T23:00:00+00:00"


ENTITIES = b'<!DOCTYPE r [<!ENTITY a "ha">]><rss version="2.0"><channel><item><title>&a;</title></item></channel></rss>'


@pytest.mark.parametrize(
    ("command", "data"),
    [
        ("feed", b""),
        ("feed", b"no feed at all"),
        ("feed", b"<!doctype html><html><body><p>A page</p></body></html>"),
        ("feed", b'{"version": "https://jsonfeed.org/version/1.1"}'),
        ("feed", b'{"items": ' + b"[" * 100_000),
        ("feed", ENTITIES),
        ("feed", b"<rss>" * 100_000),
        ("feed", b"\x00\x01\x02" * 1_000),
        ("read", b""),
        ("read", b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
        ("read", b"<div>" * 400_000),
        ("read", b"<p>a</p>" * 2_000_000),
    ],
)
def test_unreadable_bytes_are_one_line_and_exit_1(call: Call, command: str, data: bytes) -> None:
    began = monotonic()
    done = call(command, "--url", PAGE_URL, stdin=data)
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert done.err.startswith(f"pactbot {command}: ")
    assert PAGE_URL in done.err
    assert monotonic() - began < 15


def test_a_page_that_would_not_alert_is_reported(call: Call) -> None:
    done = call(
        "read", "--url", PAGE_URL, stdin="<html><head><title>짧다</title></head><body><p>한 줄.</p></body></html>"
    )
    assert done.code == 0
    assert done.lines[0]["title"] == "짧다"
    assert "hardly any text" in done.err or "no article" in done.err


def test_read_names_the_attachment_that_the_bot_would_read(call: Call) -> None:
    done = call("read", "--url", "https://www.korea.kr/briefing/pressReleaseView.do?newsId=156744900",
                stdin=(OUTLETS / "msit/2026-02-26.html").read_bytes())  # fmt: skip
    assert done.lines[0]["suspect"] == "short"
    assert done.err.startswith("pactbot read: has hardly any text: the bot reads that of its attachment: 260226 조간")
    assert done.err.endswith(".hwpx (https://www.korea.kr/common/download.do?fileId=198511202&tblKey=GMN)\n")
