"""The real bot in processes of its own, a fake Slack in this process, and an enqueuing process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
import time
from asyncio.subprocess import PIPE
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg

from bot.deliveries.holds import BURST_WINDOW
from bot.outbox.policy import DeliveryPolicy, metadata_key
from handlers.fake_slack import FakeSlack
from handlers.fake_slack.limits import PER_MINUTE, Pace
from tests.chaos.figures import Figures

ROOT = Path(__file__).parents[2]


RUN = (sys.executable, "-c", "from bot.cli import main; main()", "run")


FORK_SERVER = Path(__file__).with_name("fork_server.py")


ENQUEUER = Path(__file__).with_name("enqueuer.py")


SHORT_POLICY = DeliveryPolicy(
    call_seconds=1.5, lease_seconds=3.0, quarantine_seconds=2.0, between_reads_seconds=0.5, edit_gap_seconds=1.0,
    pace_seconds=0.02,
)  # fmt: skip
"""The protocol with short waits, because a thousand kills need not wait 45 seconds each."""


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


@dataclass
class Process:
    """A started bot."""

    pid: int
    started: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    code: int | None = None
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=20))
    """The last lines of its log."""


class ChaosHarness:
    """Slack, the database, the enqueuing process and the bots."""

    def __init__(
        self, folder: Path, slack: FakeSlack, report: Callable[[str], None], database_url: str = "", **settings: str
    ) -> None:
        self.folder, self.slack, self.report = folder, slack, report
        self.database_url = database_url or f"sqlite:///{folder / 'pactbot.db'}"
        self.settings = settings
        self.burst_seconds = BURST_WINDOW.total_seconds()
        self.figures = Figures()
        self.bots: dict[int, Process] = {}
        self.lines: list[str] = []
        """Output of the bots that is no log line, or an error."""
        self.reasons: Counter[str] = Counter()
        """Reasons in the bots' logs."""
        self.accepted_at = 0.0
        self.accepted = 0
        self.is_database_down = False
        """While PostgreSQL is killed: a post that Slack accepts then is not looked up in its rows."""
        self.enqueued = 0
        self._rows: sqlite3.Connection | psycopg.Connection[Any] | None = None
        self._enqueuer: asyncio.subprocess.Process | None = None
        self._opening = asyncio.Lock()
        self._fork_server: asyncio.subprocess.Process | None = None
        self._readers: list[asyncio.Task[None]] = []
        self._forked: asyncio.Queue[Process] = asyncio.Queue()
        self.began_at = time.monotonic()

    async def open(self, channels: int, seed: int) -> None:
        """Make channels with subscriptions in a new database."""
        names = [self.slack.add_channel(f"policy-{number}") for number in range(channels)]
        arguments = (self.database_url, self.slack.team_id, str(seed), *names)
        self._enqueuer = await self._spawned(sys.executable, str(ENQUEUER), *arguments, pipes=("stdin", "stdout"))
        assert self._enqueuer.stdout is not None
        assert await self._enqueuer.stdout.readline() == b"0\n"
        self.watch()

    def watch(self) -> None:
        """Open the database, which has its tables, and look at its rows with every post."""
        if self.database_url.startswith("sqlite:"):
            path = self.database_url.removeprefix("sqlite:///")
            self._rows = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
        else:
            self._connect()
        self.slack.context.state.listen(self._on_change)

    def _connect(self) -> None:
        self._rows = psycopg.connect(self.database_url, autocommit=True)

    async def enqueue_story(self, channels: int) -> None:
        """Enqueue one more story for so many channels."""
        assert self._enqueuer is not None
        assert self._enqueuer.stdin is not None
        assert self._enqueuer.stdout is not None
        self._enqueuer.stdin.write(f"{channels}\n".encode())
        self.enqueued = int(await self._enqueuer.stdout.readline())

    async def enqueue_until(self, messages: int, channels: int) -> None:
        """Enqueue stories for so many channels each, until there are so many deliveries in all."""
        while self.enqueued < messages:
            await self.enqueue_story(max(1, min(channels, messages - self.enqueued)))

    # ── Slack ──────────────────────────────────────────────────────────────────────────────────────────────

    def _on_change(self, what: str) -> None:
        if what != "call":
            return
        call = self.slack.context.calls[-1]
        if call.method != "chat.postMessage" or call.error is not None or "metadata" not in call.args:
            return
        self.accepted, self.accepted_at = self.accepted + 1, time.monotonic()
        if self.is_database_down:
            return
        key = str(call.answer["message"]["metadata"]["event_payload"]["key"])
        query = "SELECT key, state FROM deliveries WHERE state IN ('due', 'sending', 'unknown')"
        states = [state for row_key, state in self.rows(query) if metadata_key(row_key) == key]
        self.figures.without_row += states not in (["sending"], ["unknown"])

    async def next_post(self) -> None:
        """Wait until Slack has accepted another message, before its answer; where all is sent, enqueue more."""
        since = self.accepted
        for _ in range(20):
            with suppress(TimeoutError):
                await self.slack.wait_for(lambda: self.accepted > since, SILENCE_SECONDS / 20)
                return
            await self.enqueue_story(1)
        raise AssertionError(f"no post in {SILENCE_SECONDS} s: {self.lines[-20:]}")

    async def seconds_until_post(self) -> float:
        """Wait until Slack has accepted another message; how many seconds that took."""
        began = time.monotonic()
        await self.next_post()
        return time.monotonic() - began

    async def next_post_of_any(self) -> None:
        """Wait until Slack has accepted another message, before its answer."""
        since = self.accepted
        await self.slack.wait_for(lambda: self.accepted > since, SILENCE_SECONDS)

    async def posts(self, number: int) -> None:
        """Wait until Slack has accepted so many in all."""
        await self.slack.wait_for(lambda: self.accepted >= number, SILENCE_SECONDS)

    def is_near_a_post(self) -> bool:
        """True within 50 ms of an accepted post."""
        return time.monotonic() - self.accepted_at <= 0.05

    # ── the bots ───────────────────────────────────────────────────────────────────────────────────────────

    def environment(self) -> dict[str, str]:
        """The settings of an operator."""
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "PACT_SLACK_API_URL": self.slack.api_url,
            "PACT_DATABASE_URL": self.database_url,
            "PACT_OUTLETS": str(self.folder.parent / "outlets"),
            "PACT_BUILTIN_OUTLETS": "off",
            "PACT_LOG": "json",
            **self.settings,
        }

    async def _spawned(self, *command: str, pipes: Sequence[str]) -> asyncio.subprocess.Process:
        pipes_given: dict[str, Any] = dict.fromkeys(pipes, PIPE)
        return await asyncio.create_subprocess_exec(*command, env=self.environment(), cwd=ROOT, **pipes_given)

    async def start(
        self, kind: str = "bot", *, only: str | None = None, clock_seconds: float = 0.0, database_url: str = ""
    ) -> Process:
        """Fork one more process with the short policy, as fork_server.py says, and wait until it works."""
        async with self._opening:
            if self._fork_server is None:
                await self._open_fork_server()
        assert self._fork_server is not None
        assert self._fork_server.stdin is not None
        order = {"kind": kind, "only": only, "clock_seconds": clock_seconds, "database_url": database_url}
        self._fork_server.stdin.write(json.dumps(order).encode() + b"\n")
        bot = await asyncio.wait_for(self._forked.get(), START_SECONDS)
        if (
            not await self.until(lambda: bot.started.is_set() or bot.ended.is_set(), START_SECONDS)
            or bot.ended.is_set()
        ):
            raise AssertionError(
                f"{order} has not begun ({bot.code}): {bot.lines} {self.lines[-20:]} {self._waiting()}"
            )
        return bot

    def _waiting(self) -> list[Any]:
        """What PostgreSQL's connections are doing."""
        columns = "pid, state, wait_event_type, wait_event, xact_start, state_change, left(query, 200)"
        query = f"SELECT {columns} FROM pg_stat_activity WHERE backend_type = 'client backend'"
        return self.rows(query) if not self.database_url.startswith("sqlite:") else []

    async def _open_fork_server(self) -> None:
        policy = json.dumps(asdict(SHORT_POLICY))
        self._fork_server = await self._spawned(
            *(sys.executable, str(FORK_SERVER), policy, str(self.burst_seconds)), pipes=("stdin", "stdout", "stderr")
        )
        self._readers += [
            asyncio.create_task(self._read_forks()),
            asyncio.create_task(self._read_log(self._fork_server)),
        ]

    async def _read_forks(self) -> None:
        assert self._fork_server is not None
        assert self._fork_server.stdout is not None
        async for line in self._fork_server.stdout:
            what, pid, *code = line.decode().split()
            bot = self._process_of(int(pid), is_new=what == "began")
            if what == "began":
                self._forked.put_nowait(bot)
            else:
                bot.code = int(code[0])
                bot.ended.set()

    def _process_of(self, pid: int, *, is_new: bool) -> Process:
        """Return the process of this number; after hundreds of kills the system gives an ended one's to a new one."""
        if is_new and pid in self.bots and self.bots[pid].ended.is_set():
            del self.bots[pid]
        return self.bots.setdefault(pid, Process(pid))

    async def run(self) -> Process:
        """Start `pactbot run` as an operator does, with the protocol's own numbers, and wait until it works."""
        process = await self._spawned(*RUN, pipes=("stderr",))
        bot = self.bots[process.pid] = Process(process.pid)

        async def read_until_ended() -> None:
            await self._read_log(process, bot)
            bot.code = await process.wait()
            bot.ended.set()

        self._readers.append(asyncio.create_task(read_until_ended()))
        async with asyncio.timeout(START_SECONDS):
            await bot.started.wait()
        return bot

    async def _read_log(self, process: asyncio.subprocess.Process, bot: Process | None = None) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            self._note_line(line.decode(errors="replace"), bot)
        for each in [bot] if bot else self.bots.values():
            each.started.set()  # no test waits for an ended process; the assertions after it fail

    def _note_line(self, line: str, bot: Process | None) -> None:
        try:
            fields: dict[str, Any] = json.loads(line)
        except ValueError:
            self.lines.append(line)
            return
        event = str(fields.get("event"))
        if bot is None and (known := self.bots.get(int(fields.get("pid", 0)))) is not None:
            known.lines.append(line)
        self.reasons[str(fields.get("why", event))] += 1
        self.figures.asked += event == "read_back" and "found" in fields
        self.figures.found += event == "read_back" and fields.get("found") is True
        if event == "started":
            self._process_of(int(fields["pid"]) if bot is None else bot.pid, is_new=True).started.set()
        elif fields.get("level") == "ERROR":
            self.lines.append(line)

    async def kill(self, bot: Process) -> None:
        """Kill a bot (SIGKILL): no drain, no settlement."""
        self.figures.kills += 1
        self.figures.near_kills += self.is_near_a_post()
        os.kill(bot.pid, signal.SIGKILL)
        async with asyncio.timeout(10):
            await bot.ended.wait()

    async def stop(self, bot: Process, seconds: float = 15.0) -> float:
        """Stop a bot (SIGTERM), which must end with 0 and in time; how many seconds it took."""
        began = time.monotonic()
        os.kill(bot.pid, signal.SIGTERM)
        async with asyncio.timeout(seconds):
            await bot.ended.wait()
        assert bot.code == 0, self.lines[-20:]
        return time.monotonic() - began

    async def close(self) -> None:
        """End every process that was started here."""
        for bot in self.bots.values():
            if not bot.ended.is_set():
                os.kill(bot.pid, signal.SIGKILL)
        if self._enqueuer is not None:
            self._enqueuer.kill()
            await self._enqueuer.wait()
        if self._fork_server is not None and self._fork_server.stdin is not None:
            self._fork_server.stdin.close()
            await self._fork_server.wait()
        await asyncio.gather(*self._readers)
        if self._rows is not None:
            self._rows.close()

    # ── the comparison ─────────────────────────────────────────────────────────────────────────────────────

    def rows(self, query: str) -> list[Any]:
        """Query the database."""
        assert self._rows is not None
        try:
            return self._rows.execute(query).fetchall()
        except psycopg.OperationalError:  # PostgreSQL was killed since the last query
            self._rows.close()
            self._connect()
            return self._rows.execute(query).fetchall()

    async def until(self, condition: Callable[[], object], seconds: float = 60.0) -> bool:
        """Wait until a condition holds in rows or logs of another process; False when it does not in that time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if condition():
                return True
            await asyncio.sleep(0.05)
        return False

    async def settled(self, seconds: float) -> bool:
        """Wait until every delivery is sent; the comparison counts those that are not."""
        query = "SELECT 1 FROM deliveries WHERE state != 'sent' LIMIT 1"
        return await self.until(lambda: not self.rows(query), seconds)

    def keys_by_channel(self) -> dict[str, list[str]]:
        """The metadata keys in each channel and its threads, in their order."""
        return {
            channel.id: [m.metadata["event_payload"]["key"] for m in channel.messages if m.metadata is not None]
            for channel in self.slack.context.state.channels.values()
        }

    def compare(self) -> Figures:
        """Compare the deliveries with the messages in Slack, by the key in each message's metadata."""
        query = "SELECT d.id, d.key, d.state, p.slack_id FROM deliveries d JOIN destinations p ON p.id = d.destination"
        rows, keys_of, figures = self.rows(query), self.keys_by_channel(), self.figures
        id_of = {metadata_key(key): delivery_id for delivery_id, key, _, _ in rows}
        counts = Counter(key for keys in keys_of.values() for key in keys)
        figures.messages, figures.seconds = len(rows), time.monotonic() - self.began_at
        figures.lost = sum(metadata_key(key) not in keys_of.get(channel, ()) for _, key, _, channel in rows)
        figures.doubled = sum(times - 1 for times in counts.values())
        figures.unexpected = sum(key not in id_of for key in counts)
        figures.out_of_order = sum(
            _inversions([id_of[key] for key in keys if key in id_of]) for keys in keys_of.values()
        )
        figures.unsettled = sum(state != "sent" for _, _, state, _ in rows)
        return figures

    def details(self) -> str:
        """The rows of every channel with a message doubled or out of order, for the failing test's report."""
        columns = "id, key, state, after, attempts, epoch, first_try_at, last_try_at, sent_at, error"
        rows = {metadata_key(row[1]): row for row in self.rows(f"SELECT {columns} FROM deliveries")}
        lines = []
        for channel, keys in self.keys_by_channel().items():
            ids = [rows[key][0] for key in keys if key in rows]
            if _inversions(ids) or len(set(ids)) < len(ids):
                lines += [f"{channel}: {ids}", *(f"  {rows[key]}" for key in keys if key in rows)]
        return "\n".join(lines)


def _inversions(ids: list[int]) -> int:
    return sum(later < earlier for earlier, later in pairwise(ids))
