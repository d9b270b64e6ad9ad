"""Runs the jobs of the queue: claims due jobs with a lease, renews the lease while they run, retries failed ones."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import repeat
from typing import Any

from bot.begun_jobs import BegunJobs
from bot.errors import ClaimLost, StoreTrouble
from bot.model import Job, JobFunction
from bot.queue import Queue
from bot.quiet_looks import Look, QuietLooks
from bot.store import jobs
from bot.store.engine import Store
from bot.store.jobs import FinishedJob
from bot.store.steps import StepConnection
from settings.logs import bound

log = logging.getLogger("pactbot.queue")

CONCURRENCY = 64
"""Enough for a ``scrape`` and a ``read`` of the built-in outlets; more outlets get more (``jobs_at_once``)."""
OWN_JOBS = 8
"""Room for the jobs that belong to no outlet."""
LEASE_SECONDS = 30.0
"""The lease is renewed while a job runs; the job of a killed process is run again when its lease ends."""
EXPIRE_SECONDS = 10.0
"""The interval between two searches for jobs whose lease has ended."""
IDLE_SECONDS = 1.0
END_SECONDS = 4.0
"""How long a running job may take to end after a stop; after that it is cancelled and put back."""
MAX_TRIES = 5


_Claimed = list[tuple[jobs.ClaimedJob, Any]]
"""Claimed jobs with their beginnings."""


def retry_pause(tries: int) -> timedelta | None:
    """The pause before a failed job's next try: 10 s, doubled each time; None after the last try.

    A job that is given up costs little, because the clock enqueues it again.
    """
    if tries >= MAX_TRIES:
        return None
    return timedelta(seconds=5 * 2**tries)


def jobs_at_once(outlets: int) -> int:
    """The jobs that may run together: two for each outlet, so that none waits until the jobs of others end."""
    return max(CONCURRENCY, 2 * outlets + OWN_JOBS)


class JobWorker:
    """Runs at most ``concurrency()`` jobs at a time, never two of the same name and key."""

    def __init__(
        self,
        store: Store,
        queue: Queue,
        functions: Mapping[str, JobFunction],
        now: Callable[[], datetime],
        *,
        worker: str,
        concurrency: Callable[[], int] = lambda: CONCURRENCY,
        end_seconds: float = END_SECONDS,
    ) -> None:
        self._store = store
        self._queue = queue
        self._functions = functions
        self._now = now
        self._worker = worker
        self._concurrency = concurrency
        self._end_seconds = end_seconds
        self._expired_at: datetime | None = None
        """When jobs whose lease has ended were last searched for."""
        self._running: set[asyncio.Task[None]] = set()
        self._claimed: dict[asyncio.Task[None], jobs.ClaimedJob] = {}
        """The jobs whose functions run, with their claims."""
        self._lost: set[asyncio.Task[None]] = set()
        """Jobs that were cancelled because another worker has them."""
        self._looks = QuietLooks(store, follows_steps=True)

    async def run(self, stop: asyncio.Event) -> None:
        """Runs jobs until ``stop``; then claims no more, waits a little for running ones, and puts the rest back."""
        renewing = asyncio.create_task(self._renew_leases())
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _: self._queue.changed.set())
        try:
            await self._run_until(stop)
        finally:
            renewing.cancel()
            stopping.cancel()
            await asyncio.gather(renewing, stopping, return_exceptions=True)

    async def _run_until(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._queue.changed.clear()  # before the look: what is enqueued meanwhile needs another
            try:
                await self._expire_leases()
                claimed = await self._claim()
            except StoreTrouble as error:
                log.warning("queue_unavailable", extra={"why": str(error)})
                claimed = 0
            if not claimed and not stop.is_set():
                await self._wait()
        running = set(self._running)
        if running:
            _, running = await asyncio.wait(running, timeout=self._end_seconds)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    # ── claiming ───────────────────────────────────────────────────────────────────────────────────────────

    async def _claim(self) -> int:
        """Starts the due jobs that there is room for; returns their number. Costs no write when none is due."""
        free, now = self._concurrency() - len(self._running), self._now()
        if free <= 0 or not self._looks.is_needed(now):
            return 0
        if not self._looks.knows_due(now):
            transactions = self._looks.transactions()
            due_at = await self._store.read_step(lambda: jobs.next_due_at_in_step)
            if due_at is None or due_at > self._now():
                self._looks.remember(Look(transactions, now, due_at))
                return 0
        claimed = await self._claim_some(free)
        for row, beginning in claimed:
            task = asyncio.create_task(self._run_job(row, beginning), name=f"{row.job.name}:{row.job.key}")
            self._running.add(task)
            task.add_done_callback(self._job_ended)
        return len(claimed)

    async def _claim_some(self, free: int) -> _Claimed:
        """Claims due jobs, and begins those that can be begun in the same transaction."""
        try:
            claimed, look = await self._store.write_step(lambda: partial(self._claim_in_step, free, self._functions))
        except StoreTrouble:
            raise
        except Exception:  # a bug of ours in one beginning must not keep all jobs from running
            log.exception("jobs_not_begun")
            claimed, look = await self._store.write_step(lambda: partial(self._claim_in_step, free, {}))
        self._looks.remember(look)
        return claimed

    def _claim_in_step(
        self, free: int, functions: Mapping[str, JobFunction], c: StepConnection
    ) -> tuple[_Claimed, Look]:
        now = self._now()
        claimed = jobs.claim_in_step(c, now, self._worker, LEASE_SECONDS, free)
        beginnings: dict[str, Iterator[Any]] = {}
        for name in sorted({row.job.name for row in claimed}):
            function = functions.get(name)
            keys = [row.job.key for row in claimed if row.job.name == name]
            begun = function.begin_in_step(c, keys) if isinstance(function, BegunJobs) else repeat(None)
            beginnings[name] = iter(begun)
        return [(row, next(beginnings[row.job.name])) for row in claimed], self._look_in_step(c, now)

    def _look_in_step(self, c: StepConnection, now: datetime) -> Look:
        """Looks at what waits at the end of a transaction that writes; no other can end before it."""
        return Look(self._looks.transactions() + 1, now, jobs.next_due_at_in_step(c))

    def _job_ended(self, task: asyncio.Task[None]) -> None:
        """Has the next job claimed where all places were taken."""
        if len(self._running) >= self._concurrency():
            self._queue.changed.set()
        self._running.discard(task)

    async def _wait(self) -> None:
        """Waits until a job is enqueued, a place comes free, for the stop, or a second."""
        with suppress(TimeoutError):
            async with asyncio.timeout(IDLE_SECONDS):
                await self._queue.changed.wait()

    async def _expire_leases(self) -> None:
        """Puts back the jobs of workers that are gone, at the start and every few seconds."""
        now, interval = self._now(), timedelta(seconds=EXPIRE_SECONDS)
        if self._expired_at is not None and timedelta(0) <= now - self._expired_at < interval:
            return
        self._expired_at = now
        async with self._store.begin() as c:
            if expired := await jobs.expire(c, now):
                log.info("job_leases_expired", extra={"jobs": expired})

    # ── running ────────────────────────────────────────────────────────────────────────────────────────────

    async def _run_job(self, row: jobs.ClaimedJob, beginning: object) -> None:
        task: Any = asyncio.current_task()
        self._claimed[task] = row
        with bound(job=row.job.name, key=row.job.key):
            try:
                following = list(await self._call(row.job, beginning))
                self._claimed.pop(task, None)
                await self._finish(row, following)
            except asyncio.CancelledError:
                if task in self._lost:
                    log.info("job_claim_lost")
                    return
                await self._put_back(row)
                raise
            except ClaimLost:
                log.info("job_claim_lost")
            except StoreTrouble as error:
                await self._retry(row, str(error))
            except Exception as fault:
                log.exception("job_failed", extra={"fault": type(fault).__name__})
                await self._retry(row, type(fault).__name__)
            finally:
                self._claimed.pop(task, None)
                self._lost.discard(task)

    async def _call(self, job: Job, beginning: object) -> Iterable[Job]:
        """Runs the job's function. A name that no function has is of another version of the bot: nothing is done."""
        function = self._functions.get(job.name)
        if function is None:
            log.info("job_unknown")
            return ()
        return await (function.run(job.key, beginning) if isinstance(function, BegunJobs) else function(job.key))

    async def _renew_leases(self) -> None:
        """Renews the leases of all running jobs together, and cancels those that another worker has."""
        while True:
            await asyncio.sleep(LEASE_SECONDS / 3)
            claimed = dict(self._claimed)
            try:
                renewed = await self._renew(list(claimed.values()))
            except StoreTrouble as error:
                log.warning("job_leases_not_renewed", extra={"why": str(error)})
                continue
            except Exception:  # a bug of ours must not end every lease: the jobs would run a second time
                log.exception("job_leases_not_renewed")
                continue
            for task, row in claimed.items():
                if row.id not in renewed and self._claimed.pop(task, None) is not None:
                    self._lost.add(task)
                    task.cancel()

    async def _renew(self, claimed: Sequence[jobs.ClaimedJob]) -> set[int]:
        if not claimed:
            return set()
        now = self._now()
        return await self._store.write_step(lambda: lambda c: jobs.renew_in_step(c, claimed, now, LEASE_SECONDS))

    # ── after a run ────────────────────────────────────────────────────────────────────────────────────────

    async def _finish(self, row: jobs.ClaimedJob, following: list[Job]) -> None:
        """Deletes the job and enqueues those that follow it, in one transaction with the jobs that end with it.

        It waits for others only where some are running.
        """
        finished = FinishedJob(row, following)
        self._looks.remember(await self._store.writes.do(self._finish_some, finished, at_once=not self._claimed))
        now = self._now()
        if any(job.due_at is None or job.due_at <= now for job in following):
            self._queue.changed.set()

    def _finish_some(self, c: StepConnection, done: Sequence[FinishedJob]) -> Sequence[ClaimLost | Look]:
        lost, look = jobs.finish_some_in_step(c, done, self._now()), self._look_in_step(c, self._now())
        return [each or look for each in lost]

    async def _retry(self, row: jobs.ClaimedJob, why: str) -> None:
        """Makes a failed job wait for its next try, or gives it up."""
        pause, now = retry_pause(row.tries), self._now()
        try:
            async with self._store.begin() as c:
                if pause is None:
                    await jobs.finish(c, row)
                    log.error("job_given_up", extra={"tries": row.tries, "why": why})
                else:
                    await jobs.retry_at(c, row, now + pause, now)
        except (ClaimLost, StoreTrouble) as error:
            # the job waits again when its lease ends: nothing is lost, only late
            log.warning("job_left_to_its_lease", extra={"why": str(error)})

    async def _put_back(self, row: jobs.ClaimedJob) -> None:
        """Makes a job that a stop cancelled wait again, without counting the try."""
        now = self._now()
        try:
            async with self._store.begin() as c:
                await jobs.retry_at(c, replace(row, tries=row.tries - 1), now, now)
        except (ClaimLost, StoreTrouble) as error:
            log.warning("job_left_to_its_lease", extra={"why": str(error)})
