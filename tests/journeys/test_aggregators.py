"""An aggregator finds addresses: an article is posted once, under its own outlet, and an unknown host never."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

import pytest
from aiohttp import web

from scrapers.fake_outlets.demo import load_demo
from tests.support.journey import Journey, words_of
from tests.support.served import served

KEY = "hush-q7"
SIGNED = next(step.article for step in load_demo() if step.article.slug == "plan-signed-courier")
FOREIGN = "Technology Prosperity Deal explained for everyone"
TEASER = "They reviewed the first year of the U.S.-ROK Technology Prosperity Deal in Seoul."


@dataclass
class Search:
    """An aggregator on loopback: a JSON search that wants a key, and a feed of redirects."""

    port: int = 0
    answer: list[dict[str, str]] = field(default_factory=list)
    feed: list[tuple[str, str]] = field(default_factory=list)
    """Titles, each with the home page of its outlet."""
    moved_to: str = ""
    requests: list[web.Request] = field(default_factory=list)
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.Response:
        """Answers a search; at /moved also one without a key."""
        self.requests.append(request)
        self.was_asked.set()
        if request.path == "/feed":
            return web.Response(text=self._rss(), content_type="application/rss+xml")
        if request.path == "/moved":
            return web.json_response({"items": self.answer})
        if request.path != "/search.json":
            return web.Response(status=404)
        if self.moved_to:
            return web.Response(status=302, headers={"Location": self.moved_to})
        body = json.dumps({"items": self.answer})
        return web.Response(text=body, content_type="application/json", status=200 if _key_of(request) == KEY else 401)

    def _rss(self) -> str:
        now = format_datetime(datetime.now(UTC))
        items = "".join(
            f"<item><title>{escape(title)} - Courier</title><link>http://127.0.0.1:{self.port}/rss/articles/T{number}?oc=5"
            f"</link><guid>T{number}</guid><pubDate>{now}</pubDate><source url='{home}'>Courier</source></item>"
            for number, (title, home) in enumerate(self.feed)
        )
        return f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>"

    def asked(self, path: str) -> list[web.Request]:
        """The requests for a path."""
        return [request for request in self.requests if request.path == path]


def _key_of(request: web.Request) -> str | None:
    return request.headers.get("X-Key")


@pytest.fixture
def transport() -> str:
    """One transport is enough: outlets do not depend on it."""
    return "socket"


@pytest.fixture
async def search() -> AsyncIterator[Search]:
    search = Search()
    async with served(search.handle) as search.port:
        yield search


@pytest.fixture
async def reading(journey: Journey, search: Search) -> Journey:
    """The bot reads one outlet and the aggregator."""
    journey.read_only("seoul-courier")
    folder = journey.folder / "search"
    folder.mkdir()
    base = f"http://127.0.0.1:{search.port}"
    (folder / "finder.toml").write_text(
        f'name = "Finder"\nhome = "{base}/"\nlanguage = "en"\ntimezone = "UTC"\nevery_minutes = 0.01\n'
        'kind = "aggregator"\nreason = "needs a key"\nheaders = { X-Key = "{PACT_NAVER_CLIENT_ID}" }\n'
        f'[[source]]\nkind = "json"\nurl = "{base}/search.json?q={{query}}"\nqueries = "prosperity deal"\n'
        f'items = "items"\nlink = "url"\ntitle = "title"\n[[source]]\nkind = "feed"\nurl = "{base}/feed"\n'
    )
    journey.given = {
        "outlets": (journey.folder / "outlets", folder),
        "trusted_addresses": journey.fake_outlets.trusted
        | {f"{host}:{search.port}" for host in ("127.0.0.1", "localhost")},
        "naver_client_id": KEY,
    }
    return journey


async def _searched(search: Search, path: str = "/search.json") -> None:
    """Waits until the aggregator was asked twice more: its first answer has been worked off by then."""
    known = len(search.asked(path))
    async with asyncio.timeout(30):
        while len(search.asked(path)) < known + 2:
            search.was_asked.clear()
            await search.was_asked.wait()


async def test_an_article_that_a_search_finds_is_posted_once_under_its_own_outlet(
    reading: Journey, search: Search
) -> None:
    await reading.start()
    await _searched(search)
    url = reading.fake_outlets.publish("seoul-courier", SIGNED, listed=False)
    search.answer = [
        {"url": "http://unlisted.example/1", "title": FOREIGN},
        {"url": url, "title": f"<b>{SIGNED.headline}</b>"},
    ]
    card = await reading.card("sign first action plan")
    assert "The Seoul Courier" in words_of(card)
    assert "Finder" not in words_of(card)
    assert _key_of(search.asked("/search.json")[-1]) == KEY
    reading.fake_outlets.list_article("seoul-courier", SIGNED.slug)
    await reading.read_again("seoul-courier")
    await _searched(search)
    assert await reading.rows("SELECT outlet, state FROM articles") == [("seoul-courier", "read")]
    assert len(reading.cards()) == 1
    assert FOREIGN not in "".join(map(words_of, reading.posts()))
    assert [request.path for request in reading.fake_outlets.requests].count(url.removeprefix(_base(reading))) == 1
    reading.assert_nothing_twice()


async def test_a_headline_without_an_address_is_the_article_that_its_outlet_lists_later(
    reading: Journey, search: Search
) -> None:
    await reading.start()
    await _searched(search, "/feed")
    search.feed = [(FOREIGN, "http://unlisted.example"), (SIGNED.headline, _base(reading))]
    card = await reading.card("sign first action plan")
    assert "The Seoul Courier" in words_of(card)
    assert "/rss/articles/T1" in json.dumps(card)
    url = reading.fake_outlets.publish("seoul-courier", SIGNED)
    await reading.settled("SELECT id FROM articles WHERE state = 'read'")
    await reading.see(lambda: url in json.dumps(reading.cards()), "the outlet's own address")
    await _searched(search, "/feed")
    assert await reading.rows("SELECT outlet, url FROM articles") == [("seoul-courier", url)]
    assert len(reading.cards()) == 1
    assert search.asked("/rss/articles/T1") == []
    reading.assert_nothing_twice()


async def test_a_key_goes_to_no_other_host_and_is_written_nowhere(
    reading: Journey, search: Search, caplog: pytest.LogCaptureFixture
) -> None:
    await reading.start()
    search.moved_to = f"http://localhost:{search.port}/moved"
    await _searched(search, "/moved")
    assert {_key_of(request) for request in search.asked("/moved")} == {None}
    assert {_key_of(request) for request in search.asked("/search.json")} == {KEY}
    assert {_key_of(request) for request in search.asked("/robots.txt")} == {None}
    search.moved_to = f"http://127.0.0.1:{search.port}/nothing"
    await _searched(search, "/nothing")
    await reading.stop()
    assert KEY not in str([vars(record) for record in caplog.records])
    assert KEY.encode() not in reading.database.read_bytes()


async def test_without_its_key_an_aggregator_is_not_asked(reading: Journey, search: Search) -> None:
    del reading.given["naver_client_id"]
    await reading.start()
    await reading.read_again("seoul-courier")
    assert search.requests == []
    assert "1 of 1 sources read" in await reading.ask("status")


def _base(journey: Journey) -> str:
    return journey.fake_outlets.base("seoul-courier")


async def test_an_article_whose_page_is_refused_is_told_by_the_text_that_its_outlet_lists_later(
    reading: Journey, search: Search
) -> None:
    await reading.start()
    await _searched(search)
    reading.fake_outlets.fail("seoul-courier", "status", 403, pages_only=True)
    neutral = replace(SIGNED, slug="meeting", headline="Ministers hold a meeting", teaser=TEASER)
    url = reading.fake_outlets.publish("seoul-courier", neutral, listed=False)
    search.answer = [{"url": url, "title": neutral.headline}]
    await reading.settled("SELECT id FROM articles WHERE state = 'failed'")
    assert reading.cards() == []
    reading.fake_outlets.list_article("seoul-courier", neutral.slug)
    await reading.card(neutral.headline, "only headline and summary were read")
    await reading.read_again("seoul-courier")
    assert [request.path for request in reading.fake_outlets.requests].count(url.removeprefix(_base(reading))) == 2
    reading.assert_nothing_twice()
