"""Stores, locks and ends Procrastinate's jobs within a transaction of ours."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from procrastinate.jobs import Job as StoredJob
from procrastinate.jobs import Status
from psycopg import AsyncConnection
from psycopg.errors import UniqueViolation

from bot.model import Job
from bot.queue.procrastinate_connector import manager_of
from bot.store.jobs import MOST_DEATHS, ClaimedJob

_WAITING = b"""
SELECT id, queueing_lock, scheduled_at, coalesce((args->>'deaths')::int, 0) FROM procrastinate_jobs
WHERE status = 'todo' AND queueing_lock = ANY(%s) ORDER BY queueing_lock FOR UPDATE
"""
_OWN = b"""
SELECT id, worker_id FROM procrastinate_jobs WHERE status = 'doing' AND id = ANY(%s) ORDER BY id FOR UPDATE
"""
_ALSO_RUNNING = b"""
SELECT queueing_lock FROM procrastinate_jobs
WHERE status = 'doing' AND queueing_lock = ANY(%s) AND id <> ALL(%s)
"""
ENQUEUE_TRIES = 5
"""Each is followed by another only where a job was stored, and claimed, by others between two statements."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job that is to wait: for how long, and how often it was tried."""

    name: str
    key: str
    wait: timedelta | None = None
    """None: it is due at once."""
    tries: int = 0
    deaths: int = 0

    @property
    def queueing_lock(self) -> str:
        """The name of the lock: of one name and key at most one job waits."""
        return f"{self.name}:{self.key}"


def new_job(job: Job, now: datetime, tries: int = 0, deaths: int = 0) -> NewJob:
    """Returns a job with its wait. The database's clock says when that ends, whatever clocks the machines have."""
    wait = None if job.due_at is None or job.due_at <= now else job.due_at - now
    return NewJob(job.name, job.key, wait, tries, deaths)


def is_own(stored: StoredJob) -> bool:
    """Returns whether a job is of this bot, and not of another program that shares the tables."""
    return stored.queue == stored.task_name and "key" in stored.task_kwargs


def claimed_job(stored: StoredJob) -> ClaimedJob:
    """Returns a fetched job as its claim; the worker's number proves it."""
    assert stored.id is not None
    job = Job(stored.task_name, str(stored.task_kwargs.get("key", "")))
    tries = int(str(stored.task_kwargs.get("tries", 0)))
    deaths = int(str(stored.task_kwargs.get("deaths", 0)))
    return ClaimedJob(stored.id, job, stored.worker_id or 0, tries + 1, deaths)


async def enqueue(connection: AsyncConnection[Any], wanted: Iterable[NewJob]) -> None:
    """Stores jobs; one that waits already may become due earlier.

    The rows of those that wait are locked until the commit, so that no worker runs a job before it can see what the
    transaction has written for it.
    """
    jobs = _earliest(wanted)
    manager = manager_of(connection)
    for tries_left in reversed(range(ENQUEUE_TRIES)):
        (now,) = await _one(connection, b"SELECT clock_timestamp()")
        async with connection.cursor() as cursor:
            await cursor.execute(_WAITING, [sorted(jobs)])
            for job_id, lock, scheduled_at, deaths in await cursor.fetchall():
                if not _takes_place(jobs[lock], now, scheduled_at, deaths):
                    del jobs[lock]
                else:
                    jobs[lock] = replace(jobs[lock], deaths=max(jobs[lock].deaths, deaths))
                    await manager.cancel_job_by_id_async(job_id, delete_job=True)
        if not jobs:
            return
        try:
            async with connection.transaction():
                await manager.batch_defer_jobs_async([_stored(jobs[lock], now) for lock in sorted(jobs)])
            return
        except UniqueViolation:  # another transaction has stored one of them meanwhile, and its row can be seen now
            if not tries_left:
                raise


async def locked_own(connection: AsyncConnection[Any], claimed: Sequence[ClaimedJob]) -> set[int]:
    """Locks the rows of those jobs that no other worker has; returns their ids."""
    epochs = {each.id: each.epoch for each in claimed}
    async with connection.cursor() as cursor:
        await cursor.execute(_OWN, [list(epochs)])
        return {job_id for job_id, worker in await cursor.fetchall() if worker == epochs[job_id]}


async def delete_running(connection: AsyncConnection[Any], job_ids: Iterable[int]) -> None:
    """Deletes jobs that were run, or that wait again as new ones; a finished job leaves no row."""
    manager = manager_of(connection)
    async with connection.pipeline():  # one way there and back for all of them
        for job_id in sorted(job_ids):
            await manager.finish_job_by_id_async(job_id, Status.SUCCEEDED, delete_job=True)


async def put_back(connection: AsyncConnection[Any], claimed: Sequence[ClaimedJob]) -> None:
    """Makes running jobs wait again, each as a new job: another of its name and key may wait already."""
    await enqueue(
        connection,
        [NewJob(each.job.name, each.job.key, each.set_aside_for, each.tries, each.deaths) for each in claimed],
    )
    await delete_running(connection, [each.id for each in claimed])


async def put_off(
    connection: AsyncConnection[Any], fetched: Sequence[StoredJob], ids: Collection[int], pause: timedelta
) -> list[StoredJob]:
    """Makes those of the fetched jobs wait for this pause that have these ids; returns the rest."""
    if ids:
        manager = manager_of(connection)
        (now,) = await _one(connection, b"SELECT clock_timestamp()")
        for each in fetched:
            if each.id in ids:
                await manager.retry_job(each, retry_at=now + pause)
    return [each for each in fetched if each.id not in ids]


async def put_off_running(
    connection: AsyncConnection[Any], fetched: Sequence[StoredJob], pause: timedelta
) -> list[StoredJob]:
    """Makes fetched jobs wait for this pause whose name and key another worker runs; returns the rest."""
    locks = [each.queueing_lock for each in fetched]
    async with connection.cursor() as cursor:
        await cursor.execute(_ALSO_RUNNING, [locks, [each.id for each in fetched]])
        running = {lock for (lock,) in await cursor.fetchall()}
    running_ids = {each.id for each in fetched if each.queueing_lock in running and each.id is not None}
    return await put_off(connection, fetched, running_ids, pause)


def _earliest(wanted: Iterable[NewJob]) -> dict[str, NewJob]:
    jobs: dict[str, NewJob] = {}
    for each in wanted:
        known = jobs.get(each.queueing_lock)
        if known is None or (each.wait or timedelta()) < (known.wait or timedelta()):
            jobs[each.queueing_lock] = each
    return jobs


def _takes_place(job: NewJob, now: datetime, scheduled_at: datetime | None, deaths: int) -> bool:
    """Returns whether a job is stored in the place of a waiting one, during which so many workers died.

    One that more workers died of does; nothing makes one due earlier that is set aside.
    """
    return job.deaths > deaths or (deaths < MOST_DEATHS and _is_earlier(job.wait, now, scheduled_at))


def _is_earlier(wait: timedelta | None, now: datetime, scheduled_at: datetime | None) -> bool:
    """Returns whether a wait that begins now ends before that of a stored job."""
    return scheduled_at is not None and now + (wait or timedelta()) < scheduled_at and now < scheduled_at


def _stored(job: NewJob, now: datetime) -> StoredJob:
    """Returns a job as Procrastinate stores it: its name is its queue, because a worker fetches what it knows."""
    counts = {"tries": job.tries, "deaths": job.deaths}
    arguments: Mapping[str, str | int] = {"key": job.key, **{name: n for name, n in counts.items() if n}}
    return StoredJob(
        queue=job.name,
        task_name=job.name,
        lock=None,
        queueing_lock=job.queueing_lock,
        task_kwargs=dict(arguments),
        scheduled_at=None if job.wait is None else now + job.wait,
    )


async def _one(connection: AsyncConnection[Any], query: bytes) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = await (await connection.execute(query)).fetchone()
    assert row is not None
    return row
