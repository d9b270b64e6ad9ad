"""The scraper reads a site on loopback: headlines, the state of a source, articles."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from scrapers.article import Headline, SourceReading, SourceState
from scrapers.errors import FetchRefused, Gone, NotUnderstood, TitlesOnly, TooBig
from scrapers.http.fetch import MAX_BYTES
from scrapers.http.markup_gate import MAX_PAGE_BYTES
from scrapers.hub_links import HubLinks
from scrapers.identities import listed_identity
from scrapers.outlet import Outlet
from scrapers.scraper import Scraper, open_scraper

Site = Any
"""The site of conftest.py."""
NOW = datetime(2025, 10, 29, 12, tzinfo=UTC)
FEED = """<rss version="2.0"><channel><title>t</title>
<item><title>한미, 기술번영 업무협약에 서명</title><link>SITE/article/1</link><guid>g1</guid>
<pubDate>Wed, 29 Oct 2025 16:00:00 KST</pubDate></item></channel></rss>"""
PROSE = "한국과 미국은 인공지능과 양자 기술, 우주와 바이오에서 함께 일하기로 하고 경주에서 문서에 서명했다. "
HEAD = "<head><title>한미, 기술번영 업무협약에 서명</title></head>"
PAGE = f"<html>{HEAD}<body><article><p>{PROSE * 6}</p></article></body></html>"
SPEC = 'article_id = "/article/([0-9]+)"\n[[source]]\nkind = "feed"\nurl = "SITE/feed"\n'


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def scraper(site: Site, turns: list[str], clock: Clock) -> AsyncIterator[Scraper]:
    async def turn(host: str) -> None:
        turns.append(host)

    scraper = open_scraper({}, turn, trusted=[site.address], now=clock)
    yield scraper
    await scraper.close()


@pytest.fixture
def outlet(spec_at: Callable[[str], Outlet]) -> Outlet:
    return spec_at(SPEC)


@pytest.fixture
def read(scraper: Scraper, outlet: Outlet) -> Callable[[SourceState], Awaitable[SourceReading]]:
    async def once(state: SourceState) -> SourceReading:
        return await scraper.headlines(outlet, outlet.sources[0], state)

    return once


Read = Callable[[SourceState], Awaitable[SourceReading]]


def _feed(site: Site, **headers: str) -> None:
    site.answer("/feed", FEED.replace("SITE", site.url("")), Content_Type="text/xml", **headers)


async def test_a_headline_becomes_an_article(
    site: Site, scraper: Scraper, outlet: Outlet, read: Read, turns: list[str]
) -> None:
    _feed(site)
    site.answer("/article/1", PAGE, Content_Type="text/html; charset=euc-kr")
    reading = await read(SourceState())
    (headline,) = reading.headlines
    *names, listed = headline.identities
    assert names == ["id:test:1", f"url:{site.url('/article/1')}", "guid:test:g1"]
    assert listed == listed_identity(outlet, headline.title, headline.published_at)
    assert reading.newest_at == datetime(2025, 10, 29, 7, tzinfo=UTC)
    article = await scraper.read(outlet, headline)
    assert article.title == headline.title
    assert article.text == (PROSE * 6).strip()
    assert article.published_at == headline.published_at
    assert article.identities == headline.identities
    assert article.suspect is None
    assert site.paths == ["/robots.txt", "/feed", "/article/1"]
    assert turns == ["127.0.0.1"] * 3


async def test_a_304_is_not_parsed(site: Site, read: Read) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"v1"' and request.headers.get("If-Modified-Since") == "Wed":
            return web.Response(status=304)
        return web.Response(text=FEED, headers={"ETag": '"v1"', "Last-Modified": "Wed"})

    site.pages["/feed"] = answer
    first = await read(SourceState())
    assert (first.state.etag, first.state.last_modified) == ('"v1"', "Wed")
    second = await read(first.state)
    assert second == SourceReading((), first.state, unchanged=True)


@pytest.mark.parametrize("state", [SourceState(), SourceState(full_read_at=NOW)], ids=["first", "without validators"])
async def test_a_304_to_a_request_without_conditions_is_a_failure(site: Site, read: Read, state: SourceState) -> None:
    site.answer("/feed", status=304)
    with pytest.raises(NotUnderstood, match="304"):
        await read(state)


async def test_a_reading_says_how_long_it_holds(site: Site, read: Read) -> None:
    _feed(site, Cache_Control="max-age=600")
    first = await read(SourceState())
    assert (first.fresh_seconds, first.ttl_seconds) == (600, 0)
    site.answer("/feed", FEED.replace("<channel>", "<channel><ttl>30</ttl>"))
    second = await read(first.state)
    assert (second.fresh_seconds, second.ttl_seconds) == (0, 1800)
    third = await read(second.state)
    assert (third.unchanged, third.ttl_seconds) == (True, None)


async def test_a_reading_names_the_hub_of_its_answer_unless_the_topic_is_anothers(site: Site, read: Read) -> None:
    hub, own = "https://hub.example/", site.url("/other-feed")
    _feed(site, Link=f'<{hub}>; rel="hub", <{own}>; rel="self"')
    first = await read(SourceState())
    assert first.hub_links == HubLinks(hub, own)
    assert (await read(first.state)).hub_links is None
    site.answer("/feed", FEED + "<!-- -->", Link=f"<{hub}>; rel=hub")
    assert (await read(SourceState())).hub_links == HubLinks(hub, site.url("/feed"))
    site.answer("/feed", FEED, Link=f"<{hub}>; rel=hub, <https://other.example/>; rel=self")
    assert (await read(SourceState())).hub_links == HubLinks()
    site.answer("/feed", FEED)
    assert (await read(SourceState())).hub_links == HubLinks()


async def test_an_identical_body_is_not_parsed(site: Site, read: Read) -> None:
    _feed(site)
    first = await read(SourceState())
    second = await read(first.state)
    assert second.unchanged
    assert not second.headlines
    site.answer("/feed", FEED.replace("서명", "합의"))
    assert [headline.title for headline in (await read(second.state)).headlines] == ["한미, 기술번영 업무협약에 합의"]


async def test_once_a_day_a_source_is_fetched_without_validators(site: Site, read: Read, clock: Clock) -> None:
    _feed(site, ETag='"v1"')
    first = await read(SourceState())
    clock.now += timedelta(hours=24, seconds=-1)
    await read(first.state)
    assert site.requests[-1].headers["If-None-Match"] == '"v1"'
    clock.now += timedelta(seconds=1)
    second = await read(first.state)
    assert "If-None-Match" not in site.requests[-1].headers
    assert second.unchanged
    assert second.state.full_read_at == clock.now
    await read(second.state)
    assert site.requests[-1].headers["If-None-Match"] == '"v1"'


async def test_a_moved_source_is_fetched_there_until_it_moves_back(site: Site, read: Read) -> None:
    site.answer("/feed", status=301, Location="/new")
    site.answer("/new", FEED)
    first = await read(SourceState())
    assert first.state.moved_to == site.url("/new")
    await read(first.state)
    assert site.paths[-1] == "/new"
    site.answer("/new", status=404)
    _feed(site)
    again = await read(first.state)
    assert len(again.headlines) + again.unchanged == 1
    assert site.paths[-2:] == ["/new", "/feed"]
    assert again.state.moved_to is None


async def test_a_web_page_in_place_of_a_feed_is_not_understood(site: Site, read: Read) -> None:
    site.answer("/feed", "<!DOCTYPE html><html><body>점검 중</body></html>", Content_Type="text/html")
    with pytest.raises(NotUnderstood, match="is a web page, not a feed"):
        await read(SourceState())


async def test_a_source_that_robots_txt_forbids_is_not_fetched(site: Site, read: Read) -> None:
    site.answer("/robots.txt", "User-agent: *\nDisallow: /feed\n")
    _feed(site)
    with pytest.raises(FetchRefused, match=r"robots\.txt"):
        await read(SourceState())
    assert site.paths == ["/robots.txt"]


async def test_a_disabled_outlet_is_not_fetched(site: Site, scraper: Scraper, spec_at: Callable[[str], Outlet]) -> None:
    outlet = spec_at('enabled = false\nreason = "its terms forbid reading"\n' + SPEC)
    with pytest.raises(FetchRefused, match="terms forbid"):
        await scraper.headlines(outlet, outlet.sources[0], SourceState())
    assert not site.requests


async def test_an_outlet_without_pages_is_read_by_its_headlines_alone(
    site: Site, scraper: Scraper, spec_at: Callable[[str], Outlet]
) -> None:
    _feed(site)
    outlet = spec_at("pages = false\n" + SPEC)
    (headline,) = (await scraper.headlines(outlet, outlet.sources[0], SourceState())).headlines
    with pytest.raises(TitlesOnly, match="headlines alone"):
        await scraper.read(outlet, headline)
    assert site.paths == ["/robots.txt", "/feed"]


@pytest.mark.parametrize(
    "body, kind, suspect",
    [
        ("%PDF-1.7", "application/pdf", "wrong_type"),
        ("", "text/html", "no_body"),
        ("<html><body><p>짧다.</p></body></html>", "text/html", "site_title"),
        ("<html><head><title>제목</title></head><body><p>짧다.</p></body></html>", "text/html", "short"),
    ],
)
async def test_a_page_without_enough_text_is_suspect(
    site: Site, scraper: Scraper, outlet: Outlet, read: Read, body: str, kind: str, suspect: str
) -> None:
    _feed(site)
    site.answer("/article/1", body, Content_Type=kind)
    (headline,) = (await read(SourceState())).headlines
    article = await scraper.read(outlet, headline)
    assert article.suspect == suspect
    assert article.title in (headline.title, "제목")
    assert article.published_at == headline.published_at


async def test_an_article_that_redirects_to_the_front_page_is_suspect(
    site: Site, scraper: Scraper, outlet: Outlet, read: Read
) -> None:
    _feed(site)
    site.answer("/article/1", status=302, Location="/")
    site.answer("/", PAGE, Content_Type="text/html")
    (headline,) = (await read(SourceState())).headlines
    article = await scraper.read(outlet, headline)
    assert article.suspect == "no_body"
    assert (article.identities, article.canonical_url) == (headline.identities, headline.canonical_url)
    assert article.published_at == headline.published_at


async def test_a_page_is_not_fetched_beyond_what_is_read(
    site: Site, scraper: Scraper, outlet: Outlet, read: Read, spec_at: Callable[[str], Outlet]
) -> None:
    site.answer("/feed", FEED.replace("SITE", site.url("")))
    (headline,) = (await read(SourceState())).headlines
    script = b"<script>" + b"x" * MAX_BYTES
    longest = (PAGE.encode() + script)[:MAX_BYTES]
    site.answer("/article/1", longest + b" ", Content_Type="text/html")
    with pytest.raises(TooBig, match="larger than 10485760 bytes"):
        await scraper.read(outlet, headline)
    site.answer("/article/1", longest, Content_Type="text/html")
    assert (await scraper.read(outlet, headline)).paragraphs
    listing = spec_at(SPEC.replace('"feed"', '"listing"'))
    site.answer("/feed", b"<a href=/article/1>x</a>" + b" " * MAX_PAGE_BYTES)
    with pytest.raises(TooBig, match="larger than 2097152 bytes"):
        await scraper.headlines(listing, listing.sources[0], SourceState())


async def test_a_page_that_answers_404_is_gone(site: Site, scraper: Scraper, outlet: Outlet, read: Read) -> None:
    _feed(site)
    (headline,) = (await read(SourceState())).headlines
    with pytest.raises(Gone):
        await scraper.read(outlet, headline)


async def test_the_feeds_time_wins_over_a_date_without_an_hour(
    site: Site, scraper: Scraper, outlet: Outlet, read: Read
) -> None:
    _feed(site)
    meta = '<meta property="article:published_time" content="2025-10-29">'
    site.answer("/article/1", PAGE.replace("<title>", meta + "<title>"), Content_Type="text/html")
    (headline,) = (await read(SourceState())).headlines
    assert (await scraper.read(outlet, headline)).published_at == headline.published_at


async def test_neither_a_redirect_nor_an_outlet_that_is_only_covered_is_asked_for_a_page(
    site: Site, turns: list[str], spec_at: Callable[[str], Outlet]
) -> None:
    async def turn(host: str) -> None:
        turns.append(host)

    finder = replace(spec_at(SPEC), key="finder", kind="aggregator", hosts=("127.0.0.1",))
    outlet = replace(spec_at(SPEC), hosts=("news.example",))
    covered = replace(outlet, enabled=False, covered=True, reason="no feed")
    scraper = open_scraper({"test": outlet, "finder": finder}, turn, trusted=[site.address])
    url = site.url("/rss/articles/T1")
    hidden = Headline("test", url, url, (f"url:{url}",), "서명", "", NOW, "ko")
    with pytest.raises(TitlesOnly, match="a redirect of finder"):
        await scraper.read(outlet, hidden)
    with pytest.raises(TitlesOnly, match="what aggregators list"):
        await scraper.read(covered, replace(hidden, url="http://news.example/1"))
    assert (site.requests, turns) == ([], [])
    await scraper.close()
