"""Any bytes that an outlet sends are read, or raise one of our errors (property tests)."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.canonical_url import absolute_url, canonical_url
from scrapers.discover import discover
from scrapers.errors import NotUnderstood, ScrapeError
from scrapers.fake_outlets.documents import document
from scrapers.formats.attachments.document import read_document
from scrapers.formats.boilerplate import article_lines, byline_in
from scrapers.formats.dates import dated, parse_date
from scrapers.formats.extract import read_page
from scrapers.formats.feeds import read_feed
from scrapers.headline_marks import is_flash, unmarked
from scrapers.http.charset import decode
from scrapers.http.nesting import Nesting, nesting
from scrapers.http.retry_after import retry_after_seconds
from scrapers.identities import identities
from scrapers.language import guess_language
from scrapers.outlet import Outlet, Source
from scrapers.plain_text import clean, is_unreadable, plain

NOW = datetime(2026, 1, 1, tzinfo=UTC)
URL = "https://news.example/x"
MARKUP_PARTS = [
    '<?xml version="1.0" encoding="euc-kr"?>',
    "<rss version='2.0'>",
    "<channel>",
    "<item>",
    "</item>",
    "<title>",
    "</title>",
    "<link>",
    "</link>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<!DOCTYPE x [",
    "&amp;",
    "&lol;",
    "&#0;",
    "<feed xmlns='http://www.w3.org/2005/Atom'>",
    "<entry>",
    "<urlset>",
    "<url>",
    "<loc>",
    "</loc>",
    "<div>",
    "</div>",
    "<p>",
    "<br>",
    "<script>",
    "<h1>",
    "<a href='/1'>",
    "https://news.example/1",
    "<pubDate>",
    "\x00",
    "<meta charset=euc-kr>",
    '<script type="application/ld+json">',
    '{"@type":"NewsArticle","headline":',
    "</script>",
]
MARKUP = st.lists(
    st.one_of(
        st.sampled_from(MARKUP_PARTS),
        st.text(max_size=20),
    ),
    max_size=40,
).map("".join)
BYTES = st.one_of(
    st.binary(max_size=400),
    st.builds(
        lambda text, codec: text.encode(codec, "replace"),
        MARKUP,
        st.sampled_from(["utf-8", "cp949", "euc-kr", "utf-16"]),
    ),
)
LABELS = st.one_of(
    st.none(), st.sampled_from(["text/html; charset=euc-kr", "text/xml; charset=utf-7"]), st.text(max_size=30)
)
DATES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "입력",
                "수정",
                "오전",
                "오후",
                "년",
                "월",
                "일",
                "시",
                "분",
                ":",
                ".",
                "/",
                "-",
                "T",
                "Z",
                "KST",
                "EDT",
                "+",
                ",",
                "[",
                "]",
                "(",
                ")",
                "am",
                "PM",
                "Oct",
                "29",
                "2025",
                "09",
                "30",
                "12",
            ]
        ),
        st.integers(0, 99_999).map(str),
        st.sampled_from([" ", "", "  "]),
    ),
    max_size=20,
).map("".join)


def _outlet(kind: str) -> Outlet:
    source = Source(kind, URL, links="a")
    return Outlet(
        "news", "News", URL, "ko", "Asia/Seoul", 15, "media", ("news.example",), (source,), article_id=r"/(\d+)"
    )


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=80), DATES), st.sampled_from(["Asia/Seoul", "America/New_York", "UTC"]))
def test_a_date_is_utc_and_not_in_the_future(text: str, zone: str) -> None:
    at = parse_date(text, zone)
    assert at is None or at.tzinfo is UTC
    published = dated(text, zone, NOW)
    assert published.at is None or (published.at - NOW).total_seconds() <= 300


@settings(max_examples=300, deadline=None)
@given(BYTES, LABELS)
def test_bytes_are_decoded_or_not_understood(data: bytes, content_type: str | None) -> None:
    with contextlib.suppress(NotUnderstood):
        assert not is_unreadable(decode(data, URL, content_type))


@settings(max_examples=300, deadline=None)
@given(BYTES, LABELS)
def test_a_feed_has_entries_with_addresses(data: bytes, content_type: str | None) -> None:
    with contextlib.suppress(ScrapeError):
        for entry in read_feed(data, URL, "Asia/Seoul", content_type).entries:
            assert entry.url.startswith("http")


@settings(max_examples=300, deadline=None)
@given(BYTES, st.sampled_from(["feed", "sitemap", "listing", "json"]), LABELS)
def test_a_source_has_headlines_with_identities(data: bytes, kind: str, content_type: str | None) -> None:
    outlet = _outlet(kind)
    with contextlib.suppress(ScrapeError):
        for headline in discover(data, URL, outlet, outlet.sources[0], NOW, content_type).headlines:
            assert clean(headline.title) == headline.title
            assert headline.identities


@settings(max_examples=200, deadline=None)
@given(BYTES, LABELS)
def test_a_page_has_clean_paragraphs(data: bytes, content_type: str | None) -> None:
    with contextlib.suppress(ScrapeError):
        reading = read_page(data, URL, _outlet("feed"), NOW, content_type)
        assert all(line == clean(line) for line in reading.paragraphs)


DOCUMENTS = [document(kind, "제목이다", ("한국과 미국은 양자 기술을 함께 연구한다.",) * 3) for kind in ("pdf", "hwpx")]
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=20)), min_size=1, max_size=6)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(DOCUMENTS), CHANGES)
def test_a_damaged_document_has_clean_paragraphs(written: bytes, changes: list[tuple[float, int, bytes]]) -> None:
    data = written
    for place, length, replacement in changes:
        start = 4 + int(place * (len(data) - 4))
        data = data[:start] + replacement + data[start + length :]
    with contextlib.suppress(ScrapeError):
        assert all(line == clean(line) for line in read_document(data, URL, _outlet("feed")).paragraphs)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=100), MARKUP))
def test_text_functions_accept_any_text(text: str) -> None:
    assert "\n" not in plain(text)
    guess_language(text)
    is_flash(text)
    assert text.endswith(unmarked(text))
    byline_in([text])
    article_lines([text, text])
    assert nesting(text, Nesting(1000, 10**6, 10**6)).depth <= text.count("<")
    retry_after_seconds(text, NOW)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.text(max_size=40).map(lambda rest: f"https://m.news.example/{rest}")))
def test_a_canonical_url_is_canonical_again(url: str) -> None:
    once = canonical_url(url, _outlet("feed"))
    assert canonical_url(once, _outlet("feed")) == once
    assert identities(_outlet("feed"), url)
    absolute = absolute_url(URL, url)
    assert absolute is None or absolute.startswith(("http://", "https://"))
