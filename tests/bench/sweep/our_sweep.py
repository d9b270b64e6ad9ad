"""Reads every feed three times with the bot's own jobs: ``python our_sweep.py PORT FEEDS SUBSCRIPTIONS DATABASE``.

Each feed is an outlet on a loopback host of its own. Queue, turns, robots.txt, parser processes, the headlines' reading
and all rows are those of the running bot. For each sweep it prints a line of JSON, and waits for a line of input before
the next.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from sqlalchemy import func, select

from bot.begun_jobs import BegunJobs
from bot.deliveries.subscription_index import SubscriptionIndex
from bot.garbage import leave_out_of_collections
from bot.intake.pipeline import Intake
from bot.intake.politeness import HostTurns, StoredRobots
from bot.model import Job, JobFunction
from bot.outlet_jobs import Beginning, OutletJobs
from bot.queue.embedded import EmbeddedQueue
from bot.queue.job_worker import JobWorker
from bot.store import destinations, installations, subscriptions
from bot.store.engine import Store
from bot.store.schema import jobs
from scrapers.outlet import Outlet, Source
from scrapers.scraper import open_scraper
from settings.lexicon import load as load_lexicon

TEAM = "T1"
CHANNELS = 100
AT_ONCE = int(os.environ.get("PACT_BENCH_AT_ONCE", "64"))
"""Readings under way together. The bot spreads them over minutes, and reads as many at once only after a stop."""
HOSTS_A_NET = 250
LOOK_SECONDS = 0.2
BETWEEN_SWEEPS = timedelta(hours=2)


def host_of(number: int) -> str:
    """The loopback address of a feed's host."""
    return f"127.1.{number // HOSTS_A_NET}.{number % HOSTS_A_NET + 1}"


def outlet_of(number: int, port: int) -> Outlet:
    """An outlet that is read by its feed alone."""
    return Outlet(
        key=f"outlet{number:04d}",
        name=f"Outlet {number}",
        home=f"https://outlet{number:04d}.example/",
        language="ko" if number % 10 < 6 else "en",
        timezone="Asia/Seoul",
        every_minutes=15,
        kind="media",
        hosts=(f"outlet{number:04d}.example",),
        sources=(Source(kind="feed", url=f"http://{host_of(number)}:{port}/{number:04d}.xml"),),
        reads_pages=False,
    )


async def add_subscriptions(store: Store, how_many: int, now: datetime) -> None:
    """Stores a workspace with so many subscriptions in a hundred channels."""
    async with store.begin() as c:
        await installations.put(c, TEAM, now)
        for number in range(how_many):
            channel = await destinations.get_or_add(
                c, TEAM, f"C{number % CHANNELS}", language="en", timezone="Asia/Seoul"
            )
            await subscriptions.add(
                c, team=TEAM, destination=channel.id, owner=None, query=f"pact OR keyword{number}",
                cadence="daily", at="08:30", weekday="", timezone="Asia/Seoul", created_at=now,
            )  # fmt: skip


class Readings:
    """The job ``scrape``, which tells when all of some outlets were read: looking again and again costs CPU time."""

    def __init__(self, outlet_jobs: OutletJobs) -> None:
        self._outlet_jobs = outlet_jobs
        self._left: set[str] = set()
        self.all_read = asyncio.Event()

    def expect(self, outlets: Iterable[str]) -> None:
        """Begins to wait for these outlets."""
        self._left.update(outlets)
        self.all_read.clear()

    async def scrape(self, key: str, begun: Beginning | None) -> Iterable[Job]:
        """Reads an outlet."""
        following = await self._outlet_jobs.scrape(key, begun)
        self._left.discard(key)
        if not self._left:
            self.all_read.set()
        return following


def cpu_seconds() -> float:
    """CPU time of this process and its parser processes so far."""
    process = psutil.Process()
    times = [each.cpu_times() for each in (process, *process.children())]
    return float(sum(each.user + each.system for each in times))


def megabytes() -> list[float]:
    """Resident memory of this process and of each parser process."""
    process = psutil.Process()
    return [each.memory_info().rss / 2**20 for each in (process, *process.children())]


def file_megabytes(database: Path) -> float:
    """The size of the database with its log."""
    return sum(path.stat().st_size for path in database.parent.glob(f"{database.name}*")) / 2**20


async def no_job(_key: str) -> list[Job]:
    """A job that does nothing."""
    return []


async def main(port: int, feeds: int, how_many: int, database: Path) -> None:
    """Reads all feeds three times."""
    began_at = datetime.now(UTC)
    sweeps = 0

    def now() -> datetime:
        return datetime.now(UTC) + sweeps * BETWEEN_SWEEPS

    store = Store.open(f"sqlite:///{database}")
    await store.migrate()
    await add_subscriptions(store, how_many, began_at)
    outlets = {outlet.key: outlet for outlet in (outlet_of(number, port) for number in range(feeds))}
    turns = HostTurns(store, 0.0, now)
    trusted = {f"{host_of(number)}:{port}" for number in range(feeds)}
    scraper = open_scraper(outlets, turns.wait, robots_memory=StoredRobots(store), trusted=trusted, now=now)
    intake = Intake(store, SubscriptionIndex(load_lexicon(None)), now)
    outlet_jobs = OutletJobs(store, outlets, scraper, intake, lambda: None, now, turns=turns)
    queue = EmbeddedQueue(store, now)
    readings = Readings(outlet_jobs)
    scrapes = BegunJobs(outlet_jobs.begin_in_step, readings.scrape)
    functions: dict[str, JobFunction] = {"scrape": scrapes, "read": outlet_jobs.read, "deliver": no_job}
    worker = JobWorker(queue, functions, now, worker="bench", concurrency=lambda: AT_ONCE)
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(stop))
    loop = asyncio.get_running_loop()
    for name in ("all new", "all 304", "1 % changed"):
        cpu, began = cpu_seconds(), loop.time()
        readings.expect(outlets)
        await queue.enqueue(*(Job("scrape", key) for key in outlets))
        await readings.all_read.wait()
        await _until_none_is_due(store, now)
        figures = {"sweep": name, "cpu": cpu_seconds() - cpu, "wall": loop.time() - began, "memory": megabytes()}
        print(json.dumps({**figures, "database": file_megabytes(database)}), flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        sweeps += 1
    stop.set()
    await running
    await scraper.close()
    await store.close()


async def _until_none_is_due(store: Store, now: Callable[[], datetime]) -> None:
    due = 1
    while due:
        await asyncio.sleep(LOOK_SECONDS)
        async with store.read() as c:
            due = (await c.execute(select(func.count()).select_from(jobs).where(jobs.c.due_at <= now()))).scalar_one()


if __name__ == "__main__":
    leave_out_of_collections()
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])))
