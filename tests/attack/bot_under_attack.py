"""Runs `pactbot run` in a process of its own among honest and hostile outlets, and measures what that costs it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

import psutil

import bot
from bot.cli.progress_bar import ProgressBar
from handlers.fake_slack import FakeSlack
from scrapers.errors import ScrapeError
from scrapers.fake_outlets.demo import load_demo
from scrapers.fake_outlets.fake_articles import FakeArticle
from scrapers.fake_outlets.server import FakeOutlets
from scrapers.fake_outlets.sites import SITES
from scrapers.headline_marks import is_flash
from scrapers.http.fetch import Client
from tests.attack.hostile_process import HostileOutlet, Plan
from tests.support.hostile_outlets import NETWORK_ATTACKS

ROOT = Path(bot.__file__).parents[1]
HONEST_OUTLETS = 5
HONEST_EVERY_MINUTES = 0.02
HOSTILE_EVERY_MINUTES = 0.05
PUBLISH_EVERY_SECONDS = 1.5
GIVE_UP_SECONDS = 900.0
"""After so long without an outcome the run has failed, on any machine."""
SAMPLE_SECONDS = 0.05
ANSWER_SECONDS = 30.0
STOP_SECONDS = 20.0
MEGABYTE = 1024 * 1024
JSON_KEYS = 'items = "items"\nlink = "url"\ntitle = "title"\n'


@contextlib.asynccontextmanager
async def hostile_outlets(plan: Plan) -> AsyncIterator[tuple[list[HostileOutlet], Counter[str]]]:
    """The hostile outlets of a plan, and how often each of them attacked, which is known after the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.attack.hostile_process",
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=MEGABYTE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    times: Counter[str] = Counter()
    try:
        process.stdin.write(json.dumps(asdict(plan)).encode() + b"\n")
        yield [HostileOutlet(**row) for row in json.loads(await process.stdout.readline())], times
        process.stdin.close()
        times.update(json.loads(await process.stdout.readline()))
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def cpu_seconds_of(outlets: Iterable[HostileOutlet], deadline_seconds: float) -> dict[str, float]:
    """CPU seconds of the event loop for each attack; slow answers are fetched together, and each gets the sum."""
    seconds: dict[str, float] = {}
    attacks = [(outlet, number) for outlet in outlets for number in range(len(outlet.names))]
    slow = [(outlet, number) for outlet, number in attacks if NETWORK_ATTACKS[outlet.names[number]].is_slow]
    for together in [*([attack] for attack in attacks if attack not in slow), slow]:
        began = time.thread_time()
        await asyncio.gather(*(_fetch(outlet, number, deadline_seconds) for outlet, number in together))
        seconds.update((outlet.names[number], time.thread_time() - began) for outlet, number in together)
    return seconds


async def _fetch(outlet: HostileOutlet, number: int, deadline_seconds: float) -> None:
    client = Client(_no_turn, trusted=[f"{outlet.host}:{outlet.port}"], deadline_seconds=deadline_seconds)
    with contextlib.suppress(ScrapeError):
        await client.get(f"{outlet.scheme}://{outlet.host}:{outlet.port}/attack/{number}")
    await client.close()


async def _no_turn(_host: str) -> None:
    return None


@dataclass
class Measured:
    """What a run counted and measured."""

    hostile_times: Counter[str] = field(default_factory=Counter)
    """Answers of each hostile outlet to the bot."""
    unsettled: list[str] = field(default_factory=list)
    """Hostile outlets of which the bot noted no outcome."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """Of the last reading of each hostile source."""
    pages: Counter[str] = field(default_factory=Counter)
    """States of the articles behind hostile pages."""
    published: int = 0
    read: int = 0
    """Honest articles that were read from their pages."""
    posted: int = 0
    page_waits_seconds: list[float] = field(default_factory=list)
    """From an honest outlet's answer until its page was parsed."""
    ack_seconds: list[float] = field(default_factory=list)
    answered: int = 0
    peak_megabytes: dict[str, float] = field(default_factory=lambda: {"main": 0.0, "child": 0.0})
    children: set[int] = field(default_factory=set)
    cpu_seconds: dict[str, float] = field(default_factory=lambda: {"main": 0.0, "children": 0.0})
    wall_seconds: float = 0.0
    exit_code: int | None = None
    faults: list[str] = field(default_factory=list)
    """Lines of the log that tell of a bug."""


class BotUnderAttack:
    """The bot's process, fake Slack and five honest outlets; the hostile ones run elsewhere."""

    def __init__(self, folder: Path, slack: FakeSlack, honest: FakeOutlets, hostile: list[HostileOutlet]) -> None:
        self.folder = folder
        self.slack = slack
        self.honest = honest
        self.hostile = hostile
        self.measured = Measured()
        self._log = folder / "log"
        self._urls: list[str] = []

    async def run(self, seconds: int) -> Measured:
        """Start the bot, type a command each second while articles are published, and stop it."""
        news = [step.article for step in load_demo() if not step.correction]
        articles = [article for article in news if not is_flash(article.headline) and article.free_chars is None]
        for outlet in self.honest.outlets:
            self.honest.publish(outlet, replace(articles[0], slug="before"))
        with self._log.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", "from bot.cli import main; main()", "run",
                cwd=self.folder, env=self._environment(), stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        began = time.monotonic()
        watching = asyncio.create_task(self._watch(process))
        try:
            await self._log_says("started", process)
            await self._baselines()
            publishing = asyncio.create_task(self._publish(articles))
            await self._type_commands(seconds)
            publishing.cancel()
            await self._all_settled()
        finally:
            self._read_cpu_times(process.pid)
            watching.cancel()
            self.measured.wall_seconds = time.monotonic() - began
            await self._stop(process)
        self._read_database()
        self._read_log()
        return self.measured

    # ── what happens ───────────────────────────────────────────────────────────────────────────────────────

    async def _log_says(self, word: str, process: asyncio.subprocess.Process) -> None:
        async with asyncio.timeout(60):
            while f" {word} " not in self._log.read_text("utf-8"):
                assert process.returncode is None, self._log.read_text("utf-8")
                await asyncio.sleep(0.05)

    async def _baselines(self) -> None:
        """Wait until every honest source was read once, so that what is published from now on is news."""
        query = "SELECT outlet FROM sources WHERE baseline_at IS NOT NULL AND outlet NOT LIKE 'hostile%'"
        await self._until(lambda: len(self._rows(query)) == len(self.honest.outlets))

    async def _publish(self, articles: list[FakeArticle]) -> None:
        number = 0
        while True:
            article = articles[number % len(articles)]
            paragraphs = (*article.paragraphs, f"This was report number {number}.")
            named = replace(
                article,
                slug=f"{article.slug}-{number}",
                headline=f"{article.headline} ({number})",
                paragraphs=paragraphs,
            )
            self._urls.append(self.honest.publish(self.honest.outlets[number % HONEST_OUTLETS], named))
            self.measured.published = number = number + 1
            await asyncio.sleep(PUBLISH_EVERY_SECONDS)

    async def _type_commands(self, seconds: int) -> None:
        bar = ProgressBar(seconds)
        answers: set[asyncio.Task[None]] = set()
        until = time.monotonic()
        for _ in range(seconds):
            result = await self.slack.command("status", "policy", "dana")
            self.measured.ack_seconds.append(result.ack_seconds)
            answers.add(asyncio.create_task(self._answered(result)))
            peaks = self.measured.peak_megabytes
            bar.step(f"seconds, main {peaks['main']:.0f} MB, child {peaks['child']:.0f} MB")
            until += 1
            await asyncio.sleep(max(0.0, until - time.monotonic()))
        await asyncio.gather(*answers)
        bar.clear()

    async def _answered(self, result: Any) -> None:
        await result.answers(ANSWER_SECONDS)
        self.measured.answered += 1

    async def _all_settled(self) -> None:
        """Wait until every honest article was read and every hostile outlet has an outcome."""
        query = "SELECT id FROM articles WHERE state = 'read' AND outlet NOT LIKE 'hostile%'"
        await self._until(lambda: len(self._rows(query)) >= len(self._urls))
        await self._until(lambda: not self._unsettled())

    async def _until(self, holds: Callable[[], bool], timeout_seconds: float = GIVE_UP_SECONDS) -> None:
        async with asyncio.timeout(timeout_seconds):
            while True:
                if holds():
                    return
                await asyncio.sleep(0.2)

    async def _stop(self, process: asyncio.subprocess.Process) -> None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                self.measured.exit_code = await process.wait()
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, 9)

    # ── what is measured ───────────────────────────────────────────────────────────────────────────────────

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        main, peaks = psutil.Process(process.pid), self.measured.peak_megabytes
        while True:
            with contextlib.suppress(psutil.NoSuchProcess):
                peaks["main"] = max(peaks["main"], _peak_megabytes(process.pid))
                for child in filter(_is_parser, main.children()):
                    self.measured.children.add(child.pid)
                    peaks["child"] = max(peaks["child"], _peak_megabytes(child.pid))
            await asyncio.sleep(SAMPLE_SECONDS)

    def _read_cpu_times(self, pid: int) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            main = psutil.Process(pid)
            times, living = main.cpu_times(), [child.cpu_times() for child in main.children()]
            ended = times.children_user + times.children_system
            self.measured.cpu_seconds["main"] = times.user + times.system
            self.measured.cpu_seconds["children"] = ended + sum(child.user + child.system for child in living)

    def _unsettled(self) -> list[str]:
        """Hostile sources that were never read to an end, and hostile pages that never were."""
        tried = {key for (key,) in self._rows("SELECT outlet FROM sources WHERE last_try_at IS NOT NULL")}
        read = {key for (key,) in self._rows("SELECT outlet FROM articles WHERE tries > 0 OR state != 'headline'")}
        return [
            ", ".join(outlet.names)
            for outlet in self.hostile
            if outlet.key not in (read if outlet.lists_pages else tried)
        ]

    def _read_database(self) -> None:
        measured = self.measured
        measured.unsettled = self._unsettled()
        is_hostile = "outlet LIKE 'hostile%'"
        measured.outcomes.update(
            code or "read" for (code,) in self._rows(f"SELECT error_code FROM sources WHERE {is_hostile}")
        )
        for state, suspect, tries in self._rows(
            f"SELECT state, suspect, tries FROM articles WHERE NOT baseline AND {is_hostile}"
        ):
            measured.pages[f"{state} {suspect}" if suspect else "waits for a retry" if tries else state] += 1
        # the same few articles come again and again, in two languages at one outlet, so some count as duplicates or
        # as too short, and a list that a busy machine reads too seldom counts as churned: their pages were read, too
        read_well = "state = 'read' AND coalesce(suspect, 'churned') IN ('churned', 'duplicate', 'short')"
        read_at = dict(self._rows(f"SELECT url, read_at FROM articles WHERE {read_well}"))
        measured.read = sum(url in read_at for url in self._urls)
        for request in self.honest.requests:
            url = f"{self.honest.base(request.outlet)}{request.path}"
            if request.status == 200 and (parsed_at := read_at.pop(url, None)):
                waited = datetime.fromisoformat(parsed_at) - request.at.replace(tzinfo=None)
                measured.page_waits_seconds.append(waited / timedelta(seconds=1))
        measured.posted = sum(call.method == "chat.postMessage" for call in self.slack.calls)

    def _read_log(self) -> None:
        bugs = ("Traceback", "job_failed", "page_failed", "ERROR", "CRITICAL")
        lines = self._log.read_text("utf-8").splitlines()
        self.measured.faults = [line for line in lines if any(bug in line for bug in bugs)]

    def _rows(self, query: str) -> list[Any]:
        with contextlib.closing(sqlite3.connect(f"file:{self.folder}/pactbot.db?mode=ro", uri=True, timeout=30)) as c:
            return c.execute(query).fetchall()

    # ── what an operator sets ──────────────────────────────────────────────────────────────────────────────

    def _environment(self) -> dict[str, str]:
        specs = self.folder / "outlets"
        self.honest.write_specs(specs, HONEST_EVERY_MINUTES)
        for outlet in self.hostile:
            (specs / f"{outlet.key}.toml").write_text(_spec_of(outlet), "utf-8")
        trusted = self.honest.trusted | {f"{outlet.host}:{outlet.port}" for outlet in self.hostile}
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "PACT_SLACK_API_URL": self.slack.api_url,
            "PACT_DATABASE_URL": f"sqlite:///{self.folder}/pactbot.db",
            "PACT_OUTLETS": str(specs),
            "PACT_BUILTIN_OUTLETS": "off",
            "PACT_TRUSTED_ADDRESSES": ",".join(sorted(trusted)),
            "PACT_HOST_PAUSE_SECONDS": "0.05",
            "PACT_CHANNEL": self.slack.channel("policy"),
        }


def _is_parser(child: psutil.Process) -> bool:
    """A child that has just been forked still counts the memory of its parent as its own."""
    return any("scrapers.parser_process" in word for word in child.cmdline())


def _peak_megabytes(pid: int) -> float:
    """The most memory that a process ever had resident, as Linux counts it."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)


def _spec_of(outlet: HostileOutlet) -> str:
    base = f"{outlet.scheme}://{outlet.host}:{outlet.port}"
    return (
        f"name = {json.dumps(outlet.names[0])}\nhome = '{base}/'\nlanguage = 'en'\ntimezone = 'UTC'\n"
        f"every_minutes = {HOSTILE_EVERY_MINUTES}\nkind = 'media'\nhosts = ['{outlet.host}']\n"
        f"article_id = '/article/(\\d+)'\ntext_allowed = true\n"
        f"[[source]]\nkind = '{outlet.source_kind}'\nurl = '{base}/feed'\n"
        f"{JSON_KEYS if outlet.source_kind == 'json' else ''}"
    )


def honest_outlets() -> FakeOutlets:
    """Five honest outlets with several kinds of sources."""
    return FakeOutlets(SITES[:HONEST_OUTLETS])


def percentile(values: list[float], percent: int) -> float:
    """The value that this many of a hundred do not exceed."""
    return quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]
