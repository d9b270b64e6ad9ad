"""Lets the bot's parts run for days of a virtual clock, and measures what a process holds at the beginning and the end.

Store, queue, job worker, outlet jobs, intake, digests, cleanup, audit and outbox are the real ones over SQLite, in the
test's process. Between two steps of the clock every due job ends. What is made up are the outlets and Slack.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import psutil
from sqlalchemy import func, or_, select

from bot.cli.progress_bar import ProgressBar
from bot.errors import StoreBusy
from bot.jobs import Jobs
from bot.model import Job
from bot.operations.alias_scout import AliasScout
from bot.operations.audit import Auditor
from bot.operations.cleanup import Cleanup
from bot.outlet_jobs import OutletJobs
from bot.queue.embedded import EmbeddedQueue
from bot.queue.job_worker import JobWorker
from bot.store.engine import Store
from bot.store.schema import deliveries, jobs, metadata
from scrapers.outlet import Outlet
from tests.soak.made_world import FailingSlack, MadeScraper, present_of
from tests.support.bot_harness import BotHarness, outlet_named

BYTES_PER_MEGABYTE = 2**20
WINDOW_DAYS = 8
"""What the story window holds; a process whose past is shorter still grows into it."""
WARM_STEP = timedelta(hours=12)
STEP = timedelta(minutes=1)
ROUNDS = 3
"""Rounds of the outbox in a step."""
RESTART = timedelta(hours=6)
CLOSED = timedelta(hours=5)
"""How often a channel closes, for an hour."""
COARSE_STEP = timedelta(minutes=5)
MOST_GROWTH = 1.1
"""Of the process's memory. The system gives it in pages, and malloc keeps what is free."""
MOST_BLOCKS = 5_000
"""Of Python's objects, of which a process has 650,000 and more, and one that ran other tests before 2,500,000."""
MOST_TASKS = 5
"""A worker that looks, claims and writes has some for a moment."""
LASTING = ("jobs", "inbound", "sources", "subscriptions", "destinations", "installations")
"""Tables of which nothing may stay that a reading or a post has written."""
UNFINISHED = ("due", "held", "sending", "unknown")
STEP_SECONDS = 3_600.0
"""How long a step may take: on a machine whose cores others use, too, one with news of 300 outlets takes minutes."""


@dataclass(frozen=True)
class Held:
    """What the process and the database hold."""

    megabytes: float
    blocks: int
    """Blocks of memory that Python's objects take."""
    files: int
    connections: int
    tasks: int
    threads: int
    rows: dict[str, int]

    def __str__(self) -> str:
        rows = ", ".join(f"{name} {n}" for name, n in self.rows.items() if n)
        return (
            f"{self.megabytes:.1f} MB, {self.blocks:,} blocks, {self.files} files, {self.connections} connections, "
            f"{self.tasks} tasks, {self.threads} threads; rows: {rows}"
        )


@dataclass
class Soak:
    """The bot over made-up outlets and a failing Slack."""

    store: Store
    outlets: dict[str, Outlet]
    random: Random = field(default_factory=lambda: Random(1))

    def __post_init__(self) -> None:
        self.harness = BotHarness(self.store, self.outlets)
        self.slack = self.harness.slack = FailingSlack(self.harness.now, random=self.random)
        self.scraper = MadeScraper(self.outlets, self.harness.now, self.random)
        self._start()

    def _start(self) -> None:
        """Starts a process's parts over the same rows."""
        harness = self.harness
        harness.start()
        outlet_jobs = OutletJobs(
            self.store, self.outlets, self.scraper, harness.intake, harness.outbox.wake, harness.now
        )
        cleanup = Cleanup(self.store, self.outlets, None, harness.now)
        auditor = Auditor(self.store, lambda _team: self.slack, None, harness.now, pause_seconds=0)
        scout = AliasScout(self.store, harness.lexicon, None, harness.now)
        table = Jobs(
            outlet_jobs, harness.digests, cleanup, auditor, scout, harness.absent_channels, harness.outbox.wake
        ).table()
        self.queue = EmbeddedQueue(self.store, harness.now)
        self._stop = asyncio.Event()
        worker = JobWorker(self.queue, table, harness.now, worker=f"soak{harness.at}")
        self._working = asyncio.create_task(worker.run(self._stop))

    async def stop(self) -> None:
        """Stops the parts."""
        self._stop.set()
        await self._working

    async def run(self, hours: float, step: timedelta) -> None:
        """Lets so many virtual hours pass."""
        steps = round(timedelta(hours=hours) / step)
        bar = ProgressBar(steps)
        for number in range(steps):
            await self._step(number, step)
            bar.step(present_of(self.harness.at))
        bar.clear()

    async def _step(self, number: int, step: timedelta) -> None:
        due = [Job("scrape", key) for key in self.outlets] if _begins(number, step, timedelta(minutes=15)) else []
        due += [Job("digest"), Job("absent_channels")]
        for name, minutes in (("cleanup", 5), ("audit", 30), ("scout", 720)):
            due += [Job(name)] if _begins(number, step, timedelta(minutes=minutes)) else []
        await self.queue.enqueue(*due)
        await self._jobs_end()
        for _ in range(ROUNDS):
            await self.harness.outbox.run_once()
            self.harness.at += step / ROUNDS
        if _begins(number, step, CLOSED):
            self.slack.closed = {f"C{self.random.randrange(1, 10)}"}
        elif _begins(number, step, timedelta(hours=1)):
            self.slack.closed = set()
        if _begins(number, step, RESTART):
            await self.stop()
            self._start()

    async def _jobs_end(self) -> None:
        """Waits until no job is due or runs."""
        open_jobs = select(func.count()).where(or_(jobs.c.state == "running", jobs.c.due_at <= self.harness.now()))
        async with asyncio.timeout(STEP_SECONDS):
            while True:
                self.queue.wake()
                with suppress(StoreBusy):  # the jobs of all outlets read, and this look is one more
                    async with self.store.read() as c:
                        if not (await c.execute(open_jobs)).scalar_one():
                            return
                await asyncio.sleep(0.005)

    async def settle(self) -> int:
        """Ends all faults and posts what waits; returns the deliveries that are not settled after an hour."""
        self.slack.closed = set()
        self.slack.calm = True
        await self.run(1, STEP)
        async with self.store.read() as c:
            left = select(func.count()).where(deliveries.c.state.in_(UNFINISHED))
            return int((await c.execute(left)).scalar_one())

    async def held(self) -> Held:
        """Measures the process, after a full collection of garbage."""
        gc.collect()
        process = psutil.Process()
        rows: dict[str, int] = {}
        async with self.store.read() as c:
            for table in metadata.sorted_tables:
                rows[table.name] = int((await c.execute(select(func.count()).select_from(table))).scalar_one())
        megabytes = process.memory_info().rss / BYTES_PER_MEGABYTE
        return Held(
            megabytes, sys.getallocatedblocks(), process.num_fds(), len(process.net_connections()),
            len(asyncio.all_tasks()), process.num_threads(), rows,
        )  # fmt: skip


def grown(before: Held, after: Held, *, most_blocks: int) -> Iterator[str]:
    """Names what a process holds more of at the end; a pool may have opened one connection more, with its thread."""
    if after.megabytes >= before.megabytes * MOST_GROWTH + 2:
        yield "megabytes"
    if after.blocks > before.blocks + most_blocks:
        yield "blocks"
    if after.files > before.files + 2:
        yield "files"
    if after.connections > before.connections:
        yield "connections"
    if after.tasks > before.tasks + MOST_TASKS:
        yield "tasks"
    if after.threads > before.threads + 2:
        yield "threads"
    if after.rows["hosts"] > after.rows["sources"] + 2:  # a host gets its row when it limits the rate first
        yield "hosts"
    for table in LASTING:
        if after.rows[table] > before.rows[table] + 2:
            yield table


def _begins(number: int, step: timedelta, every: timedelta) -> bool:
    """Whether something that is due every so often is due in this step."""
    return number * step // every != (number - 1) * step // every


async def warmed_soak(store: Store, outlets: int, channels: int, news: float) -> Soak:
    """A bot whose story window is full: in coarse steps its outlets were read for eight days, each time with news.

    In the hours after them it has run all statements, which SQLAlchemy keeps.
    """
    soak = Soak(store, {f"outlet{number:03d}": outlet_named(f"outlet{number:03d}") for number in range(outlets)})
    for channel in range(1, channels + 1):
        await soak.harness.subscribe("quantum", ("instant", "hourly", "daily")[channel % 3], channel=f"C{channel}")
    await soak.run(WINDOW_DAYS * 24, WARM_STEP)
    soak.scraper.news = news
    await soak.run(4, COARSE_STEP)
    return soak
