"""The queue of bells: rows of name and key, claimed with a lease, done at least once.

Embedded here: the rows live in the bot's own database, and one process is enough. What stands above sees only
``Queue.put`` and the table of ``Work``; another queue on the same database can take this one's place.
A lost or doubled job is harmless, because the row that its key names carries the truth.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.errors import ClaimLost, StoreTrouble
from bot.model import Job, Work
from bot.store import jobs
from bot.store.engine import Store
from settings.logs import bound

log = logging.getLogger("pactbot.queue")

LEASE_SECONDS = 30.0
"""Renewed while a job runs; what a killed process had in hand is taken up again that much later."""
EXPIRE_SECONDS = 10.0
"""How often is looked for jobs of processes that are gone."""
IDLE_SECONDS = 1.0
END_SECONDS = 4.0
"""After a stop a job may end by itself for this long; then it is put back."""
MAX_TRIES = 5


class Queue:
    """Puts jobs and works them off, at most ``at_once`` side by side."""

    def __init__(
        self,
        store: Store,
        work: Mapping[str, Work],
        now: Callable[[], datetime],
        *,
        worker: str,
        at_once: int = 64,
        end_seconds: float = END_SECONDS,
    ) -> None:
        self._store = store
        self._work = work
        self._now = now
        self._worker = worker
        self._at_once = at_once
        self._end_seconds = end_seconds
        self._look_at: datetime | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._bell = asyncio.Event()

    async def put(self, *wanted: Job) -> None:
        """Remembers jobs; one of a name and key waits at a time, a second is dropped."""
        if not wanted:
            return
        async with self._store.begin() as c:
            for job in wanted:
                await jobs.put(c, job, self._now())
        self._bell.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Works until ``stop``; then takes nothing new, waits a little for what is running, and puts the rest back."""
        while not stop.is_set():
            try:
                await self._expire_now_and_then()
                claimed = await self._claim()
            except StoreTrouble as trouble:
                log.warning("queue_waits", extra={"why": str(trouble)})
                claimed = 0
            if not claimed:
                await self._rest(stop)
        running = set(self._running)
        if running:
            _, running = await asyncio.wait(running, timeout=self._end_seconds)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _claim(self) -> int:
        free = self._at_once - len(self._running)
        if free <= 0:
            return 0
        async with self._store.read() as c:
            due_at = await jobs.next_due_at(c)
        if due_at is None or due_at > self._now():
            return 0
        async with self._store.begin() as c:
            claimed = await jobs.claim(c, self._now(), self._worker, LEASE_SECONDS, free)
        for row in claimed:
            task = asyncio.create_task(self._do(row), name=f"{row.job.name}:{row.job.key}")
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return len(claimed)

    async def _rest(self, stop: asyncio.Event) -> None:
        self._bell.clear()
        waits: set[asyncio.Task[Any]] = {asyncio.create_task(self._bell.wait()), asyncio.create_task(stop.wait())}
        if len(self._running) >= self._at_once:
            waits |= self._running
        _, pending = await asyncio.wait(waits, timeout=IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for task in pending - self._running:
            task.cancel()

    async def _do(self, row: jobs.ClaimedJob) -> None:
        with bound(job=row.job.name, key=row.job.key):
            try:
                following = list(await self._renewed(row, self._work[row.job.name](row.job.key)))
                await self._done(row, following)
            except asyncio.CancelledError:
                await self._put_back(row)
                raise
            except ClaimLost:
                log.info("job_lost")
            except StoreTrouble as trouble:
                await self._again(row, str(trouble))
            except Exception as fault:
                log.exception("job_failed", extra={"fault": type(fault).__name__})
                await self._again(row, type(fault).__name__)

    async def _renewed(self, row: jobs.ClaimedJob, work: Awaitable[Iterable[Job]]) -> Iterable[Job]:
        task = asyncio.ensure_future(work)
        try:
            while not (await asyncio.wait({task}, timeout=LEASE_SECONDS / 3))[0]:
                async with self._store.begin() as c:
                    await jobs.renew(c, row, self._now(), LEASE_SECONDS)
            return task.result()
        finally:
            if not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def _done(self, row: jobs.ClaimedJob, following: list[Job]) -> None:
        async with self._store.begin() as c:
            await jobs.done(c, row)
            for job in following:
                await jobs.put(c, job, self._now())
        if following:
            self._bell.set()

    async def _again(self, row: jobs.ClaimedJob, why: str) -> None:
        """Tries again with a growing pause; after a few tries gives up, because the clock will ring again."""
        try:
            async with self._store.begin() as c:
                if row.tries >= MAX_TRIES:
                    await jobs.done(c, row)
                    log.error("job_given_up", extra={"tries": row.tries, "why": why})
                else:
                    pause = timedelta(seconds=min(2**row.tries * 5, 300))
                    await jobs.again_at(c, row, self._now() + pause)
        except (ClaimLost, StoreTrouble) as trouble:
            # its lease runs out and the row waits again: nothing is lost, only late
            log.warning("job_left_to_its_lease", extra={"why": str(trouble)})

    async def _put_back(self, row: jobs.ClaimedJob) -> None:
        """Cut off by a stop, which is no failure: whoever works next takes it at once."""
        try:
            async with self._store.begin() as c:
                await jobs.again_at(c, replace(row, tries=row.tries - 1), self._now())
        except (ClaimLost, StoreTrouble) as trouble:
            log.warning("job_left_to_its_lease", extra={"why": str(trouble)})

    async def _expire_now_and_then(self) -> None:
        """Lets jobs of workers that are gone wait again, at the start and every few seconds."""
        now = self._now()
        if self._look_at is not None and now < self._look_at:
            return
        self._look_at = now + timedelta(seconds=EXPIRE_SECONDS)
        async with self._store.begin() as c:
            if found := await jobs.expire(c, now):
                log.info("jobs_taken_over", extra={"jobs": found})
