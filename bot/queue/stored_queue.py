"""Says what both engines have in common: how jobs are enqueued, who is woken, and what is done about set-aside jobs."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from bot.model import Job
from bot.queue.protocol import NoteSetAside
from bot.store.engine import Connection, Store
from bot.store.jobs import ClaimedJob

log = logging.getLogger("pactbot.queue")


async def _only_log(_c: Connection, _job: Job, _pause: timedelta) -> None:
    """Does nothing more than the log."""


class StoredQueue(ABC):
    """A queue whose jobs are rows of the store; it wakes this process's worker."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self.changed = asyncio.Event()
        self.on_set_aside: NoteSetAside = _only_log

    async def enqueue(self, *wanted: Job) -> None:
        """Stores these jobs; one that waits already is not stored again, but may become due earlier."""
        if not wanted:
            return
        async with self._store.begin() as c:
            await self.enqueue_in(c, *wanted)
        self.wake()

    @abstractmethod
    async def enqueue_in(self, c: Connection, *wanted: Job) -> None:
        """Does the same in the caller's transaction."""

    def wake(self) -> None:
        """Has this process's worker look for jobs now."""
        self.changed.set()

    async def note_deaths(self, c: Connection, recovered: Iterable[ClaimedJob]) -> None:
        """Reports those jobs that are set aside, in the transaction that does so."""
        for each in recovered:
            pause = each.set_aside_for
            if pause is not None:
                named = {"job": each.job.name, "key": each.job.key, "deaths": each.deaths}
                log.error("job_set_aside", extra={**named, "seconds": pause.total_seconds()})
                await self.on_set_aside(c, each.job, pause)
