"""Workers over the queue of one database, each with a queue of its own as another process has it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import text

from bot.model import Job, JobFunction
from bot.queue.job_worker import JobWorker
from bot.queue.open_queue import open_queue
from bot.queue.protocol import Queue
from bot.store.engine import Store

WAITS_SECONDS = 30


def present() -> datetime:
    """The present: the engines differ in whose clock says when a job is due."""
    return datetime.now(UTC)


@dataclass
class Recorder:
    """A job's function that records its keys, and fails, waits or returns other jobs when a test wants it to."""

    started: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    fails: int = 0
    following: dict[str, list[Job]] = field(default_factory=dict)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    at_once: dict[str, int] = field(default_factory=dict)
    most_at_once: int = 0
    most_of_a_key: int = 0

    def __post_init__(self) -> None:
        self.gate.set()

    async def __call__(self, key: str) -> Iterable[Job]:
        self.started.append(key)
        self.at_once[key] = self.at_once.get(key, 0) + 1
        self.most_at_once = max(self.most_at_once, sum(self.at_once.values()))
        self.most_of_a_key = max(self.most_of_a_key, self.at_once[key])
        try:
            await self.gate.wait()
            if self.fails:
                self.fails -= 1
                raise RuntimeError("a fault of the job")
        finally:
            self.at_once[key] -= 1
        self.done.append(key)
        return self.following.get(key, [])


def queue_over(store: Store) -> Queue:
    """The queue as a process has it."""
    return open_queue(store, present)


@asynccontextmanager
async def working(
    queue: Queue, functions: Mapping[str, JobFunction], *, concurrency: int = 8, end_seconds: float = 5.0
) -> AsyncIterator[asyncio.Event]:
    """Runs a worker; yields the event that stops it."""
    worker = JobWorker(queue, functions, present, worker="w", concurrency=lambda: concurrency, end_seconds=end_seconds)
    stop = asyncio.Event()
    task = asyncio.create_task(worker.run(stop))
    try:
        yield stop
    finally:
        stop.set()
        async with asyncio.timeout(WAITS_SECONDS):
            await task


async def until(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    """Waits until it holds."""
    async with asyncio.timeout(WAITS_SECONDS):
        while True:
            holds = condition()
            if holds if isinstance(holds, bool) else await holds:
                return
            await asyncio.sleep(0.01)


async def waiting(store: Store) -> list[tuple[str, str]]:
    """The name and key of every job that waits."""
    return sorted((name, key) for name, key, is_running in await stored(store) if not is_running)


async def stored(store: Store) -> list[tuple[str, str, bool]]:
    """Every job's name and key, and whether it is running."""
    if store.embedded:
        query = "SELECT name, key, state = 'running' FROM jobs"
    else:
        query = "SELECT task_name, args->>'key', status = 'doing' FROM procrastinate_jobs"
    async with store.read() as c:
        return [(name, key, bool(running)) for name, key, running in await c.execute(text(query))]
