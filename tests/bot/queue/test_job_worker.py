"""The job worker runs each job once, retries a failed one, and puts back what a stop cancels."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.begun_jobs import BegunJobs
from bot.errors import StoreBusy
from bot.model import Job, JobFunction
from bot.queue.embedded import EXPIRE_SECONDS, LEASE_SECONDS, EmbeddedQueue
from bot.queue.job_worker import MAX_TRIES, JobWorker, jobs_at_once, retry_pause
from bot.store import jobs
from bot.store.batches import StepBatches
from bot.store.engine import Store
from bot.store.schema import jobs as table
from bot.store.steps import Step, StepConnection, T


@dataclass
class FakeClock:
    """A clock that a test moves."""

    at: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class RecordingFunction:
    """A job's function that records its keys, and fails or waits when a test wants it to."""

    done: list[str] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)
    following: dict[str, list[Job]] = field(default_factory=dict)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    started: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate.set()

    async def __call__(self, key: str) -> Iterable[Job]:
        self.started.append(key)
        self.changed.set()
        await self.gate.wait()
        if self.fails:
            self.changed.set()
            raise self.fails.pop()
        self.done.append(key)
        self.changed.set()
        return self.following.pop(key, [])

    async def until(self, condition: Callable[[], Any]) -> None:
        async with asyncio.timeout(30):
            while not condition():
                self.changed.clear()
                await self.changed.wait()


@pytest.fixture
def now() -> FakeClock:
    return FakeClock()


@pytest.fixture
def function() -> RecordingFunction:
    return RecordingFunction()


@pytest.fixture
def queue(store: Store, now: FakeClock) -> EmbeddedQueue:
    return EmbeddedQueue(store, now)


@pytest.fixture
def worker(store: Store, queue: EmbeddedQueue, function: RecordingFunction, now: FakeClock) -> JobWorker:
    functions = {"scrape": function, "read": function}
    return JobWorker(queue, functions, now, worker="w", concurrency=lambda: 2, end_seconds=0.2)


@asynccontextmanager
async def running(worker: JobWorker) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    task = asyncio.create_task(worker.run(stop))
    try:
        yield stop
    finally:
        stop.set()
        async with asyncio.timeout(30):
            await task


async def rows(store: Store) -> list[tuple[str, str, int]]:
    async with store.read() as c:
        result = await c.execute(select(table.c.key, table.c.state, table.c.tries).order_by(table.c.id))
        return [(row.key, row.state, row.tries) for row in result]


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.01)


async def test_a_job_runs_once_and_its_row_is_deleted(
    store: Store, queue: EmbeddedQueue, worker: JobWorker, function: RecordingFunction
) -> None:
    await queue.enqueue(Job("scrape", "a"), Job("scrape", "b"), Job("scrape", "a"))
    async with running(worker):
        await function.until(lambda: len(function.done) == 2)
    assert sorted(function.done) == ["a", "b"]
    assert await rows(store) == []


async def test_an_enqueued_job_wakes_the_worker_and_the_jobs_that_follow_run_too(
    queue: EmbeddedQueue, worker: JobWorker, function: RecordingFunction
) -> None:
    function.following["a"] = [Job("read", "page")]
    async with running(worker):
        await queue.enqueue(Job("scrape", "a"))
        await function.until(lambda: function.done == ["a", "page"])


async def test_the_worker_keeps_its_concurrency_and_never_runs_one_job_twice_at_a_time(
    queue: EmbeddedQueue, worker: JobWorker, function: RecordingFunction
) -> None:
    function.gate.clear()
    await queue.enqueue(*(Job("scrape", key) for key in "abcd"))
    async with running(worker):
        await function.until(lambda: len(function.started) == 2)
        await queue.enqueue(Job("scrape", "a"))
        function.gate.set()
        await function.until(lambda: len(function.done) == 5)
    assert sorted(function.done) == ["a", "a", "b", "c", "d"]


async def test_outlets_that_are_added_meanwhile_make_room_for_their_jobs(
    store: Store, queue: EmbeddedQueue, function: RecordingFunction, now: FakeClock
) -> None:
    outlets = ["a"]
    worker = JobWorker(queue, {"scrape": function}, now, worker="w", concurrency=lambda: len(outlets))
    function.gate.clear()
    await queue.enqueue(Job("scrape", "a"), Job("scrape", "b"))
    async with running(worker):
        await function.until(lambda: len(function.started) == 1)
        outlets.append("b")
        await function.until(lambda: len(function.started) == 2)
        function.gate.set()


@pytest.mark.parametrize("fault", [StoreBusy("locked"), RuntimeError("a bug")], ids=["database", "bug"])
async def test_a_failed_job_is_retried_after_its_pause_and_given_up_in_the_end(
    store: Store,
    queue: EmbeddedQueue,
    function: RecordingFunction,
    now: FakeClock,
    fault: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    function.fails = [fault] * MAX_TRIES
    worker = JobWorker(queue, {"scrape": function, "wake": RecordingFunction()}, now, worker="w")
    await queue.enqueue(Job("scrape", "a"))
    async with running(worker):
        for tries in range(1, MAX_TRIES):

            async def waits_again(tries: int = tries) -> bool:
                return ("a", "waiting", tries) in await rows(store)

            await until(waits_again)
            assert len(function.started) == tries, "a try before its time"
            now.advance(301)
            await queue.enqueue(Job("wake"))

        async def gone() -> bool:
            return await rows(store) == []

        await until(gone)
    assert function.started.count("a") == MAX_TRIES
    assert "job_given_up" in caplog.text


async def test_a_stop_waits_for_a_running_job(
    queue: EmbeddedQueue, worker: JobWorker, store: Store, function: RecordingFunction
) -> None:
    function.gate.clear()
    await queue.enqueue(Job("scrape", "a"))
    async with running(worker) as stop:
        await function.until(lambda: function.started)
        stop.set()
        asyncio.get_running_loop().call_later(0.05, function.gate.set)
    assert function.done == ["a"]
    assert await rows(store) == []


async def test_a_job_that_a_stop_cancels_waits_again_and_the_try_does_not_count(
    queue: EmbeddedQueue, worker: JobWorker, store: Store, function: RecordingFunction
) -> None:
    function.gate.clear()
    await queue.enqueue(Job("scrape", "a"))
    async with running(worker) as stop:
        await function.until(lambda: function.started)
        stop.set()
    assert await rows(store) == [("a", "waiting", 0)]
    assert function.done == []


async def test_the_job_of_a_killed_worker_runs_again_when_its_lease_has_ended(
    queue: EmbeddedQueue, worker: JobWorker, store: Store, function: RecordingFunction, now: FakeClock
) -> None:
    await queue.enqueue(Job("scrape", "a"))
    async with store.begin() as c:
        assert len(await jobs.claim(c, now(), "dead", LEASE_SECONDS, 1)) == 1
    async with running(worker):
        await queue.enqueue(Job("read", "other"))
        await function.until(lambda: function.done == ["other"])
        now.advance(max(LEASE_SECONDS, EXPIRE_SECONDS) + 1)
        await queue.enqueue(Job("read", "wake"))
        await function.until(lambda: "a" in function.done)


async def test_a_running_job_keeps_its_lease_until_another_worker_has_it(
    queue: EmbeddedQueue, worker: JobWorker, store: Store, function: RecordingFunction, now: FakeClock,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.INFO, "pactbot.queue")
    monkeypatch.setattr("bot.queue.embedded.LEASE_SECONDS", 0.6)
    function.gate.clear()
    await queue.enqueue(Job("scrape", "a"), Job("scrape", "b"))

    async def all_leases_last_until(at: datetime) -> bool:
        async with store.read() as c:
            return set((await c.execute(select(table.c.lease_until_at))).scalars()) == {at}

    async with running(worker):
        await function.until(lambda: len(function.started) == 2)
        now.advance(0.5)
        await until(lambda: all_leases_last_until(now() + timedelta(seconds=0.6)))
        async with store.begin() as c:
            await c.execute(update(table).where(table.c.key == "a").values(epoch=table.c.epoch + 1))
        await until(lambda: asyncio.sleep(0, "job_claim_lost" in caplog.messages))
        function.gate.set()
        await function.until(lambda: function.done == ["b"])
    assert await rows(store) == [("a", "running", 1)], "it is the other worker's"
    assert caplog.messages.count("job_claim_lost") == 1


async def test_leases_are_renewed_after_any_error(
    queue: EmbeddedQueue, worker: JobWorker, store: Store, function: RecordingFunction, now: FakeClock,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr("bot.queue.embedded.LEASE_SECONDS", 0.6)
    function.gate.clear()
    await queue.enqueue(Job("scrape", "a"))
    write_step, faults = store.write_step, [RuntimeError("no event loop"), StoreBusy("database is locked")]

    async def faulty(next_step: Callable[[], Step[T]]) -> T:
        if faults:
            raise faults.pop(0)
        return await write_step(next_step)

    async def lease_lasts_until(at: datetime) -> bool:
        async with store.read() as c:
            return bool((await c.execute(select(table.c.lease_until_at))).scalar_one() == at)

    async with running(worker):
        await function.until(lambda: function.started)
        monkeypatch.setattr(store, "write_step", faulty)
        now.advance(0.5)
        await until(lambda: lease_lasts_until(now() + timedelta(seconds=0.6)))
        function.gate.set()
        await function.until(lambda: function.done == ["a"])
    assert caplog.messages.count("job_leases_not_renewed") == 2


async def test_a_locked_database_delays_a_job_and_loses_none(
    queue: EmbeddedQueue, worker: JobWorker, store: Store, function: RecordingFunction, monkeypatch: pytest.MonkeyPatch
) -> None:
    await queue.enqueue(Job("scrape", "a"))
    read_step, refusals = store.read_step, 3

    async def locked(next_step: Callable[[], Step[T]]) -> T:
        nonlocal refusals
        if refusals:
            refusals -= 1
            raise StoreBusy("database is locked")
        return await read_step(next_step)

    monkeypatch.setattr(store, "read_step", locked)
    monkeypatch.setattr("bot.queue.job_worker.IDLE_SECONDS", 0.01)
    async with running(worker):
        await function.until(lambda: function.done == ["a"])
    assert refusals == 0


async def test_a_job_that_can_be_begun_gets_what_its_claim_found(
    store: Store, queue: EmbeddedQueue, now: FakeClock
) -> None:
    ran: dict[str, object] = {}

    def begin_in_step(c: StepConnection, keys: Sequence[str]) -> list[str]:
        return [f"{key} of {len(keys)}, next at {jobs.next_due_at_in_step(c)}" for key in keys]

    async def run(key: str, beginning: str | None) -> list[Job]:
        ran[key] = beginning
        return []

    functions: dict[str, JobFunction] = {"scrape": BegunJobs(begin_in_step, run), "read": RecordingFunction()}
    worker = JobWorker(queue, functions, now, worker="w")
    await queue.enqueue(Job("scrape", "a"), Job("read", "a"), Job("scrape", "b"))
    async with running(worker):
        await until(lambda: asyncio.sleep(0, len(ran) == 2))
    assert ran == {key: f"{key} of 2, next at None" for key in "ab"}, "the claim is done already in its transaction"


async def test_the_end_of_a_lone_job_waits_for_no_others(
    store: Store, queue: EmbeddedQueue, worker: JobWorker, function: RecordingFunction
) -> None:
    store.writes = StepBatches(store.write_step, 3_600)
    await queue.enqueue(Job("scrape", "a"))
    async with running(worker):
        await function.until(lambda: function.done == ["a"])
        await until(lambda: is_empty(store))


async def is_empty(store: Store) -> bool:
    return not await rows(store)


async def test_a_fault_in_a_beginning_keeps_no_job_from_running(
    store: Store, queue: EmbeddedQueue, now: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[object] = []

    def begin_in_step(_c: StepConnection, _keys: Sequence[str]) -> list[str]:
        raise KeyError("an outlet that is gone")

    async def run(key: str, beginning: str | None) -> list[Job]:
        ran.append((key, beginning))
        return []

    worker = JobWorker(queue, {"scrape": BegunJobs(begin_in_step, run)}, now, worker="w")
    await queue.enqueue(Job("scrape", "a"))
    async with running(worker):
        await until(lambda: asyncio.sleep(0, bool(ran)))
    assert ran == [("a", None)]
    assert "jobs_not_begun" in caplog.messages
    assert await rows(store) == []


async def test_a_job_of_another_version_is_dropped_without_an_error(
    store: Store, queue: EmbeddedQueue, worker: JobWorker, function: RecordingFunction, caplog: pytest.LogCaptureFixture
) -> None:
    await queue.enqueue(Job("upkeep"), Job("presence", "7"), Job("scrape", "a"))
    async with running(worker):
        await function.until(lambda: function.done == ["a"])

        async def gone() -> bool:
            return await rows(store) == []

        await until(gone)
    assert [record.levelname for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_failed_job_is_retried_four_times_with_growing_pauses() -> None:
    pauses = [retry_pause(tries) for tries in range(1, MAX_TRIES + 1)]
    assert [pause and pause.total_seconds() for pause in pauses] == [10, 20, 40, 80, None]


@pytest.mark.parametrize(("outlets", "jobs"), [(0, 64), (28, 64), (29, 66), (148, 304)])
def test_each_outlet_may_have_two_jobs_at_once(outlets: int, jobs: int) -> None:
    assert jobs_at_once(outlets) == jobs
