"""The embedded queue: each bell is worked off, again after a failure, and given back by whoever ends."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.errors import StoreBusy
from bot.model import Job
from bot.queue import EXPIRE_SECONDS, LEASE_SECONDS, MAX_TRIES, Queue
from bot.store import jobs
from bot.store.engine import Store
from bot.store.schema import jobs as table


@dataclass
class Watch:
    """A clock that a test moves."""

    at: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Work:
    """A job's function that keeps what it was asked for."""

    done: list[str] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)
    follow: dict[str, list[Job]] = field(default_factory=dict)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    begun: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate.set()

    async def __call__(self, key: str) -> Iterable[Job]:
        self.begun.append(key)
        self.news.set()
        await self.gate.wait()
        if self.fails:
            self.news.set()
            raise self.fails.pop()
        self.done.append(key)
        self.news.set()
        return self.follow.pop(key, [])

    async def until(self, look: Callable[[], Any]) -> None:
        async with asyncio.timeout(5):
            while not look():
                self.news.clear()
                await self.news.wait()


@pytest.fixture
async def store(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Store]:
    opened = Store.open(f"sqlite:///{shutil.copy(migrated_file, tmp_path)}")
    yield opened
    await opened.close()


@pytest.fixture
def now() -> Watch:
    return Watch()


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def queue(store: Store, work: Work, now: Watch) -> Queue:
    return Queue(store, {"scrape": work, "read": work}, now, worker="w", at_once=2, end_seconds=0.2)


@asynccontextmanager
async def running(queue: Queue) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    task = asyncio.create_task(queue.run(stop))
    try:
        yield stop
    finally:
        stop.set()
        async with asyncio.timeout(5):
            await task


async def rows(store: Store) -> list[tuple[str, str, int]]:
    async with store.read() as c:
        found = await c.execute(select(table.c.key, table.c.state, table.c.tries).order_by(table.c.id))
        return [(row.key, row.state, row.tries) for row in found]


async def settled(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(5):
        while True:
            if await look():
                return
            await asyncio.sleep(0.01)


async def test_what_is_put_is_done_once_and_forgotten(store: Store, queue: Queue, work: Work) -> None:
    await queue.put(Job("scrape", "a"), Job("scrape", "b"), Job("scrape", "a"))
    async with running(queue):
        await work.until(lambda: len(work.done) == 2)
    assert sorted(work.done) == ["a", "b"]
    assert await rows(store) == []


async def test_a_job_wakes_the_queue_and_what_follows_is_done_too(queue: Queue, work: Work) -> None:
    work.follow["a"] = [Job("read", "page")]
    async with running(queue):
        await queue.put(Job("scrape", "a"))
        await work.until(lambda: work.done == ["a", "page"])


async def test_never_more_at_once_than_allowed_and_never_the_same_twice(queue: Queue, work: Work) -> None:
    work.gate.clear()
    await queue.put(*(Job("scrape", key) for key in "abcd"))
    async with running(queue):
        await work.until(lambda: len(work.begun) == 2)
        await queue.put(Job("scrape", "a"))
        work.gate.set()
        await work.until(lambda: len(work.done) == 5)
    assert sorted(work.done) == ["a", "a", "b", "c", "d"]


@pytest.mark.parametrize("fault", [StoreBusy("locked"), RuntimeError("a bug")], ids=["database", "bug"])
async def test_a_failure_is_tried_again_later_and_given_up_in_the_end(
    store: Store, work: Work, now: Watch, fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    work.fails = [fault] * MAX_TRIES
    queue = Queue(store, {"scrape": work, "wake": Work()}, now, worker="w")
    await queue.put(Job("scrape", "a"))
    async with running(queue):
        for tried in range(1, MAX_TRIES):

            async def put_off(tried: int = tried) -> bool:
                return ("a", "waiting", tried) in await rows(store)

            await settled(put_off)
            assert len(work.begun) == tried, "not before its time"
            now.advance(301)
            await queue.put(Job("wake"))

        async def gone() -> bool:
            return await rows(store) == []

        await settled(gone)
    assert work.begun.count("a") == MAX_TRIES
    assert "job_given_up" in caplog.text


async def test_a_stop_waits_for_what_runs(queue: Queue, store: Store, work: Work) -> None:
    work.gate.clear()
    await queue.put(Job("scrape", "a"))
    async with running(queue) as stop:
        await work.until(lambda: work.begun)
        stop.set()
        asyncio.get_running_loop().call_later(0.05, work.gate.set)
    assert work.done == ["a"]
    assert await rows(store) == []


async def test_what_a_stop_cuts_off_is_put_back_at_no_charge(queue: Queue, store: Store, work: Work) -> None:
    work.gate.clear()
    await queue.put(Job("scrape", "a"))
    async with running(queue) as stop:
        await work.until(lambda: work.begun)
        stop.set()
    assert await rows(store) == [("a", "waiting", 0)]
    assert work.done == []


async def test_what_a_killed_worker_had_in_hand_is_taken_over(
    queue: Queue, store: Store, work: Work, now: Watch
) -> None:
    await queue.put(Job("scrape", "a"))
    async with store.begin() as c:
        assert len(await jobs.claim(c, now(), "dead", LEASE_SECONDS, 1)) == 1
    async with running(queue):
        await queue.put(Job("read", "other"))
        await work.until(lambda: work.done == ["other"])
        now.advance(max(LEASE_SECONDS, EXPIRE_SECONDS) + 1)
        await queue.put(Job("read", "wake"))
        await work.until(lambda: "a" in work.done)


async def test_a_locked_database_delays_and_loses_nothing(
    queue: Queue, store: Store, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    await queue.put(Job("scrape", "a"))
    read, refusals = store.read, 3

    @asynccontextmanager
    async def locked() -> AsyncIterator[Any]:
        nonlocal refusals
        if refusals:
            refusals -= 1
            raise StoreBusy("database is locked")
        async with read() as c:
            yield c

    monkeypatch.setattr(store, "read", locked)
    monkeypatch.setattr("bot.queue.IDLE_SECONDS", 0.01)
    async with running(queue):
        await work.until(lambda: work.done == ["a"])
    assert refusals == 0
