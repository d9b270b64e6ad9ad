"""The headers of a spec reach the outlet's own source alone, and the User-Agent always says who asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from scrapers.article import Headline, SourceState
from scrapers.errors import BadStatus, ScrapeError
from scrapers.http.outlet_headers import OutletHeaders
from scrapers.outlet import Outlet
from scrapers.scraper import Scraper, open_scraper

Site = Any
"""The site of conftest.py."""
KEY = "q7-hush-Zp"
SPEC = (
    'user_agent = "Mozilla/5.0 (compatible; {agent})"\nreason = "needs a key"\n'
    'headers = { X-Api-Key = "{PACT_NAVER_CLIENT_ID}", X-Form = "Bearer {PACT_NAVER_CLIENT_ID}" }\n'
    '[[source]]\nkind = "feed"\nurl = "SITE/feed"\n'
)
FEED = "<rss version='2.0'><channel><item><title>서명</title><link>/article/1</link></item></channel></rss>"
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
async def scraper(site: Site) -> AsyncIterator[Scraper]:
    async def no_turn(_host: str) -> None:
        return None

    trusted = [site.address, f"localhost:{site.port}"]
    scraper = open_scraper({}, no_turn, trusted=trusted, now=lambda: NOW, keys={"PACT_NAVER_CLIENT_ID": SecretStr(KEY)})
    yield scraper
    await scraper.close()


@pytest.fixture
def outlet(spec_at: Callable[[str], Outlet]) -> Outlet:
    return spec_at(SPEC)


def _sent(site: Site, path: str) -> list[str | None]:
    return [request.headers.get("X-Api-Key") for request in site.requests if request.path == path]


async def test_a_key_is_sent_to_the_source_and_neither_to_robots_txt_nor_to_a_page(
    site: Site, scraper: Scraper, outlet: Outlet
) -> None:
    site.answer("/feed", FEED, Content_Type="text/xml")
    site.answer("/article/1", "<p>…</p>", Content_Type="text/html")
    reading = await scraper.headlines(outlet, outlet.sources[0], SourceState())
    await scraper.read(outlet, reading.headlines[0])
    assert (_sent(site, "/feed"), _sent(site, "/robots.txt"), _sent(site, "/article/1")) == ([KEY], [None], [None])
    feed = next(request for request in site.requests if request.path == "/feed")
    assert feed.headers["X-Form"] == f"Bearer {KEY}"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_to_another_host_does_not_carry_the_key(
    site: Site, scraper: Scraper, outlet: Outlet, status: int
) -> None:
    site.answer("/feed", status=status, Location=site.url("/moved", host="localhost"))
    site.answer("/moved", FEED, Content_Type="text/xml")
    first = await scraper.headlines(outlet, outlet.sources[0], SourceState())
    await scraper.headlines(outlet, outlet.sources[0], first.state)  # of a permanent redirect the target is asked
    assert set(_sent(site, "/feed")) == {KEY}
    assert set(_sent(site, "/moved")) == {None}


async def test_a_redirect_on_the_same_host_carries_the_key(site: Site, scraper: Scraper, outlet: Outlet) -> None:
    site.answer("/feed", status=302, Location="/moved")
    site.answer("/moved", FEED, Content_Type="text/xml")
    await scraper.headlines(outlet, outlet.sources[0], SourceState())
    assert _sent(site, "/moved") == [KEY]


async def test_the_user_agent_of_a_spec_holds_our_own_on_every_request(
    site: Site, scraper: Scraper, outlet: Outlet, spec_at: Callable[[str], Outlet]
) -> None:
    site.answer("/feed", FEED, Content_Type="text/xml")
    plain = spec_at('[[source]]\nkind = "feed"\nurl = "SITE/feed"\n')
    await scraper.headlines(plain, plain.sources[0], SourceState())
    own = site.requests[-1].headers["User-Agent"]
    site.requests.clear()
    await scraper.headlines(outlet, outlet.sources[0], SourceState())
    with pytest.raises(BadStatus):
        await scraper.read(outlet, _headline(site))
    agents = {request.headers["User-Agent"] for request in site.requests}
    assert agents == {f"Mozilla/5.0 (compatible; {own.replace(' (', '; ', 1).removesuffix(')')})"}
    assert "pactbot/" in agents.pop()


async def test_robots_txt_is_asked_for_under_the_same_user_agent(site: Site, scraper: Scraper, outlet: Outlet) -> None:
    site.answer("/feed", FEED, Content_Type="text/xml")
    await scraper.headlines(outlet, outlet.sources[0], SourceState())
    robots, feed = site.requests
    assert robots.path == "/robots.txt"
    assert robots.headers["User-Agent"] == feed.headers["User-Agent"]


@pytest.mark.parametrize("status", [401, 403, 429, 500])
async def test_no_error_holds_the_key(site: Site, scraper: Scraper, outlet: Outlet, status: int) -> None:
    site.answer("/feed", f"wrong key {KEY}", status=status)
    with pytest.raises(ScrapeError) as caught:
        await scraper.headlines(outlet, outlet.sources[0], SourceState())
    assert KEY not in f"{caught.value}{caught.value!r}{caught.value.__cause__!r}"


def test_the_headers_of_an_outlet_do_not_show_the_key() -> None:
    headers = OutletHeaders(None, "https://a.example/x", (("X-Key", "{K}"),), {"K": SecretStr(KEY)})
    assert KEY not in repr(headers)


@pytest.mark.parametrize(
    ("url", "gets"),
    [
        ("https://a.example/other?x=1", True),
        ("https://A.example:443/", True),
        ("http://a.example/", False),
        ("https://a.example:8443/", False),
        ("https://b.a.example/", False),
        ("https://a.example.evil.example/", False),
    ],
)
def test_only_scheme_host_and_port_of_the_source_get_the_headers(url: str, gets: bool) -> None:
    headers = OutletHeaders(None, "https://a.example/x", (("X-Key", "{K}"),), {"K": SecretStr(KEY)})
    assert ("x-key" in headers.for_request(url, "pactbot/1 (news)")) is gets


def _headline(site: Site) -> Headline:
    url = site.url("/article/404")
    return Headline("test", url, url, (f"url:{url}",), "서명", "", None, "ko")
