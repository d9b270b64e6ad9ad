"""Says what the bot asks of a queue, and what the job worker asks of an engine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.begun_jobs import Begun
from bot.model import Job, JobFunction
from bot.store.engine import Connection
from bot.store.jobs import ClaimedJob

NoteSetAside = Callable[[Connection, Job, timedelta], Awaitable[None]]
"""Reports, in a transaction, a job that is set aside because its workers died."""


class Claims(Protocol):
    """The jobs of one worker: claimed, kept, and given back."""

    async def claim(self, free: int) -> Begun:
        """Claims at most so many due jobs, never one whose name and key is running."""
        ...

    async def renew(self, claimed: Sequence[ClaimedJob], /) -> set[int]:
        """Says that this worker lives; returns the ids of those jobs that no other worker has by now."""
        ...

    def renew_seconds(self) -> float:
        """Returns the interval of ``renew``."""
        ...

    async def listen(self) -> None:
        """Wakes the queue when another process has stored a job, until it is cancelled; some engines only return."""
        ...

    async def recover(self) -> int:
        """Makes the jobs of workers that are gone wait again, if it is time to look; returns their number."""
        ...

    async def finish(self, job: ClaimedJob, following: Iterable[Job], *, at_once: bool) -> None:
        """Deletes a job and enqueues those that follow it, together or not at all; ClaimLost if it is another's."""
        ...

    async def retry(self, job: ClaimedJob, due_at: datetime, tries: int) -> None:
        """Makes a job wait again with this number of tries; ClaimLost if it is another's."""
        ...

    async def close(self) -> None:
        """Says that this worker has ended and runs none of its jobs."""
        ...


class Queue(Protocol):
    """Stores jobs; of one name and key at most one waits."""

    changed: asyncio.Event
    """Set when this process's worker should look for jobs."""
    on_set_aside: NoteSetAside

    async def enqueue(self, *wanted: Job) -> None:
        """Stores these jobs; one that waits already is not stored again, but may become due earlier."""
        ...

    async def enqueue_in(self, c: Connection, *wanted: Job) -> None:
        """Does the same in the caller's transaction: the jobs are there when its rows are, or not at all."""
        ...

    def wake(self) -> None:
        """Has this process's worker look for jobs now."""
        ...

    def claims(self, worker: str, functions: Mapping[str, JobFunction]) -> Claims:
        """Returns the claims of a worker that knows these jobs."""
        ...
