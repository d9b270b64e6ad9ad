"""The embedded queue: jobs are rows of the bot's own table, claimed with leases.

A lost or repeated job is harmless, because the rows that it works on say what is due.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.begun_jobs import Begun, begun_in_step
from bot.errors import ClaimLost, StoreTrouble
from bot.model import Job, JobFunction
from bot.queue.stored_queue import StoredQueue
from bot.quiet_looks import Look, QuietLooks
from bot.store import jobs
from bot.store.engine import Connection, Store
from bot.store.jobs import ClaimedJob, FinishedJob
from bot.store.steps import StepConnection

log = logging.getLogger("pactbot.queue")

LEASE_SECONDS = 30.0
"""The lease is renewed while a job runs; the job of a killed process is run again when its lease ends."""
EXPIRE_SECONDS = 10.0
"""The interval between two searches for jobs whose lease has ended."""


class EmbeddedQueue(StoredQueue):
    """Stores jobs and wakes this process's worker; those of other processes look each second, on SQLite every five."""

    async def enqueue_in(self, c: Connection, *wanted: Job) -> None:
        """Does the same in the caller's transaction."""
        await jobs.enqueue(c, wanted, self._now())

    def claims(self, worker: str, functions: Mapping[str, JobFunction]) -> EmbeddedClaims:
        """Returns the claims of a worker that knows these jobs."""
        return EmbeddedClaims(self._store, self._now, worker, functions, self.note_deaths)


class EmbeddedClaims:
    """The rows of one worker; each has a lease, and an epoch that proves the claim."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        worker: str,
        functions: Mapping[str, JobFunction],
        note_deaths: Callable[[Connection, Sequence[ClaimedJob]], Awaitable[None]],
    ) -> None:
        self._store = store
        self._now = now
        self._worker = worker
        self._functions = functions
        self._note_deaths = note_deaths
        self._expired_at: datetime | None = None
        """When jobs whose lease has ended were last searched for."""
        self._looks = QuietLooks(store, follows_steps=True)

    async def claim(self, free: int) -> Begun:
        """Claims due jobs, and begins those that can be begun in the same transaction; no write when none is due."""
        now = self._now()
        if not self._looks.is_needed(now):
            return []
        if not self._looks.knows_due(now):
            transactions = self._looks.transactions()
            due_at = await self._store.read_step(lambda: jobs.next_due_at_in_step)
            if due_at is None or due_at > self._now():
                self._looks.remember(Look(transactions, now, due_at))
                return []
        try:
            claimed, look = await self._store.write_step(lambda: partial(self._claim_in_step, free, self._functions))
        except StoreTrouble:
            raise
        except Exception:  # a bug of ours in one beginning must not keep all jobs from running
            log.exception("jobs_not_begun")
            claimed, look = await self._store.write_step(lambda: partial(self._claim_in_step, free, {}))
        self._looks.remember(look)
        return claimed

    def _claim_in_step(self, free: int, functions: Mapping[str, JobFunction], c: StepConnection) -> tuple[Begun, Look]:
        now = self._now()
        claimed = jobs.claim_in_step(c, now, self._worker, LEASE_SECONDS, free)
        return begun_in_step(c, claimed, functions), self._look_in_step(c, now)

    def _look_in_step(self, c: StepConnection, now: datetime) -> Look:
        """Looks at what waits at the end of a transaction that writes; no other can end before it."""
        return Look(self._looks.transactions() + 1, now, jobs.next_due_at_in_step(c))

    def renew_seconds(self) -> float:
        """Returns a third of the lease."""
        return LEASE_SECONDS / 3

    async def renew(self, claimed: Sequence[ClaimedJob]) -> set[int]:
        """Renews the leases of all running jobs together."""
        if not claimed:
            return set()
        now = self._now()
        return await self._store.write_step(lambda: lambda c: jobs.renew_in_step(c, claimed, now, LEASE_SECONDS))

    async def listen(self) -> None:
        """Returns at once: the worker looks every second."""

    async def recover(self) -> int:
        """Puts back the jobs of workers that are gone, at the start and every few seconds."""
        now, interval = self._now(), timedelta(seconds=EXPIRE_SECONDS)
        if self._expired_at is not None and timedelta(0) <= now - self._expired_at < interval:
            return 0
        self._expired_at = now
        async with self._store.begin() as c:
            recovered = await jobs.expire(c, now, self._worker)
            await self._note_deaths(c, recovered)
        return len(recovered)

    async def finish(self, job: ClaimedJob, following: Iterable[Job], *, at_once: bool) -> None:
        """Deletes the job and enqueues those that follow it, in one transaction with the jobs that end with it."""
        finished = FinishedJob(job, list(following))
        self._looks.remember(await self._store.writes.do(self._finish_some, finished, at_once=at_once))

    def _finish_some(self, c: StepConnection, done: Sequence[FinishedJob]) -> Sequence[ClaimLost | Look]:
        lost, look = jobs.finish_some_in_step(c, done, self._now()), self._look_in_step(c, self._now())
        return [each or look for each in lost]

    async def retry(self, job: ClaimedJob, due_at: datetime, tries: int) -> None:
        """Makes the job wait again, unless another of its name and key waits."""
        async with self._store.begin() as c:
            await jobs.retry_at(c, job, due_at, self._now(), tries)

    async def close(self) -> None:
        """Does nothing: the leases of what still runs end by themselves."""
