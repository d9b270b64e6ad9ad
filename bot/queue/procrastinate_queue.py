"""The queue on PostgreSQL: Procrastinate keeps the jobs, in the transactions of our rows."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model import Job, JobFunction
from bot.queue.procrastinate_claims import ProcrastinateClaims
from bot.queue.procrastinate_rows import enqueue, new_job
from bot.queue.stored_queue import StoredQueue
from bot.store.driver_connection import driver_connection
from bot.store.engine import Connection


class ProcrastinateQueue(StoredQueue):
    """Stores jobs; Procrastinate notifies every worker of the installation."""

    async def enqueue_in(self, c: Connection, *wanted: Job) -> None:
        """Does the same in the caller's transaction."""
        now = self._now()
        async with driver_connection(c) as connection:
            await enqueue(connection, [new_job(job, now) for job in wanted])

    def claims(self, _worker: str, functions: Mapping[str, JobFunction]) -> ProcrastinateClaims:
        """Returns the claims of a worker that knows these jobs."""
        return ProcrastinateClaims(self._store, self._now, functions, self.wake, self.note_deaths)
