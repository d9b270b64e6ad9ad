"""An unchanged source is a row touched: many are read in a few transactions together, not in some for each."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from sqlalchemy import event

from bot.begun_jobs import BegunJobs
from bot.deliveries.subscription_index import SubscriptionIndex
from bot.intake.pipeline import Intake
from bot.intake.politeness import HostTurns, StoredRobots
from bot.model import Job
from bot.outlet_jobs import Beginning, OutletJobs
from bot.queue.embedded import EmbeddedQueue
from bot.queue.job_worker import JobWorker
from bot.store import hosts, sources
from bot.store.engine import Store
from bot.store.outlet_states import OutletState
from scrapers.outlet import Outlet, Source
from scrapers.scraper import open_scraper
from settings.lexicon import load as load_lexicon
from tests.support.bot_harness import outlet_named
from tests.support.served import served

OUTLETS = 60
FEED = """<rss version="2.0"><channel><title>Outlet</title><item><title>Nothing new</title>
<link>https://outlet.example/1</link></item></channel></rss>"""


class Reader:
    """The jobs of many outlets on hosts of their own, with the real queue, turns and rows."""

    def __init__(self, store: Store, port: int) -> None:
        self.store = store
        self.ahead = timedelta()
        self.left: set[str] = set()
        self.stop = asyncio.Event()
        hosts = {f"o{number}": f"127.1.0.{number + 1}:{port}" for number in range(OUTLETS)}
        self.outlets = {key: self._outlet(key, host) for key, host in hosts.items()}
        self.turns = turns = HostTurns(store, 0.0, self.now)
        self.scraper = open_scraper(
            self.outlets, turns.wait, robots_memory=StoredRobots(store), trusted=list(hosts.values()), now=self.now
        )
        intake = Intake(store, SubscriptionIndex(load_lexicon(None)), self.now)
        self.jobs = OutletJobs(store, self.outlets, self.scraper, intake, lambda: None, self.now, turns=turns)
        self.queue = EmbeddedQueue(store, self.now)
        functions = {"scrape": BegunJobs(self.jobs.begin_in_step, self._scrape)}
        self.worker = JobWorker(self.queue, functions, self.now, worker="w")

    def _outlet(self, key: str, host: str) -> Outlet:
        return outlet_named(key, sources=(Source("feed", f"http://{host}/feed"),), reads_pages=False)

    def now(self) -> datetime:
        """The present, put forward by ``ahead``."""
        return datetime.now(UTC) + self.ahead

    async def _scrape(self, key: str, begun: Beginning | None) -> Iterable[Job]:
        following = await self.jobs.scrape(key, begun)
        self.left.discard(key)
        if not self.left:
            self.stop.set()
        return following

    async def sweep(self, *keys: str) -> None:
        """Reads these outlets once, or all."""
        self.ahead += timedelta(hours=2)
        self.left, self.stop = set(keys or self.outlets), asyncio.Event()
        await self.queue.enqueue(*(Job("scrape", key) for key in sorted(self.left)))
        await self.worker.run(self.stop)


@pytest.fixture
async def reader(store: Store) -> AsyncIterator[Reader]:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/robots.txt":
            return web.Response(status=404)
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304, headers={"ETag": '"1"'})
        return web.Response(text=FEED, content_type="application/rss+xml", headers={"ETag": '"1"'})

    async with served(answer, host="0.0.0.0") as port:
        reader = Reader(store, port)
        yield reader
        await reader.scraper.close()


def counted(store: Store) -> Counter[str]:
    """Counts the store's statements and commits from now on."""
    counts: Counter[str] = Counter()

    def count(_c: object, _cursor: object, *_rest: object) -> None:
        counts["statements"] += 1

    engine = store._engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", lambda _c: counts.update(["commits"]))
    return counts


async def test_many_unchanged_sources_share_few_transactions(reader: Reader) -> None:
    await reader.sweep()
    counts = counted(reader.store)
    await reader.sweep()
    assert OUTLETS <= counts["statements"] <= 9 * OUTLETS, counts
    assert 2 <= counts["commits"] <= OUTLETS / 4, counts
    async with reader.store.read() as c:
        assert {row.latency_seconds is not None and row.etag == '"1"' for row in await sources.all_of(c)} == {True}


async def test_an_unchanged_source_that_is_read_alone_takes_two_transactions(reader: Reader) -> None:
    await reader.sweep("o1")
    counts = counted(reader.store)
    await reader.sweep("o1")
    # enqueued, leases looked at, claimed with its turn, noted and ended with its turn
    assert counts["commits"] <= 4, counts
    assert counts["statements"] <= 13, counts
    async with reader.store.read() as c:
        assert not (await hosts.get(c, "127.1.0.2", 0.0)).is_held


async def test_a_turn_of_which_no_request_came_is_given_back_with_the_jobs_end(reader: Reader) -> None:
    await reader.sweep("o1")
    taken = await reader.store.write_step(lambda: lambda c: reader.turns.take_free_in_step(c, ["127.1.0.2"]))
    beginning = Beginning(OutletState(), taken["127.1.0.2"])
    assert await reader.jobs.scrape("removed meanwhile", beginning) == []
    await reader.store.writes.settled()
    async with reader.store.read() as c:
        assert not (await hosts.get(c, "127.1.0.2", 0.0)).is_held
