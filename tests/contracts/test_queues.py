"""Both engines of the queue keep one contract: no job is lost, and of one name and key at most one waits or runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import insert, text

from bot.begun_jobs import BegunJobs
from bot.errors import ClaimLost, StoreBusy, StoreConflict
from bot.model import Job
from bot.queue.protocol import Queue
from bot.store import once
from bot.store.engine import Connection, Store
from bot.store.plain_statements import Statement, given
from bot.store.schema import firsts
from bot.store.steps import Step, StepConnection, T
from tests.contracts.queue_harness import Recorder, present, queue_over, stored, until, waiting, working


@pytest.fixture(autouse=True)
def _short_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.queue.embedded.LEASE_SECONDS", 1.0)
    monkeypatch.setattr("bot.queue.embedded.EXPIRE_SECONDS", 0.2)
    monkeypatch.setattr("bot.queue.heartbeats.HEARTBEAT_SECONDS", 0.15)
    monkeypatch.setattr("bot.queue.heartbeats.STALLED_SECONDS", 1.0)
    monkeypatch.setattr("bot.queue.procrastinate_claims.RECOVER_SECONDS", 0.2)
    monkeypatch.setattr("bot.queue.procrastinate_claims.RUNNING_PAUSE", timedelta(seconds=0.1))
    monkeypatch.setattr("bot.queue.job_worker.IDLE_SECONDS", 0.05)


@pytest.fixture
def queue(store: Store) -> Queue:
    return queue_over(store)


@pytest.fixture
def second_queue(second_store: Store) -> Queue:
    return queue_over(second_store)


@pytest.fixture
def job() -> Recorder:
    return Recorder()


def after(seconds: float) -> Job:
    return Job("scrape", "a", present() + timedelta(seconds=seconds))


async def test_a_job_is_stored_once_runs_once_and_leaves_no_row(
    store: Store, queue: Queue, second_queue: Queue, job: Recorder
) -> None:
    await asyncio.gather(*(each.enqueue(Job("scrape", "a"), Job("scrape", "b")) for each in (queue, second_queue) * 5))
    assert await waiting(store) == [("scrape", "a"), ("scrape", "b")]
    async with working(queue, {"scrape": job}):
        await until(lambda: len(job.done) == 2)
        await until(lambda: is_empty(store))
    assert sorted(job.done) == ["a", "b"]


async def is_empty(store: Store) -> bool:
    return await stored(store) == []


async def test_a_waiting_job_becomes_due_earlier_and_never_later(queue: Queue, job: Recorder) -> None:
    await queue.enqueue(after(3600))
    async with working(queue, {"scrape": job}):
        await queue.enqueue(after(7200), Job("scrape", "other"))
        await until(lambda: job.done == ["other"])
        await queue.enqueue(after(0.3))
        await queue.enqueue(after(3600))
        await until(lambda: job.done == ["other", "a"])


async def test_a_job_is_not_run_before_it_is_due(queue: Queue, job: Recorder) -> None:
    due_at = present() + timedelta(seconds=0.5)
    await queue.enqueue(Job("scrape", "a", due_at))
    async with working(queue, {"scrape": job}):
        await until(lambda: job.done == ["a"])
    assert present() >= due_at


async def test_a_job_of_a_transaction_that_is_rolled_back_was_never_stored(
    store: Store, queue: Queue, job: Recorder
) -> None:
    async def fail_after_the_job() -> None:
        async with store.begin() as c:
            await queue.enqueue_in(c, Job("scrape", "a"))
            raise StoreConflict("the rows of the job could not be written")

    with pytest.raises(StoreConflict):
        await fail_after_the_job()
    assert await is_empty(store)
    async with store.begin() as c:
        await queue.enqueue_in(c, Job("scrape", "a"))
    assert await waiting(store) == [("scrape", "a")]


async def test_a_job_that_waits_already_is_run_after_the_commit_that_asked_for_it_again(
    store: Store, queue: Queue, second_queue: Queue, job: Recorder
) -> None:
    """Else it would run before it could see the rows, and nothing would run after them."""
    if store.embedded:
        pytest.skip("SQLite has one writer, which nobody can overtake")
    await queue.enqueue(Job("scrape", "a"))
    async with store.begin() as c:
        await queue.enqueue_in(c, Job("scrape", "a"))
        async with working(second_queue, {"scrape": job}):
            await second_queue.enqueue(Job("scrape", "other"))
            await until(lambda: job.done == ["other"])
    async with working(second_queue, {"scrape": job}):
        await until(lambda: job.done == ["other", "a"])


async def test_the_jobs_that_follow_run_too(store: Store, queue: Queue, job: Recorder) -> None:
    job.following = {"a": [Job("read", "page"), Job("scrape", "a", present() + timedelta(hours=1))]}
    await queue.enqueue(Job("scrape", "a"))
    async with working(queue, {"scrape": job, "read": job}):
        await until(lambda: job.done == ["a", "page"])
    assert await waiting(store) == [("scrape", "a")], "a job may follow itself"


async def test_a_failed_job_is_tried_again_and_given_up_in_the_end(
    store: Store, queue: Queue, job: Recorder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[int] = []

    def pause(tries: int) -> timedelta | None:
        tried.append(tries)
        return timedelta(seconds=0.05) if tries < 3 else None

    monkeypatch.setattr("bot.queue.job_worker.retry_pause", pause)
    job.fails = 3
    await queue.enqueue(Job("scrape", "a"))
    async with working(queue, {"scrape": job}):
        await until(lambda: tried == [1, 2, 3])
        await until(lambda: is_empty(store))
    assert "job_given_up" in caplog.messages


async def test_a_failed_job_gives_way_to_one_that_was_enqueued_meanwhile(
    store: Store, queue: Queue, job: Recorder
) -> None:
    job.gate.clear()
    job.fails = 1
    await queue.enqueue(Job("scrape", "a"))
    async with working(queue, {"scrape": job}):
        await until(lambda: job.started == ["a"])
        await queue.enqueue(Job("scrape", "a"))
        job.gate.set()
        await until(lambda: job.done == ["a"])
        await until(lambda: is_empty(store))


async def test_the_job_of_a_killed_worker_is_run_by_another(queue: Queue, second_queue: Queue, job: Recorder) -> None:
    await queue.enqueue(Job("scrape", "a"))
    killed = queue.claims("killed", {"scrape": job})
    assert len(await killed.claim(8)) == 1
    async with working(second_queue, {"scrape": job}):
        await until(lambda: job.done == ["a"])


async def test_a_worker_that_was_taken_for_gone_ends_no_job_of_another(
    store: Store, queue: Queue, second_queue: Queue, job: Recorder
) -> None:
    await queue.enqueue(Job("scrape", "a"))
    paused = queue.claims("paused", {"scrape": job})
    ((claimed, _),) = await paused.claim(8)
    job.gate.clear()
    async with working(second_queue, {"scrape": job}):
        await until(lambda: job.started == ["a"])
        with pytest.raises(ClaimLost):
            await paused.finish(claimed, [Job("read", "page")], at_once=True)
        with pytest.raises(ClaimLost):
            await paused.retry(claimed, present(), 1)
        assert await paused.renew([claimed]) == set()
        assert await stored(store) == [("scrape", "a", True)]
        job.gate.set()
    assert job.done == ["a"]
    assert await is_empty(store)


async def test_a_worker_that_comes_back_works_again(queue: Queue, second_queue: Queue, job: Recorder) -> None:
    paused = queue.claims("paused", {"scrape": job})
    assert list(await paused.claim(8)) == []
    async with working(second_queue, {"read": job}):
        await asyncio.sleep(1.6)  # the other worker takes it for gone by now
        await queue.enqueue(Job("scrape", "a"))
        assert [claimed.job.key for claimed, _ in await paused.claim(8)] == ["a"]


async def test_a_running_job_outlives_its_lease(queue: Queue, second_queue: Queue, job: Recorder) -> None:
    job.gate.clear()
    await queue.enqueue(Job("scrape", "a"))
    async with working(queue, {"scrape": job}), working(second_queue, {"scrape": job}):
        await until(lambda: job.started == ["a"])
        await asyncio.sleep(1.6)  # longer than the lease
        job.gate.set()
        await until(lambda: job.done == ["a"])
    assert job.started == ["a"]


async def test_never_two_of_one_name_and_key_run_at_once_in_the_whole_fleet(
    store: Store, queue: Queue, second_queue: Queue, job: Recorder
) -> None:
    job.gate.clear()
    await queue.enqueue(Job("scrape", "a"))
    async with working(queue, {"scrape": job}), working(second_queue, {"scrape": job}):
        await until(lambda: job.started == ["a"])
        await queue.enqueue(Job("scrape", "a"), Job("scrape", "b"))
        await until(lambda: job.started == ["a", "b"])
        assert ("scrape", "a") in await waiting(store)
        job.gate.set()
        await until(lambda: sorted(job.done) == ["a", "a", "b"])
    assert job.most_of_a_key == 1


async def test_a_worker_keeps_its_concurrency(queue: Queue, job: Recorder) -> None:
    job.gate.clear()
    await queue.enqueue(*(Job("scrape", str(number)) for number in range(10)))
    async with working(queue, {"scrape": job}, concurrency=3):
        await until(lambda: len(job.started) == 3)
        job.gate.set()
        await until(lambda: len(job.done) == 10)
    assert job.most_at_once == 3


async def test_a_stop_puts_back_what_runs_and_another_worker_has_it_at_once(
    store: Store, queue: Queue, second_queue: Queue, job: Recorder
) -> None:
    job.gate.clear()
    await queue.enqueue(Job("scrape", "a"))
    async with working(queue, {"scrape": job}, end_seconds=0.1) as stop:
        await until(lambda: job.started == ["a"])
        stop.set()
    assert await stored(store) == [("scrape", "a", False)]
    job.gate.set()
    async with working(second_queue, {"scrape": job}):
        await until(lambda: job.done == ["a"])


async def test_several_workers_lose_no_job(
    store: Store, queue: Queue, second_queue: Queue, job: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.queue.embedded.LEASE_SECONDS", 60.0)  # else a busy machine repeats some
    monkeypatch.setattr("bot.queue.heartbeats.STALLED_SECONDS", 60.0)
    keys = [str(number) for number in range(100)]
    job.following = {key: [Job("read", key)] for key in keys}
    read = Recorder()
    functions = {"scrape": job, "read": read}
    async with working(queue, functions), working(second_queue, functions), working(queue_over(store), functions):
        await asyncio.gather(*(queue.enqueue(Job("scrape", key)) for key in keys))
        await until(lambda: len(read.done) == len(keys))
        await until(lambda: is_empty(store))
    assert sorted(job.done) == sorted(read.done) == sorted(keys)


async def test_a_claim_whose_answer_was_lost_is_made_up_for_by_the_living_worker(
    store: Store, queue: Queue, job: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit was done, the connection broke before its answer, and the worker goes on with other jobs."""
    await queue.enqueue(Job("scrape", "a"))
    claims = queue.claims("w", {"scrape": job})
    begin, write_step = store.begin, store.write_step

    @asynccontextmanager
    async def lose_begin() -> AsyncIterator[Connection]:
        async with begin() as c:
            yield c
        raise StoreBusy("the connection broke")

    async def lose_step(next_step: Callable[[], Step[T]]) -> T:
        await write_step(next_step)
        raise StoreBusy("the connection broke")

    with monkeypatch.context() as patched:
        patched.setattr(store, "begin", lose_begin)
        patched.setattr(store, "write_step", lose_step)
        with pytest.raises(StoreBusy):
            await claims.claim(8)
    assert await stored(store) == [("scrape", "a", True)]

    async def is_claimed_again() -> bool:
        await claims.renew([])
        await claims.recover()
        return [claimed.job.key for claimed, _ in await claims.claim(8)] == ["a"]

    await until(is_claimed_again)


async def test_what_a_job_leaves_to_be_written_is_committed_before_its_row_is_gone(store: Store, queue: Queue) -> None:
    """A reading's note and the end of a turn wait for the transaction that ends the job, so they are never lost."""
    begun = Statement(insert(firsts).values({c.name: given(c) for c in firsts.c}))

    def note_in_step(c: StepConnection, keys: Sequence[str]) -> list[None]:
        return [None for _ in c.each(begun, [{"team": "T1", "key": key, "done_at": present()} for key in keys])]

    async def run(key: str) -> list[Job]:
        store.writes.do_later(note_in_step, key, lambda error: pytest.fail(str(error)))
        return []

    keys = [str(number) for number in range(30)]
    await queue.enqueue(*(Job("scrape", key) for key in keys))
    async with working(queue, {"scrape": run}, concurrency=5):
        left = set(keys)
        while left:
            left = {key for _, key, _ in await stored(store)}
            async with store.read() as c:
                assert await once.taken(c, "T1", keys) >= set(keys) - left
            await asyncio.sleep(0)


async def test_a_job_gets_what_its_claim_began(queue: Queue) -> None:
    ran: dict[str, object] = {}

    def begin_in_step(_c: StepConnection, keys: Sequence[str]) -> list[str]:
        return [f"{key} of {len(keys)}" for key in keys]

    async def run(key: str, beginning: str | None) -> list[Job]:
        ran[key] = beginning
        return []

    await queue.enqueue(Job("scrape", "a"), Job("read", "a"), Job("scrape", "b"))
    async with working(queue, {"scrape": BegunJobs(begin_in_step, run), "read": Recorder()}):
        await until(lambda: len(ran) == 2)
    assert ran == {"a": "a of 2", "b": "b of 2"}


async def test_a_fault_in_a_beginning_keeps_no_job_from_running(
    store: Store, queue: Queue, caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[object] = []

    def begin_in_step(_c: StepConnection, _keys: Sequence[str]) -> list[str]:
        raise KeyError("an outlet that is gone")

    async def run(key: str, beginning: str | None) -> list[Job]:
        ran.append((key, beginning))
        return []

    await queue.enqueue(Job("scrape", "a"))
    async with working(queue, {"scrape": BegunJobs(begin_in_step, run)}):
        await until(lambda: is_empty(store))
    assert ran == [("a", None)]
    assert "jobs_not_begun" in caplog.messages


async def test_a_job_of_another_version_harms_nothing(
    store: Store, queue: Queue, second_queue: Queue, job: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    """On PostgreSQL it waits for a worker that knows it; on SQLite there is no other, so it is dropped."""
    await queue.enqueue(Job("newer", "1"), Job("scrape", "a"))
    async with working(queue, {"scrape": job}):
        await until(lambda: job.done == ["a"])
        await until(partial(has_only, store, [] if store.embedded else [("newer", "1")]))
    newer = Recorder()
    async with working(second_queue, {"newer": newer}):
        await until(lambda: newer.done == ([] if store.embedded else ["1"]))
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def has_only(store: Store, jobs: list[tuple[str, str]]) -> bool:
    return await waiting(store) == jobs and len(await stored(store)) == len(jobs)


async def test_the_jobs_that_the_embedded_queue_left_are_carried_over(
    store: Store, queue: Queue, job: Recorder
) -> None:
    """The previous version's processes work on their table during a release; what they leave is taken after it."""
    insert = "INSERT INTO jobs (name, key, state, due_at, put_at, tries, epoch, lease_until_at) VALUES "
    async with store.begin() as c:
        for key, state, ago in (("left", "waiting", 60), ("killed", "running", 60), ("fresh", "waiting", -3600)):
            at = present() - timedelta(seconds=ago)
            row = {"key": key, "state": state, "at": at if not store.embedded else at.replace(tzinfo=None)}
            await c.execute(text(f"{insert} ('scrape', :key, :state, :at, :at, 0, 1, :at)"), row)
    async with working(queue, {"scrape": job}):
        await until(lambda: len(job.done) == (2 if store.embedded else 1))
        if not store.embedded:
            async with store.begin() as c:
                await c.execute(text("UPDATE jobs SET due_at = due_at - interval '2 hours'"))
            await until(lambda: len(job.done) == 3)
    assert set(job.done) >= {"left", "killed"} if store.embedded else set(job.done) == {"left", "killed", "fresh"}
