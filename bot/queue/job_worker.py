"""Runs the jobs of the queue: claims due jobs, keeps their claims while they run, retries failed ones."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from bot.begun_jobs import BegunJobs
from bot.errors import ClaimLost, StoreTrouble
from bot.model import Job, JobFunction
from bot.queue.protocol import Queue
from bot.store.jobs import ClaimedJob
from settings.logs import bound

log = logging.getLogger("pactbot.queue")

CONCURRENCY = 64
"""Enough for a ``scrape`` and a ``read`` of the built-in outlets; more outlets get more (``jobs_at_once``)."""
OWN_JOBS = 8
"""Room for the jobs that belong to no outlet."""
IDLE_SECONDS = 1.0
END_SECONDS = 4.0
"""How long a running job may take to end after a stop; after that it is cancelled and put back."""
MAX_TRIES = 5
MAX_SILENCE_SECONDS = 30.0
"""How long a queue may not answer until the worker says that it is not ready."""


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
        queue: Queue,
        functions: Mapping[str, JobFunction],
        now: Callable[[], datetime],
        *,
        worker: str,
        concurrency: Callable[[], int] = lambda: CONCURRENCY,
        end_seconds: float = END_SECONDS,
    ) -> None:
        self._queue = queue
        self._functions = functions
        self._now = now
        self._claims = queue.claims(worker, functions)
        self._concurrency = concurrency
        self._end_seconds = end_seconds
        self._running: set[asyncio.Task[None]] = set()
        self._claimed: dict[asyncio.Task[None], ClaimedJob] = {}
        """The jobs whose functions run, with their claims."""
        self._lost: set[asyncio.Task[None]] = set()
        """Jobs that were cancelled because another worker has them."""
        self._looked_at = time.monotonic()
        """When the queue last answered, or no place was free."""

    def fault(self) -> str | None:
        """Says since when the queue has not answered, where that is too long."""
        silent_seconds = time.monotonic() - self._looked_at
        return f"queue: no answer for {silent_seconds:.0f} s" if silent_seconds > MAX_SILENCE_SECONDS else None

    async def run(self, stop: asyncio.Event) -> None:
        """Runs jobs until ``stop``; then claims no more, waits a little for running ones, and puts the rest back."""
        ended = asyncio.Event()
        renewing = asyncio.create_task(self._renew_leases(ended))
        listening = asyncio.create_task(self._claims.listen())
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _: self._queue.wake())
        try:
            await self._run_until(stop)
        finally:
            ended.set()  # a renewal that has begun is not cut off: its connection would be lost with it
            for task in (listening, stopping):
                task.cancel()
            await asyncio.gather(renewing, listening, stopping, return_exceptions=True)

    async def _run_until(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._queue.changed.clear()  # before the look: what is enqueued meanwhile needs another
            try:
                await self._recover()
                claimed = await self._claim()
            except StoreTrouble as error:
                log.warning("queue_unavailable", extra={"why": str(error)})
                claimed = 0
            else:
                self._looked_at = time.monotonic()
            if not claimed and not stop.is_set():
                await self._wait()
        running = set(self._running)
        if running:
            _, running = await asyncio.wait(running, timeout=self._end_seconds)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        with suppress(StoreTrouble):  # others find that this worker is gone
            await self._claims.close()

    # ── claiming ───────────────────────────────────────────────────────────────────────────────────────────

    async def _claim(self) -> int:
        """Starts the due jobs that there is room for; returns their number."""
        free = self._concurrency() - len(self._running)
        if free <= 0:
            return 0
        claimed = await self._claims.claim(free)
        for row, beginning in claimed:
            task = asyncio.create_task(self._run_job(row, beginning), name=f"{row.job.name}:{row.job.key}")
            self._running.add(task)
            task.add_done_callback(self._job_ended)
        return len(claimed)

    def _job_ended(self, task: asyncio.Task[None]) -> None:
        """Has the next job claimed where all places were taken."""
        if len(self._running) >= self._concurrency():
            self._queue.wake()
        self._running.discard(task)

    async def _wait(self) -> None:
        """Waits until a job is enqueued, a place comes free, for the stop, or a second."""
        with suppress(TimeoutError):
            async with asyncio.timeout(IDLE_SECONDS):
                await self._queue.changed.wait()

    async def _recover(self) -> None:
        if recovered := await self._claims.recover():
            log.info("job_leases_expired", extra={"jobs": recovered})

    # ── running ────────────────────────────────────────────────────────────────────────────────────────────

    async def _run_job(self, row: ClaimedJob, beginning: object) -> None:
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

    async def _renew_leases(self, ended: asyncio.Event) -> None:
        """Renews the leases of all running jobs together, and cancels those that another worker has."""
        while not await _is_set_within(ended, self._claims.renew_seconds()):
            claimed = dict(self._claimed)
            try:
                renewed = await self._claims.renew(list(claimed.values()))
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

    # ── after a run ────────────────────────────────────────────────────────────────────────────────────────

    async def _finish(self, row: ClaimedJob, following: list[Job]) -> None:
        """Deletes the job and enqueues those that follow it. It waits for others only where some are running."""
        await self._claims.finish(row, following, at_once=not self._claimed)
        now = self._now()
        if any(job.due_at is None or job.due_at <= now for job in following):
            self._queue.wake()

    async def _retry(self, row: ClaimedJob, why: str) -> None:
        """Makes a failed job wait for its next try, or gives it up."""
        pause = retry_pause(row.tries)
        try:
            if pause is None:
                await self._claims.finish(row, (), at_once=True)
                log.error("job_given_up", extra={"tries": row.tries, "why": why})
            else:
                await self._claims.retry(row, self._now() + pause, row.tries)
        except (ClaimLost, StoreTrouble) as error:
            # the job waits again when its lease ends: nothing is lost, only late
            log.warning("job_left_to_its_lease", extra={"why": str(error)})

    async def _put_back(self, row: ClaimedJob) -> None:
        """Makes a job that a stop cancelled wait again, without counting the try."""
        try:
            await self._claims.retry(row, self._now(), row.tries - 1)
        except (ClaimLost, StoreTrouble) as error:
            log.warning("job_left_to_its_lease", extra={"why": str(error)})


async def _is_set_within(event: asyncio.Event, seconds: float) -> bool:
    """Waits so long at most; returns whether the event is set."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
