"""The jobs of one worker over Procrastinate: fetched, kept by a heartbeat, finished in one transaction with ours.

Procrastinate's own worker is not used, because it ends a job in a transaction of its own and never looks whose it is.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from procrastinate.jobs import Job as StoredJob
from psycopg import AsyncConnection
from psycopg.rows import dict_row

from bot.begun_jobs import Begun, begun_in_step
from bot.errors import ClaimLost, StoreTrouble
from bot.model import Job, JobFunction
from bot.queue import heartbeats
from bot.queue.heartbeats import Heartbeats
from bot.queue.procrastinate_connector import manager_of
from bot.queue.procrastinate_rows import (
    claimed_job,
    delete_running,
    enqueue,
    is_own,
    locked_own,
    new_job,
    put_back,
    put_off,
    put_off_running,
)
from bot.store import jobs as embedded_jobs
from bot.store.driver_connection import driver_connection
from bot.store.engine import Connection, Store
from bot.store.jobs import SUSPECT_DEATHS, ClaimedJob, FinishedJob
from bot.store.steps import PostgresqlStep, StepConnection, in_step

log = logging.getLogger("pactbot.queue")

RECOVER_SECONDS = 5.0
"""The interval between two searches for workers that are gone."""
RUNNING_PAUSE = timedelta(seconds=1)
"""How long a job waits whose name and key is running."""
SUSPECT_PAUSE = timedelta(seconds=5)
"""How long a job waits during which workers died, while this worker runs another such job."""
LISTEN_PAUSE_SECONDS = 1.0
LEFT_AFTER = timedelta(seconds=30)
"""A job of the embedded queue that nobody has claimed for so long was left by the previous version."""
LEFT_AT_ONCE = 100
UNKNOWN_AFTER = timedelta(days=1)
"""How long a job waits for a worker that knows its name."""
FORGET_SECONDS = 600.0
"""The interval between two searches for jobs that nobody knows, which read all that wait."""

_LISTENING_ENDS = (StoreTrouble, TimeoutError, ValueError, TypeError, KeyError)
"""What ends a connection that listens: it is lost, or somebody has sent what Procrastinate cannot read."""
_ALIVE = b"SELECT 1 FROM procrastinate_workers WHERE id = %s"
_RUNNING = b"""
SELECT id, status, task_name, priority, lock, queueing_lock, args, scheduled_at, queue_name, attempts, worker_id
FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = %s ORDER BY id FOR UPDATE
"""
_RECOVERS = b"SELECT pg_try_advisory_xact_lock(hashtext('pactbot:recover_jobs'))"
_UNKNOWN = b"""
SELECT job.id FROM procrastinate_jobs AS job JOIN procrastinate_events AS event ON event.job_id = job.id
WHERE job.status = 'todo' AND job.queue_name = job.task_name AND event.type = 'deferred'
AND event.at < clock_timestamp() - %s AND (job.scheduled_at IS NULL OR job.scheduled_at < clock_timestamp() - %s)
"""


class ProcrastinateClaims:
    """The fetched jobs of one worker. Its number stands in their rows; who has no heartbeat loses them."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        functions: Mapping[str, JobFunction],
        wake: Callable[[], None],
        note_deaths: Callable[[Connection, Sequence[ClaimedJob]], Awaitable[None]],
    ) -> None:
        self._store = store
        self._now = now
        self._functions = functions
        self._wake = wake
        self._note_deaths = note_deaths
        self._worker: int | None = None
        self._known: set[int] = set()
        """Jobs that run or are being ended."""
        self._suspect: int | None = None
        """The running job during which workers died; the others of its like wait until it has ended."""
        self._orphans: set[int] = set()
        """Jobs that stood in this worker's name at the last heartbeat, and that it did not know."""
        self._heartbeats = Heartbeats()
        self._recovered_at: float | None = None
        self._forgot_at: float | None = None

    async def claim(self, free: int) -> Begun:
        """Fetches due jobs that this worker knows, and begins those that can be begun in the same transaction."""
        try:
            claimed = await self._claim(free, self._functions)
        except StoreTrouble:
            raise
        except Exception:  # a bug of ours in one beginning must not keep all jobs from running
            log.exception("jobs_not_begun")
            claimed = await self._claim(free, {})
        self._known |= {job.id for job, _ in claimed}
        self._suspect = next((job.id for job, _ in claimed if job.deaths >= SUSPECT_DEATHS), self._suspect)
        return claimed

    async def _claim(self, free: int, functions: Mapping[str, JobFunction]) -> Begun:
        async with self._store.begin() as c:
            async with driver_connection(c) as connection:
                fetched = await self._fetch(connection, free)
                if not fetched:
                    return []
                begun = await put_off_running(connection, fetched, RUNNING_PAUSE)
                begun = await put_off(connection, begun, self._suspects_behind(begun), SUSPECT_PAUSE)
                claimed = [claimed_job(each) for each in begun]
            return await in_step(c, lambda step: begun_in_step(step, claimed, functions))

    def _suspects_behind(self, fetched: Sequence[StoredJob]) -> list[int]:
        """Returns the ids of those jobs that wait for another, because workers died during each of them."""
        suspects = [job.id for each in fetched if (job := claimed_job(each)).deaths >= SUSPECT_DEATHS]
        return suspects if self._suspect in self._known else suspects[1:]

    async def _fetch(self, connection: AsyncConnection[Any], free: int) -> list[StoredJob]:
        manager, names = manager_of(connection), list(self._functions)
        if self._worker is None or not await self._is_alive(connection, self._worker):
            self._worker = await manager.register_worker()
        fetched: list[StoredJob] = []
        while len(fetched) < free and (job := await manager.fetch_job(names, self._worker)) is not None:
            fetched.append(job)
        return fetched

    @staticmethod
    async def _is_alive(connection: AsyncConnection[Any], worker: int) -> bool:
        """Returns whether nobody has taken this worker for gone."""
        return await (await connection.execute(_ALIVE, [worker])).fetchone() is not None

    # ── keeping ────────────────────────────────────────────────────────────────────────────────────────────

    def renew_seconds(self) -> float:
        """Returns the interval of the heartbeat."""
        return heartbeats.HEARTBEAT_SECONDS

    async def renew(self, _claimed: Sequence[ClaimedJob]) -> set[int]:
        """Writes the heartbeat. A job that stands in this worker's name twice without its knowledge is put back.

        Such a job was claimed or ended by a commit whose answer was lost.
        """
        with self._heartbeats.beating():
            worker = self._worker
            if worker is None:
                return set()
            known_before = set(self._known)
            async with self._store.begin() as c, driver_connection(c) as connection:
                await manager_of(connection).update_heartbeat(worker)
                async with connection.cursor(row_factory=dict_row) as cursor:
                    rows = await (await cursor.execute(_RUNNING, [worker])).fetchall()
                running = {row["id"]: StoredJob.from_row(row) for row in rows}
                orphans = running.keys() - self._known
                left = orphans & self._orphans
                await put_back(connection, [claimed_job(running[job_id]) for job_id in sorted(left)])
            self._orphans = set(orphans - left)
            self._known -= known_before - running.keys()  # others have them
            return set(running)

    async def listen(self) -> None:
        """Wakes the queue at every job that is stored, and says when the connection for it is lost."""
        while True:
            try:
                async with self._store.beside_pool() as connection:
                    await manager_of(connection).listen_for_jobs(on_notification=self._note)
            except _LISTENING_ENDS as error:
                log.warning("queue_not_listening", extra={"why": str(error) or "no answer in time"})
            await asyncio.sleep(LISTEN_PAUSE_SECONDS)

    async def _note(self, *, channel: str, notification: object) -> None:
        self._wake()

    async def recover(self) -> int:
        """Puts back the jobs of workers that are gone, every few seconds.

        It waits until all others had the time for a heartbeat: after an outage of the database none has one.
        """
        now = time.monotonic()
        due = self._recovered_at is None or now - self._recovered_at >= RECOVER_SECONDS
        if not due or not self._heartbeats.are_steady():
            return 0
        self._recovered_at = now
        async with self._store.begin() as c, driver_connection(c) as connection:
            row = await (await connection.execute(_RECOVERS)).fetchone()
            if row is None or not row[0]:
                return 0  # another worker does it at this moment
            return await self._recover(c, connection)

    async def _recover(self, c: Connection, connection: AsyncConnection[Any]) -> int:
        manager, now = manager_of(connection), self._now()
        await manager.prune_stalled_workers(heartbeats.STALLED_SECONDS)
        stalled = [job for job in await manager.get_stalled_jobs() if job.worker_id is None and is_own(job)]
        recovered = [claimed_job(each).after_death() for each in stalled]
        await put_back(connection, recovered)
        await self._note_deaths(c, recovered)
        await embedded_jobs.expire(c, now)
        left = await embedded_jobs.take_left(c, now - LEFT_AFTER, LEFT_AT_ONCE)
        await enqueue(connection, [new_job(job, now) for job in left])
        await self._forget_unknown(connection)
        return len(stalled) + len(left)

    async def _forget_unknown(self, connection: AsyncConnection[Any]) -> None:
        """Deletes jobs that no worker has known for a day, now and then."""
        now = time.monotonic()
        if self._forgot_at is not None and now - self._forgot_at < FORGET_SECONDS:
            return
        self._forgot_at = now
        for (job_id,) in await (await connection.execute(_UNKNOWN, [UNKNOWN_AFTER] * 2)).fetchall():
            await manager_of(connection).cancel_job_by_id_async(job_id, delete_job=True)
            log.warning("job_unknown", extra={"id": job_id})

    # ── giving back ────────────────────────────────────────────────────────────────────────────────────────

    async def finish(self, job: ClaimedJob, following: Iterable[Job], *, at_once: bool) -> None:
        """Deletes the job and enqueues those that follow it, in one transaction with the jobs that end with it."""
        try:
            await self._store.writes.do(self._finish_some, FinishedJob(job, list(following)), at_once=at_once)
        finally:
            self._known.discard(job.id)

    def _finish_some(self, c: StepConnection, done: Sequence[FinishedJob]) -> Sequence[ClaimLost | None]:
        """Ends jobs in a step: what their functions have left to ``store.writes`` is in its transaction, or before."""
        assert isinstance(c, PostgresqlStep)
        return c.on_driver(partial(self._finish_on, done))

    async def _finish_on(
        self, done: Sequence[FinishedJob], connection: AsyncConnection[Any]
    ) -> Sequence[ClaimLost | None]:
        now = self._now()
        own = await locked_own(connection, [each.claimed for each in done])
        following = [job for each in done if each.claimed.id in own for job in each.following]
        await enqueue(connection, [new_job(job, now) for job in following])
        await delete_running(connection, own)
        return [None if each.claimed.id in own else _lost(each.claimed) for each in done]

    async def retry(self, job: ClaimedJob, due_at: datetime, tries: int) -> None:
        """Makes the job wait again."""
        try:
            async with self._store.begin() as c, driver_connection(c) as connection:
                if not await locked_own(connection, [job]):
                    raise _lost(job)
                again = Job(job.job.name, job.job.key, due_at)
                await enqueue(connection, [new_job(again, self._now(), tries, job.deaths)])
                await delete_running(connection, [job.id])
        finally:
            self._known.discard(job.id)

    async def close(self) -> None:
        """Takes the worker out; what still stands in its name is run by others."""
        if self._worker is not None:
            async with self._store.begin() as c, driver_connection(c) as connection:
                await manager_of(connection).unregister_worker(self._worker)
            self._worker = None


def _lost(job: ClaimedJob) -> ClaimLost:
    return ClaimLost(f"job {job.job.name} {job.job.key}")
