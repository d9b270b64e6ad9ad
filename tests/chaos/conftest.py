"""A stage for chaos: the real bot in processes of its own, a Slack in the test's process, deliveries that are owed."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import signal
import sqlite3
import sys
import time
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.outbox.policy import DeliveryPolicy, metadata_key
from handlers.fake_slack import FakeSlack
from handlers.fake_slack.limits import PER_MINUTE, Pace

ROOT = Path(__file__).parents[2]
RUN = (sys.executable, "-c", "from bot.cli import main; main()", "run")
WARM_START = Path(__file__).with_name("warm_start.py")
AUTHOR = Path(__file__).with_name("author.py")
TERMS = DeliveryPolicy(
    call_seconds=1.5, lease_seconds=3.0, quarantine_seconds=2.0, between_reads_seconds=0.5, edit_gap_seconds=1.0,
    pace_seconds=0.02,
)  # fmt: skip
"""The protocol's own numbers, but short: a thousand kills need not wait 45 seconds each."""
FAST = Pace(posts_per_second=200, post_burst=50, per_minute=dict.fromkeys(PER_MINUTE, 100_000))
START_SECONDS = 60.0
SILENCE_SECONDS = 60.0
CLOSED_OUTLET = """
name = "Closed"
home = "http://127.0.0.1:9/"
language = "en"
timezone = "Asia/Seoul"
every_minutes = 60
kind = "media"
enabled = false
reason = "nothing is read here"
verified_on = 2026-01-01
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The full size is asked for: pytest tests/chaos -m long --chaos-messages 10000 --chaos-kills 1000"""
    group = parser.getgroup("chaos")
    group.addoption("--chaos-messages", type=int, default=300, help="messages of the kill loop (300)")
    group.addoption("--chaos-kills", type=int, default=30, help="SIGKILLs of the kill loop (30)")
    group.addoption("--chaos-lock-seconds", type=float, default=30.0, help="how long the database is locked (30)")
    group.addoption("--chaos-seed", type=int, default=1, help="of the moments of the kills and of the faults")


@pytest.fixture
def size(request: pytest.FixtureRequest) -> Callable[[str, Any], Any]:
    """An option by name; its usual value where the options were not read (tests collected from above)."""

    def option(name: str, usual: Any) -> Any:
        return request.config.getoption(f"--chaos-{name}", default=usual)

    return option


@pytest.fixture
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """A line on standard error, past pytest's capture: progress, and the figures at the end."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def line(words: str) -> None:
        with capture.global_and_fixture_disabled():
            print(words, file=sys.stderr, flush=True)

    return line


# ── what became of it ──────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Figures:
    """What a run came to."""

    messages: int = 0
    kills: int = 0
    near_kills: int = 0
    """Within 50 ms of an accepted post."""
    dropped: int = 0
    """Answers dropped after acceptance."""
    asked: int = 0
    """Reads of Slack's history about messages in doubt."""
    found: int = 0
    """Of these, the message stood there."""
    seconds: float = 0.0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    """A message that stands below a later one of its channel."""
    rowless: int = 0
    """Posts that Slack accepted while no durable row said that they were on the way."""
    strangers: int = 0
    unsettled: int = 0

    def __str__(self) -> str:
        pairs = ", ".join(f"{name.replace('_', ' ')} {value:,.0f}" for name, value in asdict(self).items())
        return f"{pairs} ({os.cpu_count()} cores, {platform.python_version()})"


@dataclass
class Process:
    """A bot that was started here."""

    pid: int
    started: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    code: int | None = None


class Stage:
    """Slack, the database, the bots."""

    def __init__(self, folder: Path, slack: FakeSlack, say: Callable[[str], None]) -> None:
        self.folder, self.slack, self.say = folder, slack, say
        self.figures = Figures()
        self.bots: dict[int, Process] = {}
        self.lines: list[str] = []
        """What the bots wrote that is no log line, or an error."""
        self.whys: Counter[str] = Counter()
        """Reasons that the bots gave in their logs."""
        self.accepted_at = 0.0
        self.accepted = 0
        self.owed = 0
        self._author: asyncio.subprocess.Process | None = None
        self._nursery: asyncio.subprocess.Process | None = None
        self._readers: list[asyncio.Task[None]] = []
        self._births: asyncio.Queue[Process] = asyncio.Queue()
        self.began_at = time.monotonic()

    async def open(self, channels: int, seed: int) -> None:
        """Channels that have asked, in a database of their own."""
        names = [self.slack.add_channel(f"desk-{number}") for number in range(channels)]
        arguments = (self.environment()["PACT_DATABASE_URL"], self.slack.team_id, str(seed), *names)
        self._author = await self._spawned(sys.executable, str(AUTHOR), *arguments, pipes=("stdin", "stdout"))
        assert self._author.stdout is not None
        assert await self._author.stdout.readline() == b"0\n"
        self._rows = sqlite3.connect(f"file:{self.folder / 'pactbot.db'}?mode=ro", uri=True, timeout=5)
        self.slack.context.state.listen(self._on_change)

    async def write(self, channels: int) -> None:
        """Owe one more story to so many channels."""
        assert self._author is not None
        assert self._author.stdin is not None
        assert self._author.stdout is not None
        self._author.stdin.write(f"{channels}\n".encode())
        self.owed = int(await self._author.stdout.readline())

    async def write_until(self, messages: int, channels: int) -> None:
        """Owe stories to so many channels each, until so many messages are owed in all."""
        while self.owed < messages:
            await self.write(max(1, min(channels, messages - self.owed)))

    # ── Slack ──────────────────────────────────────────────────────────────────────────────────────────────

    def _on_change(self, what: str) -> None:
        if what != "call":
            return
        call = self.slack.context.calls[-1]
        if call.method != "chat.postMessage" or call.error is not None or "metadata" not in call.args:
            return
        self.accepted, self.accepted_at = self.accepted + 1, time.monotonic()
        key = str(call.answer["message"]["metadata"]["event_payload"]["key"])
        query = "SELECT key, state FROM deliveries WHERE state IN ('due', 'sending', 'unknown')"
        states = [state for one, state in self.rows(query) if metadata_key(one) == key]
        self.figures.rowless += states not in (["sending"], ["unknown"])

    async def next_post(self) -> None:
        """Until Slack has accepted another message, before it has answered; where all is told, more is written."""
        since = self.accepted
        for _ in range(20):
            with suppress(TimeoutError):
                await self.slack.wait_for(lambda: self.accepted > since, SILENCE_SECONDS / 20)
                return
            await self.write(1)
        raise AssertionError(f"no post in {SILENCE_SECONDS} s: {self.lines[-20:]}")

    async def posts(self, number: int) -> None:
        """Until Slack has accepted so many in all."""
        await self.slack.wait_for(lambda: self.accepted >= number, SILENCE_SECONDS)

    def is_near_a_post(self) -> bool:
        """Within 50 ms of an accepted post."""
        return time.monotonic() - self.accepted_at <= 0.05

    # ── the bots ───────────────────────────────────────────────────────────────────────────────────────────

    def environment(self) -> dict[str, str]:
        """What an operator would set."""
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "PACT_SLACK_API_URL": self.slack.api_url,
            "PACT_DATABASE_URL": f"sqlite:///{self.folder / 'pactbot.db'}",
            "PACT_OUTLETS": str(self.folder.parent / "outlets"),
            "PACT_LOG": "json",
        }

    async def _spawned(self, *command: str, pipes: Sequence[str]) -> asyncio.subprocess.Process:
        given: dict[str, Any] = dict.fromkeys(pipes, PIPE)
        return await asyncio.create_subprocess_exec(*command, env=self.environment(), cwd=ROOT, **given)

    async def start(self, kind: bytes = b"b") -> Process:
        """One more process with short terms (``n``: the naive sender); back when it works."""
        if self._nursery is None:
            await self._open_nursery()
        assert self._nursery is not None
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(kind)
        async with asyncio.timeout(START_SECONDS):
            bot = await self._births.get()
            await bot.started.wait()
        return bot

    async def _open_nursery(self) -> None:
        given = json.dumps(asdict(TERMS))
        self._nursery = await self._spawned(
            *(sys.executable, str(WARM_START), given), pipes=("stdin", "stdout", "stderr")
        )
        self._readers += [asyncio.create_task(self._hear_births()), asyncio.create_task(self._hear(self._nursery))]

    async def _hear_births(self) -> None:
        assert self._nursery is not None
        assert self._nursery.stdout is not None
        async for line in self._nursery.stdout:
            what, pid, *code = line.decode().split()
            bot = self.bots.setdefault(int(pid), Process(int(pid)))
            if what == "began":
                self._births.put_nowait(bot)
            else:
                bot.code = int(code[0])
                bot.ended.set()

    async def run(self) -> Process:
        """`pactbot run` as an operator starts it, with the protocol's own numbers; back when it works."""
        process = await self._spawned(*RUN, pipes=("stderr",))
        bot = self.bots[process.pid] = Process(process.pid)

        async def whole() -> None:
            await self._hear(process, bot)
            bot.code = await process.wait()
            bot.ended.set()

        self._readers.append(asyncio.create_task(whole()))
        async with asyncio.timeout(START_SECONDS):
            await bot.started.wait()
        return bot

    async def _hear(self, process: asyncio.subprocess.Process, bot: Process | None = None) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            self._heard(line.decode(errors="replace"), bot)
        for one in [bot] if bot else self.bots.values():
            one.started.set()  # nobody waits for the dead; what is asserted afterwards says so

    def _heard(self, line: str, bot: Process | None) -> None:
        try:
            told: dict[str, Any] = json.loads(line)
        except ValueError:
            self.lines.append(line)
            return
        event = str(told.get("event"))
        self.whys[str(told.get("why", event))] += 1
        self.figures.asked += event == "read_back" and "found" in told
        self.figures.found += event == "read_back" and told.get("found") is True
        if event == "started":
            pid = int(told["pid"]) if bot is None else bot.pid
            self.bots.setdefault(pid, Process(pid)).started.set()
        elif told.get("level") == "ERROR":
            self.lines.append(line)

    async def kill(self, bot: Process) -> None:
        """SIGKILL: no drain, no settlement."""
        self.figures.kills += 1
        self.figures.near_kills += self.is_near_a_post()
        os.kill(bot.pid, signal.SIGKILL)
        async with asyncio.timeout(10):
            await bot.ended.wait()

    async def stop(self, bot: Process, seconds: float = 15.0) -> float:
        """SIGTERM; how long it took. It must end well, and in time."""
        began = time.monotonic()
        os.kill(bot.pid, signal.SIGTERM)
        async with asyncio.timeout(seconds):
            await bot.ended.wait()
        assert bot.code == 0, self.lines[-20:]
        return time.monotonic() - began

    async def close(self) -> None:
        """Nothing that was started here stays."""
        for bot in self.bots.values():
            if not bot.ended.is_set():
                os.kill(bot.pid, signal.SIGKILL)
        if self._author is not None:
            self._author.kill()
            await self._author.wait()
        if self._nursery is not None and self._nursery.stdin is not None:
            self._nursery.stdin.close()
            await self._nursery.wait()
        await asyncio.gather(*self._readers)
        self._rows.close()

    # ── the verdict ────────────────────────────────────────────────────────────────────────────────────────

    def rows(self, query: str) -> list[Any]:
        """Look into the database."""
        return self._rows.execute(query).fetchall()

    async def until(self, look: Callable[[], object], seconds: float = 60.0) -> bool:
        """Until this is so, in rows or logs of another process; False when it is not in that time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if look():
                return True
            await asyncio.sleep(0.05)
        return False

    async def settled(self, seconds: float) -> bool:
        """Until every delivery is sent; what is not by then is counted in the verdict."""
        query = "SELECT 1 FROM deliveries WHERE state != 'sent' LIMIT 1"
        return await self.until(lambda: not self.rows(query), seconds)

    def _standing(self) -> dict[str, list[str]]:
        """The keys of what stands in each channel and its threads, in the order of their coming."""
        return {
            channel.id: [m.metadata["event_payload"]["key"] for m in channel.messages if m.metadata is not None]
            for channel in self.slack.context.state.channels.values()
        }

    def verdict(self) -> Figures:
        """Compare what was owed with what stands in Slack, by the key in each message's metadata."""
        query = "SELECT d.id, d.key, d.state, p.slack_id FROM deliveries d JOIN destinations p ON p.id = d.destination"
        rows, standing, of = self.rows(query), self._standing(), self.figures
        numbers = {metadata_key(key): number for number, key, _, _ in rows}
        seen = Counter(key for keys in standing.values() for key in keys)
        of.messages, of.seconds = len(rows), time.monotonic() - self.began_at
        of.lost = sum(metadata_key(key) not in standing.get(channel, ()) for _, key, _, channel in rows)
        of.doubled = sum(times - 1 for times in seen.values())
        of.strangers = sum(key not in numbers for key in seen)
        of.disordered = sum(_inversions([numbers[key] for key in keys if key in numbers]) for keys in standing.values())
        of.unsettled = sum(state != "sent" for _, _, state, _ in rows)
        return of

    def details(self) -> str:
        """The rows of every channel that has something doubled or out of order: for whoever must find out why."""
        columns = "id, key, state, after, attempts, epoch, first_try_at, last_try_at, sent_at, error"
        rows = {metadata_key(row[1]): row for row in self.rows(f"SELECT {columns} FROM deliveries")}
        lines = []
        for channel, keys in self._standing().items():
            numbers = [rows[key][0] for key in keys if key in rows]
            if _inversions(numbers) or len(set(numbers)) < len(numbers):
                lines += [f"{channel}: {numbers}", *(f"  {rows[key]}" for key in keys if key in rows)]
        return "\n".join(lines)


def _inversions(numbers: list[int]) -> int:
    return sum(later < earlier for earlier, later in pairwise(numbers))


@pytest.fixture
def staged(tmp_path: Path, say: Callable[[str], None], size: Callable[[str, Any], Any]) -> Callable[..., Any]:
    """``async with staged(channels=…, pace=…, folder=…) as stage``: everything but the bots is there."""
    seed = int(size("seed", 1))
    (tmp_path / "outlets").mkdir()
    (tmp_path / "outlets" / "closed.toml").write_text(CLOSED_OUTLET)

    @asynccontextmanager
    async def stage(channels: int = 60, pace: Pace = FAST, folder: Path | None = None) -> AsyncIterator[Stage]:
        place = folder or tmp_path / "disk"
        place.mkdir(exist_ok=True)
        async with AsyncExitStack() as stack:
            slack = await stack.enter_async_context(FakeSlack(pace=pace, seed=seed))
            made = Stage(place, slack, say)
            stack.push_async_callback(made.close)
            await made.open(channels, seed)
            yield made

    return stage
