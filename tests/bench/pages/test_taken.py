"""Measures what a new entry with its page costs, from the feed's answer to the rows of its deliveries.

Feed and pages come from a server in a process of its own; scraper, parser process, intake, stories and deliveries are
those of the bot, over SQLite. Each entry is listed alone, so one reading of the feed (``listed``) is part of its cost.

- ``names nothing``: the page meets no subscription and names no topic.
- ``names the pact``: five channels of one workspace follow the pact; entries are an hour apart.
- ``burst``: 200 such reports within ten minutes, each of an event of its own; the first and the last 50 of them.

Milliseconds are the mean CPU time of one entry, in the main process and in the parser process; beside it stand the
numbers of statements and of transactions that write. ``PACT_BENCH_PROFILE=tottime`` prints a profile of the main
process, of the pages alone. The peer takes entries of the same kind with aiohttp, feedparser, trafilatura (fast) and
sqlite3, each in a durable transaction, and matches nothing.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean
from subprocess import PIPE, Popen
from typing import Any

import aiohttp
import feedparser
import psutil
import pytest
import trafilatura
from sqlalchemy import event

from bot.deliveries.subscription_index import SubscriptionIndex
from bot.intake.pipeline import Intake
from bot.intake.politeness import HostTurns, StoredRobots
from bot.model import JobFunction
from bot.outlet_jobs import OutletJobs
from bot.store import destinations, installations, subscriptions
from bot.store.engine import Store
from scrapers.outlet import Outlet, Source
from scrapers.scraper import open_scraper
from settings.lexicon import load as load_lexicon
from tests.bench.pages.made_pages import MadePage, feed, made_page, menu
from tests.bench.sweep.made_feeds import Words

pytestmark = pytest.mark.bench

START = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
SERVER = ROOT / "tests/bench/sweep/feed_server.py"
CHANNELS = 5
LISTED = 20
"""Entries of the feed: the newest ones."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one step cost."""

    main: float
    parser: float
    statements: int
    writes: int


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A server of the folder's files in a process of its own; its address."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(SERVER), str(folder)]
    process = Popen(command, stdin=PIPE, stdout=PIPE, text=True, env=environment)
    assert process.stdout is not None
    try:
        yield f"127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.communicate()


class Bench:
    """One outlet whose entries are listed one after the other, and the bot that reads it."""

    def __init__(self, store: Store, folder: Path, host: str) -> None:
        self.at = START
        self.profile: cProfile.Profile | None = None
        self._folder, self._base = folder, f"http://{host}/"
        self._words = Words()
        self._menu = menu(self._words)
        self._pages: dict[str, list[MadePage]] = {}
        outlet = Outlet(
            key="made", name="Made", home=self._base, language="en", timezone="Asia/Seoul", every_minutes=0,
            kind="media", hosts=(host.partition(":")[0],), sources=(Source(kind="feed", url=f"{self._base}feed.xml"),),
            text_allowed=True,
        )  # fmt: skip
        turns = HostTurns(store, 0.0, self._now)
        self.scraper = open_scraper(
            {"made": outlet}, turns.wait, robots_memory=StoredRobots(store), trusted={host}, now=self._now
        )
        self._index = SubscriptionIndex(load_lexicon(None))
        intake = Intake(store, self._index, self._now)
        self._jobs = OutletJobs(store, {"made": outlet}, self.scraper, intake, lambda: None, self._now)
        self._parsers: list[psutil.Process] = []
        self._statements = self._writes = 0
        engine = store._engine.sync_engine
        event.listen(engine, "before_cursor_execute", self._note)
        event.listen(engine, "commit", self._note_write)

    def _now(self) -> datetime:
        return self.at

    def _note(self, *_: Any) -> None:
        self._statements += 1

    def _note_write(self, *_: Any) -> None:
        self._writes += 1

    def _publish(self, after: timedelta, *, names_pact: bool, listed_in: str = "feed.xml") -> MadePage:
        self.at += after
        page = made_page(self._words, sum(map(len, self._pages.values())), self.at, names_pact=names_pact)
        listed = self._pages.setdefault(listed_in, [])
        listed.append(page)
        (self._folder / page.name).write_text(page.page(self._base, self._menu))
        (self._folder / listed_in).write_text(feed(self._base, listed[-LISTED:]))
        return page

    async def take(self, *, names_pact: bool, after: timedelta) -> tuple[Cost, Cost]:
        """Lists one more entry after some time, and reads its page; the cost of each."""
        self._publish(after, names_pact=names_pact)
        listed = await self._cost(self._jobs.scrape)
        if self.profile is not None:
            self.profile.enable()
        read = await self._cost(self._jobs.read)
        if self.profile is not None:
            self.profile.disable()
        return listed, read

    async def take_as_peer(self, database: sqlite3.Connection, *, after: timedelta) -> float:
        """Has the peer list and read one more entry; the CPU seconds of both."""
        page = self._publish(after, names_pact=False, listed_in="peer.xml")
        began = time.process_time()
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{self._base}peer.xml") as answer:
                entries = feedparser.parse(await answer.read()).entries
            with database:
                known = "SELECT 1 FROM entries WHERE link = ?"
                new = [entry for entry in entries if not database.execute(known, (entry.link,)).fetchone()]
                rows = [(entry.link, entry.title) for entry in new]
                database.executemany("INSERT INTO entries (link, title) VALUES (?, ?)", rows)
            async with session.get(f"{self._base}{page.name}") as answer:
                read: Any = trafilatura.bare_extraction(await answer.text(), fast=True, with_metadata=True)
            assert read.text
            with database:
                database.execute("UPDATE entries SET text = ? WHERE link = ?", (read.text, f"{self._base}{page.name}"))
        return time.process_time() - began

    async def _cost(self, job: JobFunction) -> Cost:
        self._statements = self._writes = 0
        parser, main = self._parser_seconds(), time.process_time()
        await job("made")
        main_after, parser_after = time.process_time(), self._parser_seconds()
        return Cost(main_after - main, parser_after - parser, self._statements, self._writes)

    def _parser_seconds(self) -> float:
        times = [parser.cpu_times() for parser in self._parsers]
        return float(sum(each.user + each.system for each in times))

    def find_parsers(self) -> None:
        """Finds the parser processes: looking through all processes takes longer than a statement."""
        children = psutil.Process().children()
        self._parsers = [each for each in children if "feed_server" not in " ".join(each.cmdline())]


@asynccontextmanager
async def running(tmp_path: Path) -> AsyncIterator[Bench]:
    """A bot with five channels that follow the pact; its first readings are over."""
    store = Store.open(f"sqlite:///{tmp_path / 'pages.db'}")
    await store.migrate()
    async with store.begin() as c:
        await installations.put(c, "T1", START)
        for number in range(CHANNELS):
            channel = await destinations.get_or_add(c, "T1", f"C{number}", language="en", timezone="Asia/Seoul")
            await subscriptions.add(
                c, team="T1", destination=channel.id, owner=None, query="pact", cadence="instant", at="08:30",
                weekday="", timezone="Asia/Seoul", created_at=START,
            )  # fmt: skip
    folder = tmp_path / "served"
    folder.mkdir()
    with served(folder) as host:
        bench = Bench(store, folder, host)
        for names_pact in (False, False, True, False):
            await bench.take(names_pact=names_pact, after=HOUR)
        bench.find_parsers()
        yield bench
        await bench.scraper.close()
    await store.close()


def total(cost: tuple[Cost, Cost]) -> float:
    """CPU seconds of an entry and its page."""
    return sum(step.main + step.parser for step in cost)


def peers_database(path: Path) -> sqlite3.Connection:
    """A database that is as durable as ours."""
    database = sqlite3.connect(path)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("CREATE TABLE entries (link TEXT PRIMARY KEY, title TEXT, text TEXT)")
    return database


def print_costs(name: str, costs: list[tuple[Cost, Cost]]) -> None:
    """Three lines of the table: means, because the kernel counts CPU time in steps of ten milliseconds."""
    listed, read = ([pair[part] for pair in costs] for part in (0, 1))
    for step, of_step in (("listed", listed), ("its page", read)):
        main, parser = (1_000 * fmean(part) for part in zip(*((c.main, c.parser) for c in of_step), strict=True))
        statements = f"{min(c.statements for c in of_step)}-{max(c.statements for c in of_step)}"
        writes = f"{min(c.writes for c in of_step)}-{max(c.writes for c in of_step)}"
        print(f"{name:<28}{step:<10}{main:8.1f}{parser:8.1f}{main + parser:8.1f}{statements:>12}{writes:>8}")
    both = 1_000 * fmean(total(pair) for pair in costs)
    print(f"{name:<28}{'both':<26}{both:8.1f}")


async def test_an_entry_with_its_page(tmp_path: Path, machine: str) -> None:
    print(f"\n{machine}\n{'CPU ms an entry':<38}{'main':>8}{'parser':>8}{'sum':>8}{'statements':>12}{'writes':>8}")
    sort_by = os.environ.get("PACT_BENCH_PROFILE")
    async with running(tmp_path) as bench:
        database = peers_database(tmp_path / "peer.db")
        ours, peers = [], []
        for _ in range(60):
            ours.append(await bench.take(names_pact=False, after=HOUR))
            peers.append(await bench.take_as_peer(database, after=HOUR))
        database.close()
        print_costs("names nothing", ours)
        costs = 1_000 * fmean(peers), fmean(map(total, ours)) / fmean(peers)
        print("{:<28}{:<26}{:8.1f}{:>12.2f} of it".format("the peer, in turn", "both", *costs))
        bench.profile = cProfile.Profile() if sort_by else None
        print_costs("the pact, five channels", [await bench.take(names_pact=True, after=HOUR) for _ in range(40)])
        if bench.profile is not None and sort_by:
            pstats.Stats(bench.profile).sort_stats(sort_by).print_stats(60)
            bench.profile = None
        bench.at += timedelta(days=1)
        burst = [await bench.take(names_pact=True, after=timedelta(seconds=2.5)) for _ in range(200)]
        print_costs("burst: the first 50", burst[:50])
        print_costs("burst: the last 50", burst[-50:])
