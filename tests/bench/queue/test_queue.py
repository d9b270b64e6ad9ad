"""Measures how many empty jobs a second each engine of the queue carries, and what Procrastinate takes of a process."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.model import Job
from bot.queue.embedded import EmbeddedQueue
from bot.queue.job_worker import JobWorker
from bot.queue.open_queue import migrate, open_queue
from bot.queue.protocol import Queue
from bot.store.engine import Store
from tests.support.databases import execute, postgresql_server

JOBS = 2000
LATENCIES = 20
IMPORTED = """
import time
import psycopg.types.json, bot.app
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4 / 1024
before, began = resident(), time.perf_counter()
import bot.queue.procrastinate_queue
print(f"importing Procrastinate: {(time.perf_counter() - began) * 1000:.0f} ms, {resident() - before:.1f} MB")
"""


def present() -> datetime:
    return datetime.now(UTC)


class Counter:
    """Counts the jobs that were run; each is followed by as many others as a test wants."""

    def __init__(self, until: int) -> None:
        self.left = until
        self.ended = asyncio.Event()

    async def __call__(self, _key: str) -> Iterable[Job]:
        self.left -= 1
        if not self.left:
            self.ended.set()
        return ()


async def jobs_a_second(queues: list[Queue]) -> float:
    """Enqueues many jobs and has one worker over each queue run them."""
    counter, stop = Counter(JOBS), asyncio.Event()
    for first in range(0, JOBS, 100):
        await queues[0].enqueue(*(Job("scrape", str(number)) for number in range(first, first + 100)))
    workers = [JobWorker(queue, {"scrape": counter}, present, worker=str(n)) for n, queue in enumerate(queues)]
    began = time.perf_counter()
    running = [asyncio.create_task(worker.run(stop)) for worker in workers]
    async with asyncio.timeout(120):
        await counter.ended.wait()
    seconds = time.perf_counter() - began
    stop.set()
    await asyncio.gather(*running)
    return JOBS / seconds


async def milliseconds_to_start(queue: Queue, other: Queue) -> float:
    """The median time from the enqueueing by another process to the start of the job by an idle worker."""
    started: asyncio.Queue[float] = asyncio.Queue()

    async def note(_key: str) -> Iterable[Job]:
        started.put_nowait(time.perf_counter())
        return ()

    stop, times = asyncio.Event(), []
    running = asyncio.create_task(JobWorker(queue, {"scrape": note}, present, worker="w").run(stop))
    await asyncio.sleep(1)
    async with asyncio.timeout(150):
        for number in range(LATENCIES):
            await asyncio.sleep(0.1)
            began = time.perf_counter()
            await other.enqueue(Job("scrape", str(number)))
            times.append((await started.get() - began) * 1000)
    stop.set()
    await running
    return sorted(times)[len(times) // 2]


def embedded(store: Store) -> Queue:
    return EmbeddedQueue(store, present)


def chosen(store: Store) -> Queue:
    return open_queue(store, present)


async def measure(name: str, url: str, queue_over: Callable[[Store], Queue]) -> None:
    stores = [Store.open(url) for _ in range(4)]
    await migrate(stores[0])
    one = await jobs_a_second([queue_over(stores[0])])
    four = await jobs_a_second([queue_over(store) for store in stores]) if not stores[0].embedded else float("nan")
    start = await milliseconds_to_start(queue_over(stores[0]), queue_over(stores[1]))
    print(f"{name:30} {one:8.0f} jobs/s, four workers {four:8.0f} jobs/s, started after {start:6.1f} ms")
    for store in stores:
        await store.close()


@pytest.mark.bench
async def test_jobs_a_second(machine: str, tmp_path: Path) -> None:
    print(f"\n{machine}; {JOBS} empty jobs in one event loop, PostgreSQL without fsync")
    await measure("embedded on SQLite", f"sqlite:///{tmp_path / 'pactbot.db'}", embedded)
    with postgresql_server() as address:
        for name, queue_over in (("embedded on PostgreSQL", embedded), ("Procrastinate", chosen)):
            execute(address, f"CREATE DATABASE {queue_over.__name__}")
            await measure(name, address.replace("/postgres?", f"/{queue_over.__name__}?"), queue_over)


@pytest.mark.bench
def test_import() -> None:
    print("\n" + subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True).stdout)
