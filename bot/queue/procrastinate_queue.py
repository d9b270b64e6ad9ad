"""The queue on PostgreSQL: Procrastinate keeps the jobs, in the transactions of our rows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.model import Job, JobFunction
from bot.queue.procrastinate_claims import ProcrastinateClaims
from bot.queue.procrastinate_rows import enqueue, new_job
from bot.store.driver_connection import driver_connection
from bot.store.engine import Connection, Store


class ProcrastinateQueue:
    """Stores jobs; Procrastinate notifies every worker of the installation."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self.changed = asyncio.Event()

    async def enqueue(self, *wanted: Job) -> None:
        """Stores these jobs; one that waits already is not stored again, but may become due earlier."""
        if not wanted:
            return
        async with self._store.begin() as c:
            await self.enqueue_in(c, *wanted)
        self.wake()

    async def enqueue_in(self, c: Connection, *wanted: Job) -> None:
        """Does the same in the caller's transaction."""
        now = self._now()
        async with driver_connection(c) as connection:
            await enqueue(connection, [new_job(job, now) for job in wanted])

    def wake(self) -> None:
        """Has this process's worker look for jobs now."""
        self.changed.set()

    def claims(self, _worker: str, functions: Mapping[str, JobFunction]) -> ProcrastinateClaims:
        """Returns the claims of a worker that knows these jobs."""
        return ProcrastinateClaims(self._store, self._now, functions, self.wake)
