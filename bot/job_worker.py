"""Runs the jobs of the queue: claims due jobs with a lease, renews the lease while they run, retries failed ones."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

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
        self._more_may_be_due = False
        """Whether the last claim took as many as there was room for."""
        self._running: set[asyncio.Task[None]] = set()
        self._claimed: dict[asyncio.Task[None], jobs.ClaimedJob] = {}
        """The jobs whose functions run, with their claims."""
        self._lost: set[asyncio.Task[None]] = set()
        """Jobs that were cancelled because another worker has them."""
        self._looks = QuietLooks(store)

    async def run(self, stop: asyncio.Event) -> None:
        """Runs jobs until ``stop``; then claims no more, waits a little for running ones, and puts the rest back."""
        renewing = asyncio.create_task(self._renew_leases())
        try:
            await self._run_until(stop)
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)

    async def _run_until(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self._expire_leases()
                claimed = await self._claim()
            except StoreTrouble as error:
                log.warning("queue_unavailable", extra={"why": str(error)})
                claimed = 0
            if not claimed:
                await self._wait(stop)
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
        transactions = self._store.transactions
        if not self._more_may_be_due:
            async with self._store.read() as c:
                due_at = await jobs.next_due_at(c)
            if due_at is None or due_at > self._now():
                self._looks.remember(Look(transactions, now, due_at))
                return 0
        async with self._store.begin() as c:
            claimed = await jobs.claim(c, self._now(), self._worker, LEASE_SECONDS, free)
        self._more_may_be_due = len(claimed) == free
        for row in claimed:
            task = asyncio.create_task(self._run_job(row), name=f"{row.job.name}:{row.job.key}")
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return len(claimed)

    async def _wait(self, stop: asyncio.Event) -> None:
        """Waits until a job is enqueued or ends, for the stop, or a second."""
        self._queue.changed.clear()
        waits: set[asyncio.Task[Any]] = {
            asyncio.create_task(self._queue.changed.wait()),
            asyncio.create_task(stop.wait()),
        }
        if len(self._running) >= self._concurrency():
            waits |= self._running
        _, pending = await asyncio.wait(waits, timeout=IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for task in pending - self._running:
            task.cancel()

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

    async def _run_job(self, row: jobs.ClaimedJob) -> None:
        task: Any = asyncio.current_task()
        self._claimed[task] = row
        with bound(job=row.job.name, key=row.job.key):
            try:
                following = list(await self._call(row.job))
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

    async def _call(self, job: Job) -> Iterable[Job]:
        """Runs the job's function. A name that no function has is of another version of the bot: nothing is done."""
        function = self._functions.get(job.name)
        if function is None:
            log.info("job_unknown")
            return ()
        return await function(job.key)

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
        async with self._store.begin() as c:
            return await jobs.renew(c, claimed, self._now(), LEASE_SECONDS)

    # ── after a run ────────────────────────────────────────────────────────────────────────────────────────

    async def _finish(self, row: jobs.ClaimedJob, following: list[Job]) -> None:
        """Deletes the job and enqueues those that follow it, in one transaction with the jobs that end with it."""
        await self._store.writes.do(self._finish_some, FinishedJob(row, following))
        now = self._now()
        if any(job.due_at is None or job.due_at <= now for job in following):
            self._queue.changed.set()

    def _finish_some(self, c: StepConnection, done: Sequence[FinishedJob]) -> Sequence[ClaimLost | None]:
        return jobs.finish_some_in_step(c, done, self._now())

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
