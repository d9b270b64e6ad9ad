"""After an outage the later pages of a paged list are read, so that what came in the meantime is stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.deliveries.subscription_index import SubscriptionIndex
from bot.intake.pipeline import Intake
from bot.outlet_jobs import OutletJobs
from bot.store import articles
from bot.store.engine import Store
from scrapers.scraper import open_scraper
from scrapers.spec import read_spec
from settings.lexicon import load
from tests.support.served import served

A_PAGE = 4


@dataclass
class Board:
    """A board that lists its newest articles first, ``A_PAGE`` on a page."""

    newest: int = 40
    asked: list[int] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        """Answer with one page of the list, or with an article."""
        if request.path != "/list":
            return web.Response(status=404)
        page = int(request.query.get("pageIndex", "1"))
        self.asked.append(page)
        first = self.newest - (page - 1) * A_PAGE
        links = (f'<a href="/view?no={number}">글 {number}</a>' for number in range(first, first - A_PAGE, -1))
        return web.Response(text=f"<html>{''.join(links)}</html>", content_type="text/html")


@dataclass
class Clock:
    """The present, and an hour more for each reading, so that the source is due again."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class PagesHarness:
    """The jobs of one outlet with a board."""

    clock: Clock
    board: Board
    store: Store
    jobs: OutletJobs

    async def read(self) -> tuple[set[str], list[int]]:
        """Read the board; returns all headlines that are stored now, and the pages that were asked for."""
        self.board.asked.clear()
        await self.jobs.scrape("board")
        self.clock.ahead += timedelta(hours=1)
        async with self.store.read() as c:
            unread = await articles.unread(c, "board", 100, self.clock.now() + timedelta(days=1))
        return {waiting.article.headline for waiting in unread}, list(self.board.asked)


@pytest.fixture
async def harness(store: Store) -> AsyncIterator[PagesHarness]:
    async with AsyncExitStack() as stack:
        board = Board()
        address = f"127.0.0.1:{await stack.enter_async_context(served(board.answer))}"
        spec = (
            f'name = "Board"\nhome = "http://{address}/"\nlanguage = "ko"\ntimezone = "Asia/Seoul"\n'
            'article_id = "no=([0-9]+)"\nkeep_params = ["no"]\n'
            f'[[source]]\nkind = "listing"\nurl = "http://{address}/list"\npage = "pageIndex"\nmost_pages = 4\n'
        )
        outlets = {"board": read_spec("board.toml", spec.encode())}

        async def no_wait(_host: str) -> None:
            return

        scraper = open_scraper(outlets, no_wait, trusted=[address])
        stack.push_async_callback(scraper.close)
        clock = Clock()
        intake = Intake(store, SubscriptionIndex(load(None)), clock.now)
        jobs = OutletJobs(store, outlets, scraper, intake, lambda: None, clock.now)
        yield PagesHarness(clock, board, store, jobs)


async def test_what_came_during_an_outage_is_found_on_later_pages(harness: PagesHarness) -> None:
    stored, asked = await harness.read()
    assert (stored, asked) == (set(), [1, 2, 3, 4]), "the first reading is the baseline, on every page"
    harness.board.newest += 1
    stored, asked = await harness.read()
    assert (stored, asked) == ({"글 41"}, [1]), "a page with known articles is the last"
    harness.board.newest += 9
    stored, asked = await harness.read()
    assert asked == [1, 2, 3]
    assert stored == {f"글 {number}" for number in range(41, 51)}
