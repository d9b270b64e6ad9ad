"""Enqueues jobs as rows of the bot's own database; of one name and key at most one job waits at a time.

A lost or repeated job is harmless, because the rows that it works on say what is due.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.model import Job
from bot.store import jobs
from bot.store.engine import Store


class Queue:
    """Stores jobs and wakes this process's worker; those of other processes look each second, on SQLite every five."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self.changed = asyncio.Event()

    async def enqueue(self, *wanted: Job) -> None:
        """Stores these jobs; one that waits already is not stored again, but may become due earlier."""
        if not wanted:
            return
        async with self._store.begin() as c:
            await jobs.enqueue(c, wanted, self._now())
        self.changed.set()
