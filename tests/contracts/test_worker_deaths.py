"""A job during which its workers die is set aside after three deaths, reported, and no other job with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.model import Job, JobFunction
from bot.queue.protocol import Queue
from bot.store.engine import Connection, Store
from bot.store.jobs import MOST_DEATHS, SET_ASIDE_FOR, ClaimedJob
from tests.contracts.queue_harness import Recorder, queue_over, until, working

KILLER = Job("read", "killer")


@pytest.fixture(autouse=True)
def _short_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.queue.embedded.LEASE_SECONDS", 0.5)
    monkeypatch.setattr("bot.queue.embedded.EXPIRE_SECONDS", 0.1)
    monkeypatch.setattr("bot.queue.heartbeats.HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr("bot.queue.heartbeats.STALLED_SECONDS", 0.5)
    monkeypatch.setattr("bot.queue.procrastinate_claims.RECOVER_SECONDS", 0.1)
    monkeypatch.setattr("bot.queue.procrastinate_claims.SUSPECT_PAUSE", timedelta(seconds=0.1))
    monkeypatch.setattr("bot.queue.job_worker.IDLE_SECONDS", 0.05)


@pytest.fixture
def set_aside() -> list[Job]:
    return []


@pytest.fixture
def recording_queue(store: Store, set_aside: list[Job]) -> Queue:
    async def note(_c: Connection, job: Job, _pause: timedelta) -> None:
        set_aside.append(Job(job.name, job.key))

    queue = queue_over(store)
    queue.on_set_aside = note
    return queue


async def claim_and_die(store: Store, functions: Mapping[str, JobFunction], name: str) -> list[str]:
    """Claims what is due as a worker that is killed then; returns the keys."""
    claims = queue_over(store).claims(name, functions)
    return sorted(job.job.key for job, _ in await claims.claim(8))


async def recover(queue: Queue, functions: Mapping[str, JobFunction]) -> None:
    """Puts back, as a living worker, what dead ones have left, and runs none of it."""
    claims = queue.claims("survivor", functions)
    await claims.claim(0)
    counted = 0

    async def has_recovered() -> bool:
        nonlocal counted
        await claims.renew([])
        counted += await claims.recover()
        return counted > 0

    await until(has_recovered)
    await claims.close()


async def waits_seconds(store: Store, key: str) -> float:
    """How long a job waits."""
    if store.embedded:
        query = "SELECT (julianday(due_at) - julianday('now')) * 86400 FROM jobs WHERE key = :key"
    else:
        query = (
            "SELECT coalesce(extract(epoch FROM scheduled_at - clock_timestamp()), 0) FROM procrastinate_jobs "
            "WHERE args->>'key' = :key"
        )
    async with store.read() as c:
        return float((await c.execute(text(query), {"key": key})).scalar_one())


async def test_the_third_death_sets_a_job_aside_and_the_clock_does_not_bring_it_back(
    store: Store, recording_queue: Queue, set_aside: list[Job], caplog: pytest.LogCaptureFixture
) -> None:
    functions = {"read": Recorder()}
    await recording_queue.enqueue(KILLER)
    for death in range(1, MOST_DEATHS + 1):
        assert set_aside == []
        assert await claim_and_die(store, functions, f"w{death}") == ["killer"]
        await recover(recording_queue, functions)
        await recording_queue.enqueue(KILLER)  # as its schedule does
    assert set_aside == [KILLER]
    assert caplog.messages.count("job_set_aside") == 1
    pause = SET_ASIDE_FOR[0].total_seconds()
    assert pause - 30 < await waits_seconds(store, "killer") <= pause


async def test_the_deaths_stand_also_where_the_job_was_enqueued_again_meanwhile(
    store: Store, recording_queue: Queue, set_aside: list[Job]
) -> None:
    functions = {"read": Recorder()}
    await recording_queue.enqueue(KILLER)
    for death in range(MOST_DEATHS):
        assert await claim_and_die(store, functions, f"w{death}") == ["killer"]
        await recording_queue.enqueue(KILLER)
        await recover(recording_queue, functions)
    assert set_aside == [KILLER]


async def test_jobs_that_only_ran_beside_it_are_not_set_aside(
    store: Store, recording_queue: Queue, set_aside: list[Job]
) -> None:
    keys = ["a", "b", "c", "killer"]
    functions = {"read": Recorder()}
    await recording_queue.enqueue(*(Job("read", key) for key in keys))
    for death in range(2):
        assert await claim_and_die(store, functions, f"w{death}") == keys, "one death or two blame nobody yet"
        await recover(recording_queue, functions)
    await recording_queue.enqueue(Job("read", "new"))
    job = Recorder()
    job.gate.clear()
    async with working(recording_queue, {"read": job}):
        await until(lambda: len(job.started) == 2 and "new" in job.started)  # one of the four, and what is beyond doubt
        job.gate.set()
        await until(lambda: sorted(job.done) == [*keys, "new"])
    assert job.most_at_once == 2
    assert set_aside == []


async def test_a_job_that_is_run_to_its_end_begins_without_deaths(
    store: Store, recording_queue: Queue, set_aside: list[Job]
) -> None:
    job = Recorder()
    functions = {"read": job}
    for _ in range(2):
        await recording_queue.enqueue(KILLER)
        for death in range(2):
            assert await claim_and_die(store, functions, f"w{death}") == ["killer"]
            await recover(recording_queue, functions)
        job.done.clear()
        async with working(recording_queue, functions):
            await until(lambda: job.done == ["killer"])
    assert set_aside == []


async def test_a_set_aside_job_comes_back_and_one_more_death_sets_it_aside_for_longer(
    store: Store, recording_queue: Queue, set_aside: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.jobs.SET_ASIDE_FOR", (timedelta(seconds=0.2), timedelta(seconds=100)))
    functions = {"read": Recorder()}
    await recording_queue.enqueue(KILLER)
    for death in range(MOST_DEATHS + 1):

        async def is_claimed(death: int = death) -> bool:
            return await claim_and_die(store, functions, f"w{death}") == ["killer"]

        await until(is_claimed)
        await recover(recording_queue, functions)
    assert set_aside == [KILLER, KILLER]
    assert 50 < await waits_seconds(store, "killer") <= 100


def test_the_pause_grows_to_an_hour_and_no_further() -> None:
    pauses = [ClaimedJob(1, KILLER, 1, 1, deaths).set_aside_for for deaths in (0, 2, 3, 4, 6, 60)]
    minutes = [pause and pause.total_seconds() / 60 for pause in pauses]
    assert minutes == [None, None, 1, 4, 60, 60]
