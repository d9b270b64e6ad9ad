"""A sitemap index is read by its newest children, a paged list by its later pages while they hold what is new."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from scrapers.article import Headline, SourceReading, SourceState
from scrapers.discover import MAX_FURTHER, discover
from scrapers.errors import BadStatus, FetchRateLimited, NotUnderstood
from scrapers.further_pages import most_further, numbered_after
from scrapers.outlet import Outlet, Source
from scrapers.scraper import Scraper, open_scraper, utc_now
from scrapers.spec import read_spec

Site = Any
"""The site of conftest.py."""
Specified = Callable[[str], Outlet]
INDEX_SPEC = 'article_id = "/article/([0-9]+)"\n[[source]]\nkind = "sitemap"\nurl = "SITE/index.xml"\n'
LISTING_SPEC = (
    'article_id = "/article/([0-9]+)"\n[[source]]\nkind = "listing"\nurl = "SITE/list?sort=new"\npage = "page"\n'
)


@pytest.fixture
async def scraper(site: Site, turns: list[str]) -> AsyncIterator[Scraper]:
    async def turn(host: str) -> None:
        turns.append(host)

    scraper = open_scraper({}, turn, trusted=[site.address])
    yield scraper
    await scraper.close()


@dataclass
class Reader:
    """A caller who knows what it has been given."""

    known: set[str] = field(default_factory=set)

    async def are_new(self, headlines: Sequence[Headline]) -> bool:
        """Whether most of these headlines are new to this caller."""
        return sum(headline.url not in self.known for headline in headlines) * 2 > len(headlines)

    async def read(self, scraper: Scraper, outlet: Outlet, state: SourceState) -> SourceReading:
        """Read the source and remember what it listed."""
        reading = await scraper.headlines(outlet, outlet.sources[0], state, self.are_new)
        self.known.update(headline.url for headline in reading.headlines)
        return reading


def _index(site: Site, *children: str) -> None:
    rows = "".join(f"<sitemap><loc>{site.url(child)}</loc></sitemap>" for child in children)
    site.answer("/index.xml", f"<sitemapindex>{rows}</sitemapindex>", ETag='"same"')


def _child(site: Site, path: str, *numbers: int) -> None:
    urls = "".join(f"<url><loc>{site.url(f'/article/{number}')}</loc></url>" for number in numbers)
    site.answer(path, f"<urlset>{urls}</urlset>")


def _numbers(reading: SourceReading) -> list[str]:
    return [headline.url.rpartition("/")[2] for headline in reading.headlines]


# ── sitemap indexes ──────────────────────────────────────────────────────────────────────────────────────────


async def test_the_newest_children_of_an_index_are_read_each_in_its_turn(
    site: Site, scraper: Scraper, spec_at: Specified, turns: list[str]
) -> None:
    outlet = spec_at(INDEX_SPEC)
    _index(site, "/2026-02-24.xml", "/2026-02-26.xml", "/2026-02-25.xml")
    _child(site, "/2026-02-26.xml", 3, 2)
    _child(site, "/2026-02-25.xml", 2, 1)
    reading = await scraper.headlines(outlet, outlet.sources[0], SourceState())
    assert _numbers(reading) == ["3", "2", "1"]
    assert site.paths == ["/robots.txt", "/index.xml", "/2026-02-26.xml", "/2026-02-25.xml"]
    assert len(turns) == 4
    again = await scraper.headlines(outlet, outlet.sources[0], reading.state)
    assert (again.unchanged, again.headlines) == (True, ())
    assert "If-None-Match" not in site.requests[-3].headers, "an index that is the same says nothing of its children"
    _child(site, "/2026-02-26.xml", 4, 3, 2)
    assert _numbers(await scraper.headlines(outlet, outlet.sources[0], again.state)) == ["4", "3", "2", "1"]


async def test_a_child_that_fails_is_a_problem_unless_all_do(site: Site, scraper: Scraper, spec_at: Specified) -> None:
    outlet = spec_at(INDEX_SPEC)
    _index(site, "/a.xml", "/b.xml")
    with pytest.raises(BadStatus):
        await scraper.headlines(outlet, outlet.sources[0], SourceState())
    _child(site, "/b.xml", 1)
    reading = await scraper.headlines(outlet, outlet.sources[0], SourceState())
    assert _numbers(reading) == ["1"]
    assert "/a.xml" in reading.problems[0]
    site.answer("/a.xml", status=429, Retry_After="60")
    with pytest.raises(FetchRateLimited):
        await scraper.headlines(outlet, outlet.sources[0], SourceState())


async def test_an_index_in_an_index_is_not_followed(site: Site, scraper: Scraper, spec_at: Specified) -> None:
    outlet = spec_at(INDEX_SPEC + "most_pages = 1\n")
    _index(site, "/index.xml", "/b.xml")
    reading = await scraper.headlines(outlet, outlet.sources[0], SourceState())
    assert reading.headlines == ()
    assert site.paths == ["/robots.txt", "/index.xml", "/index.xml"]


def _children(*rows: str) -> list[str]:
    outlet = read_spec(
        "a.toml",
        b'name = "A"\nhome = "https://a.example/"\nlanguage = "ko"\ntimezone = "Asia/Seoul"\nhosts = ["a.example"]\n'
        b'[[source]]\nkind = "sitemap"\nurl = "https://a.example/i.xml"\n',
    )
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(rows)}</sitemapindex>'
    further = discover(index.encode(), "https://a.example/i.xml", outlet, outlet.sources[0], utc_now()).further
    return [address.removeprefix("https://a.example/") for address in further]


def _row(path: str, lastmod: str = "") -> str:
    changed = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<sitemap><loc>https://a.example/{path}</loc>{changed}</sitemap>"


def test_the_newest_children_go_first_by_lastmod_by_name_or_by_order() -> None:
    rows = [_row("1", "2026-02-24"), _row("2", "2026-02-26T01:00:00Z"), _row("3"), _row("4", "2026-02-25")]
    assert _children(*rows) == ["2", "4", "1", "3"]
    assert _children(_row("2025-12.xml"), _row("2026-02.xml"), _row("2026-01.xml"), _row("old.xml")) == [
        "2026-02.xml", "2026-01.xml", "2025-12.xml", "old.xml",
    ]  # fmt: skip
    assert _children(_row("20260225"), _row("20260226"), _row("2026/02/27")) == ["2026/02/27", "20260226", "20260225"]
    assert _children(_row("b"), _row("a")) == ["b", "a"]
    assert _children(_row("x-20260225", "2026-02-26"), _row("x-20260226", "2026-02-26")) == ["x-20260226", "x-20260225"]


def test_children_without_articles_go_last_and_those_of_other_hosts_are_left_out() -> None:
    rows = [_row("category-sitemap.xml", "2026-02-26"), _row("post-sitemap.xml", "2026-02-01")]
    assert _children(*rows) == ["post-sitemap.xml", "category-sitemap.xml"]
    assert _children(_row("stages.xml"), _row("heritage.xml")) == ["stages.xml", "heritage.xml"]
    assert _children(_row("1"), "<sitemap><loc>https://b.example/2</loc></sitemap>", "<sitemap></sitemap>") == ["1"]
    with pytest.raises(NotUnderstood, match="another host's"):
        _children("<sitemap><loc>https://b.example/2</loc></sitemap>")
    assert len(_children(*(_row(str(number)) for number in range(MAX_FURTHER + 1)))) == MAX_FURTHER
    with pytest.raises(NotUnderstood, match="without sitemaps"):
        _children("<sitemap></sitemap>")


def test_the_next_page_of_a_list_is_on_its_own_host() -> None:
    spec = (
        'name = "A"\nhome = "https://a.example/"\nlanguage = "ko"\ntimezone = "Asia/Seoul"\n'
        '[[source]]\nkind = "listing"\nurl = "https://list.example/l"\nlinks = "a.t"\nnext = "a.n"\n'
    )
    outlet = read_spec("a.toml", spec.encode())
    for address, is_read in [
        ("https://b.example/2", False),
        ("https://list.example/2", True),
        ("https://a.example/2", True),
    ]:
        page = f'<a class="t" href="/1">제목</a><a class="n" href="{address}">다음</a>'
        further = discover(page.encode(), "https://list.example/l", outlet, outlet.sources[0], utc_now()).further
        assert further == ((address,) if is_read else ())


async def test_an_article_that_two_children_list_under_other_names_is_one(
    site: Site, scraper: Scraper, spec_at: Specified
) -> None:
    outlet = spec_at(INDEX_SPEC)
    _index(site, "/a.xml", "/b.xml")
    for child, address in [("/a.xml", "/article/1"), ("/b.xml", "/news/article/1")]:
        bad = "<url><loc>javascript:1</loc></url>" * 6
        site.answer(child, f"<urlset><url><loc>{site.url(address)}</loc></url>{bad}</urlset>")
    reading = await scraper.headlines(outlet, outlet.sources[0], SourceState())
    assert _numbers(reading) == ["1"]
    assert len(reading.problems) == 10


# ── paged lists ──────────────────────────────────────────────────────────────────────────────────────────────


def _list(site: Site, *pages: Sequence[int]) -> None:
    """Serve a list of these pages of article numbers, by the parameter ``page``."""

    async def answer(request: Any) -> Any:
        from aiohttp import web

        number = int(request.query.get("page", "1"))
        if number > len(pages):
            return web.Response(status=404)
        links = "".join(f'<a href="/article/{article}">기사 {article}</a>' for article in pages[number - 1])
        return web.Response(text=f"<html>{links}</html>", content_type="text/html")

    site.pages["/list"] = answer


def _asked(site: Site) -> list[str]:
    return [request.query.get("page", "1") for request in site.requests if request.path == "/list"]


async def test_later_pages_are_read_while_most_of_a_page_is_new(
    site: Site, scraper: Scraper, spec_at: Specified
) -> None:
    outlet, reader = spec_at(LISTING_SPEC), Reader()
    _list(site, (9, 8), (7, 6), (5, 4), (3, 2))
    first = await reader.read(scraper, outlet, SourceState())
    assert (_numbers(first), _asked(site)) == (["9", "8", "7", "6", "5", "4"], ["1", "2", "3"])
    assert {request.query["sort"] for request in site.requests if request.path == "/list"} == {"new"}
    _list(site, (10, 9), (8, 7))
    second = await reader.read(scraper, outlet, first.state)
    assert (_numbers(second), _asked(site)[3:]) == (["10", "9"], ["1"]), "half of the page is known"
    assert (await reader.read(scraper, outlet, second.state)).unchanged
    _list(site, (14, 13), (12, 11), (10, 9), (8, 7))
    third = await reader.read(scraper, outlet, second.state)
    assert (_numbers(third), _asked(site)[5:]) == (["14", "13", "12", "11", "10", "9"], ["1", "2", "3"])
    assert third.state.body_hash != second.state.body_hash


async def test_the_first_page_alone_is_read_for_a_caller_who_does_not_say_what_is_new(
    site: Site, scraper: Scraper, spec_at: Specified
) -> None:
    outlet = spec_at(LISTING_SPEC)
    _list(site, (9, 8), (7, 6))
    assert _numbers(await scraper.headlines(outlet, outlet.sources[0], SourceState())) == ["9", "8"]


async def test_a_later_page_that_fails_is_a_problem_and_a_limit_ends_the_reading(
    site: Site, scraper: Scraper, spec_at: Specified
) -> None:
    outlet = spec_at(LISTING_SPEC)
    _list(site, (9, 8))
    reading = await Reader().read(scraper, outlet, SourceState())
    assert (_numbers(reading), len(reading.problems)) == (["9", "8"], 1)

    async def limit(request: Any) -> Any:
        from aiohttp import web

        if "page" in request.query:
            return web.Response(status=429, headers={"Retry-After": "60"})
        return web.Response(text='<a href="/article/9">기사</a>', content_type="text/html")

    site.pages["/list"] = limit
    with pytest.raises(FetchRateLimited):
        await Reader().read(scraper, outlet, SourceState())


async def test_the_link_to_the_next_page_is_followed_once(site: Site, scraper: Scraper, spec_at: Specified) -> None:
    outlet = spec_at(LISTING_SPEC.replace('page = "page"', 'next = ".next"\nmost_pages = 20').replace("?sort=new", ""))
    site.answer(
        "/list", '<a href="/article/3">다</a><p class="next"><a href="/more">다음</a></p>', Content_Type="text/html"
    )
    site.answer("/more", '<a href="/article/2">나</a><a class="next" href="/list">다음</a>', Content_Type="text/html")
    assert _numbers(await Reader().read(scraper, outlet, SourceState())) == ["3", "2"]
    assert site.paths == ["/robots.txt", "/list", "/more"]


async def test_a_json_answer_names_its_next_page(site: Site, scraper: Scraper, spec_at: Specified) -> None:
    paths = 'items = "results"\nlink = "url"\ntitle = "title"\nnext = "meta.next"\n'
    outlet = spec_at(f'[[source]]\nkind = "json"\nurl = "SITE/api"\n{paths}')
    pages = {"/api": ("/a/2", "/api2"), "/api2": ("/a/1", None)}
    for path, (link, following) in pages.items():
        site.answer(path, json.dumps({"results": [{"url": link, "title": "제목"}], "meta": {"next": following}}))
    assert _numbers(await Reader().read(scraper, outlet, SourceState())) == ["2", "1"]


# ── decisions ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("address", "following"),
    [
        ("https://a.example/list", "https://a.example/list?page=2"),
        ("https://a.example/list?page=0&x=%EA%B0%80", "https://a.example/list?x=%EA%B0%80&page=1"),
        ("https://a.example/list?c[]=a&page=9&c[]=b", "https://a.example/list?c[]=a&c[]=b&page=10"),
        ("https://a.example/list?page=x", "https://a.example/list?page=2"),
        ("https://a.example/list?page=" + "9" * 10, "https://a.example/list?page=2"),
        ("https://a.example/list?mypage=5", "https://a.example/list?mypage=5&page=2"),
    ],
)
def test_the_next_page_has_the_next_number(address: str, following: str) -> None:
    assert numbered_after(address, "page") == following


def test_a_spec_bounds_the_pages_of_a_reading() -> None:
    assert most_further(Source("listing", "", page="p")) == 2
    assert most_further(Source("json", "", page="p", most_pages=1)) == 0
    assert most_further(Source("json", "", page="p", most_pages=4)) == 3
    assert most_further(Source("sitemap", "")) == 2
    assert most_further(Source("sitemap", "", most_pages=5)) == 5
