"""Honest outlets are read beside many hostile ones: network attacks on the event loop, and pages that parse slowly."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from scrapers.errors import ScrapeError
from scrapers.formats.results import PageReading
from scrapers.http.fetch import Client
from scrapers.outlet import Outlet
from scrapers.parser_process import child
from scrapers.parser_process.parent import DEADLINE_SECONDS
from scrapers.parser_process.pool import ParserPool
from tests.support.hostile_outlets import ATTACKS, hostile_server
from tests.support.hostile_pages import HOSTILE_DOCUMENTS, PAGES, HostileDocument

Site = Any
"""The site of conftest.py."""
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PROSE = "한국과 미국은 인공지능과 양자 기술, 우주와 바이오에서 함께 일하기로 하고 경주에서 문서에 서명했다. "
HONEST = f"<html><head><title>서명</title></head><body><article><p>{PROSE * 6}</p></article></body></html>"
HOSTILE = [PAGES[name].build().decode() for name in ("divs", "links in SVG", "options", "less-than signs")]
HOSTILE_OUTLETS = ("x", "y", "z")


async def _attack(address: str) -> None:
    """Fetch from a hostile server, which must end in an error."""
    client = Client(_no_turn, trusted=[address])
    with pytest.raises(ScrapeError):
        await client.get(f"http://{address}/")
    await client.close()


async def _parsed(pool: ParserPool, page: str, outlet: str, ended: list[str]) -> PageReading | None:
    reading: PageReading | None = None
    with contextlib.suppress(ScrapeError):
        arguments = (page.encode(), "https://a.example/1", None, NOW, "text/html; charset=utf-8")
        reading = await pool.run("parse_page", *arguments, about="u", outlet=outlet)
    ended.append(outlet)
    return reading


async def _read_beside(site: Site, attacks: Sequence[str], pages: int) -> list[str]:
    """The outlets in the order in which their pages ended, until the last honest page."""
    pool = ParserPool()
    ended: list[str] = []
    async with contextlib.AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(hostile_server(ATTACKS[name])) for name in attacks]
        client = Client(_no_turn, trusted=[site.address])
        site.answer("/", HONEST, Content_Type="text/html")
        tasks: list[asyncio.Task[object]] = [asyncio.create_task(_attack(server.address)) for server in servers]
        body = (await client.get(site.url("/"))).body.decode()
        for number in range(pages):
            outlet = HOSTILE_OUTLETS[number % len(HOSTILE_OUTLETS)]
            tasks.append(asyncio.create_task(_parsed(pool, HOSTILE[number % len(HOSTILE)], outlet, ended)))
        await asyncio.sleep(0)
        readings = await asyncio.gather(*(_parsed(pool, body, f"honest {n}", ended) for n in range(5)))
        assert all(reading is not None and reading.paragraphs for reading in readings)
        honest_ended = list(ended)
        await asyncio.gather(*tasks)
        await client.close()
    await pool.close()
    assert len(ended) == pages + 5
    return honest_ended


async def _no_turn(_host: str) -> None:
    return None


def _assert_turns(ended: list[str]) -> None:
    """Before the last honest page, each hostile outlet had as many turns as fit between them, and no more."""
    for outlet in HOSTILE_OUTLETS:
        assert ended.count(outlet) <= 4


async def test_honest_pages_have_their_turn_beside_hostile_ones(site: Site) -> None:
    attacks = ["100 Continue", "chunks of one byte", "empty gzip members", "one endless chunk extension"]
    ended = await _read_beside(site, attacks, 18)
    _assert_turns(ended)


SOURCE_KEYS = {"json": 'items = "items"\ntitle = "title"\nlink = "url"\n'}


def _parse(document: HostileDocument, spec_at: Callable[[str], Outlet]) -> None:
    data, url = document.build(), "https://a.example/1"
    if document.kind == "page":
        child.parse_page(data, url, None, NOW, document.content_type)
    elif document.kind == "robots":
        child.robots_verdict(data.decode(), "pactbot", url)
    else:
        keys = SOURCE_KEYS.get(document.kind, "")
        source = f"[[source]]\nkind = '{document.kind}'\nurl = 'https://a.example/feed'\n{keys}"
        outlet = spec_at(f"article_id = '/article/([0-9]+)'\n{source}")
        child.parse_source(data, url, outlet, outlet.sources[0], NOW, document.content_type)


@pytest.mark.parametrize("name", HOSTILE_DOCUMENTS)
def test_no_hostile_document_reaches_the_parsers_limit_of_cpu_time(name: str, spec_at: Callable[[str], Outlet]) -> None:
    def end(_signal: int, _frame: object) -> None:
        raise AssertionError(f"{name} took more CPU time than a document may")

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, DEADLINE_SECONDS)
    try:
        with contextlib.suppress(ScrapeError):
            _parse(HOSTILE_DOCUMENTS[name], spec_at)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
