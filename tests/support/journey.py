"""The unchanged bot between a fake Slack and fake outlets, over either transport."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import text

import bot
from bot.app import App
from bot.composition import load_config
from bot.model import Job
from bot.outbox.policy import DeliveryPolicy
from bot.present import Present
from bot.store import jobs
from bot.store.engine import Connection, Store
from handlers.fake_slack import FakeSlack
from scrapers.fake_outlets.server import FakeOutlets
from settings.config import load

Json = dict[str, Any]


Transport = Literal["socket", "http"]


SHORT_POLICY = DeliveryPolicy(
    quarantine_seconds=0.5, between_reads_seconds=1.0, pace_seconds=0.0, edit_gap_seconds=0.3, lease_seconds=15.0
)
"""The protocol's own numbers, but short: a journey is not a proof of patience."""


EVERY_MINUTES = 0.01


ROOT = Path(bot.__file__).parents[1]


STOP_SECONDS = 20.0


PATIENCE_SECONDS = 30.0
"""How long a journey waits for what comes in a moment on an idle machine."""


def words_of(thing: object) -> str:
    """Everything that a person reads in a message or view, in order."""
    return "\n".join(_texts(thing))


def _texts(thing: object) -> Iterator[str]:
    if isinstance(thing, list):
        for each in thing:
            yield from _texts(each)
    elif isinstance(thing, dict):
        for key, each in thing.items():
            if key == "text" and isinstance(each, str):
                yield each
            elif key in ("url", "channel_id", "user_id") and isinstance(each, str):
                yield f"<{each}>"
            elif isinstance(each, dict | list) and key != "metadata":
                yield from _texts(each)


def elements_of(thing: object) -> Iterator[Json]:
    """Every element of a message that can be pressed."""
    if isinstance(thing, list):
        for each in thing:
            yield from elements_of(each)
    elif isinstance(thing, dict):
        if "action_id" in thing:
            yield thing
        for each in thing.values():
            yield from elements_of(each)


@dataclass
class Journey:
    """Holds fake Slack, fake outlets and the bot. A test may start and stop the bot as often as it likes."""

    transport: Transport
    folder: Path
    slack: FakeSlack
    fake_outlets: FakeOutlets
    database: Path
    """The file that survives a restart."""
    open_store: Callable[[str], Store] = Store.open
    given: Json = field(default_factory=dict)
    """Settings that differ from the usual ones."""
    policy: DeliveryPolicy = SHORT_POLICY
    look_seconds: float = 20.0
    """The interval at which the bot looks at the outlet folders again."""
    present: Present = field(default_factory=Present)
    """The bot's clock, which a test may put forward."""
    app: App | None = None
    article_url: str = ""
    """The address of the article that a fixture published."""
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _running: asyncio.Task[int] | None = None
    _before: set[asyncio.Task[Any]] = field(default_factory=set)
    _changed: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    """Of each outlet that has changed and was not asked since: what has it read soon."""

    def __post_init__(self) -> None:
        self.fake_outlets.on_change = self._read_soon

    def settings(self) -> Any:
        """What an operator would set."""
        over_socket = self.transport == "socket"
        given = {
            "slack_bot_token": self.slack.bot_token,
            "slack_app_token": self.slack.app_token if over_socket else None,
            "slack_signing_secret": None if over_socket else self.slack.signing_secret,
            "slack_api_url": self.slack.api_url,
            "port": 0,
            "database_url": f"sqlite:///{self.database}",
            "outlets": (self.folder / "outlets",),
            "builtin_outlets": "off",
            "trusted_addresses": self.fake_outlets.trusted,
            "host_pause_seconds": 0.0,
            "channel": self.slack.channel("policy"),
            "operators_channel": None,
            "language": "en",
            "timezone": "Asia/Seoul",
        }
        return load(**{**given, **self.given})

    def environment(self, **more: str) -> dict[str, str]:
        """The same for a process of its own."""
        over_socket = self.transport == "socket"
        way_in = {"SLACK_APP_TOKEN": self.slack.app_token} if over_socket else {}
        return {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "PACT_SLACK_API_URL": self.slack.api_url,
            "PACT_DATABASE_URL": f"sqlite:///{self.database}",
            "PACT_OUTLETS": str(self.folder / "outlets"),
            "PACT_BUILTIN_OUTLETS": "off",
            "PACT_TRUSTED_ADDRESSES": ",".join(sorted(self.fake_outlets.trusted)),
            "PACT_HOST_PAUSE_SECONDS": "0",
            "PACT_CHANNEL": self.slack.channel("policy"),
            **(way_in or {"SLACK_SIGNING_SECRET": self.slack.signing_secret}),
            **more,
        }

    def read_only(self, *outlets: str, every_minutes: float = EVERY_MINUTES) -> None:
        """Write specs of these outlets alone."""
        folder = self.folder / "outlets"
        if every_minutes != EVERY_MINUTES:
            self.fake_outlets.on_change = lambda _outlet: None
        for spec in self.fake_outlets.write_specs(folder, every_minutes):
            if spec.stem not in outlets:
                spec.unlink()

    # ── the bot ────────────────────────────────────────────────────────────────────────────────────────────

    async def start(self, *, baseline: bool = True) -> None:
        """Start the bot; come back when it is ready and has read every outlet once."""
        started_at = datetime.now(UTC)
        self._before, self._stop = asyncio.all_tasks(), asyncio.Event()
        self.app = App(
            load_config(self.settings()),
            policy=self.policy,
            look_seconds=self.look_seconds,
            open_store=self.open_store,
            present=self.present,
        )
        self._running = asyncio.create_task(self.app.run(self._stop))
        await self._ready()
        if self.transport == "http":
            assert self.app.http is not None
            self.slack.deliver_to(f"http://127.0.0.1:{self.app.http.port}/slack/events")
        if baseline:
            await self._until_read(started_at)

    async def _ready(self) -> None:
        assert self.app is not None
        assert self._running is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self.app.process_health.working:
                assert not self._running.done(), self._running
                await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Stop the bot as SIGTERM does: exit code 0, in time, and nothing of it left behind."""
        assert self._running is not None
        self._stop.set()
        await self._forget_changes()
        async with asyncio.timeout(STOP_SECONDS):
            assert await self._running == 0
        self._running = None
        left = [each for each in asyncio.all_tasks() - self._before - {asyncio.current_task()} if _is_ours(each)]
        assert left == []
        assert await self.rows("SELECT id FROM deliveries WHERE state = 'sending'") == []

    async def _forget_changes(self) -> None:
        tasks = list(self._changed.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def restart(self) -> None:
        """Stop the bot and start a new one on the same database."""
        await self.stop()
        await self.start()

    async def close(self) -> None:
        """At the end of a journey."""
        if self._running is not None:
            await self.stop()
        await self._forget_changes()

    # ── what is read ───────────────────────────────────────────────────────────────────────────────────────

    def _specs(self) -> list[str]:
        return [path.stem for path in (self.folder / "outlets").glob("*.toml")]

    async def _until_read(self, since_at: datetime) -> None:
        """Wait until a reading of each outlet is stored."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            for outlet in self._specs():
                tried = f"SELECT 1 FROM sources WHERE outlet = '{outlet}' AND last_try_at >= '{since_at:%F %T.%f}'"
                await self.settled(tried)

    async def read_again(self, *outlets: str) -> None:
        """Wait until each outlet's source was asked twice more: the first of them has been worked off by then."""
        start = len(self.fake_outlets.requests)
        async with asyncio.timeout(PATIENCE_SECONDS):
            for outlet in outlets or self._specs():
                for times in (1, 2):
                    while self._asked(outlet, start) < times:
                        await self._ask_soon(outlet)

    def _asked(self, outlet: str, start: int) -> int:
        """How often an outlet's source was asked for since that request."""
        path = self.fake_outlets.source_url(outlet).removeprefix(self.fake_outlets.base(outlet))
        requests = islice(self.fake_outlets.requests, start, None)
        return sum((request.outlet, request.path) == (outlet, path) for request in requests)

    async def _ask_soon(self, outlet: str) -> None:
        """End the pause of an outlet that does not fail, and wait a moment for a request.

        The pace of a quiet outlet's readings is not what a journey is about.
        """
        with suppress(sqlite3.OperationalError), closing(sqlite3.connect(self.database, timeout=0)) as c, c:
            c.execute("UPDATE sources SET next_due_at = NULL WHERE outlet = ? AND failures = 0", [outlet])
        known = sum(request.outlet == outlet for request in self.fake_outlets.requests)
        with suppress(TimeoutError):
            async with asyncio.timeout(0.1):
                await self.fake_outlets.wait_for_requests(outlet, times=known + 1)

    def _read_soon(self, outlet: str) -> None:
        """Have an outlet read that has changed."""
        if outlet not in self._changed:
            self._changed[outlet] = asyncio.create_task(self._until_asked(outlet))
            self._changed[outlet].add_done_callback(lambda _: self._changed.pop(outlet))

    async def _until_asked(self, outlet: str) -> None:
        start = len(self.fake_outlets.requests)
        while not self._asked(outlet, start):
            await self._ask_soon(outlet)

    # ── what stands in Slack ───────────────────────────────────────────────────────────────────────────────

    def posts(self, channel: str = "policy") -> list[Json]:
        """What the bot has posted in a channel, without what only one person sees."""
        mine = self.slack.bot_user_id
        return [m for m in self.slack.messages(channel) if m.get("user") == mine and not m.get("is_ephemeral")]

    def cards(self, channel: str = "policy") -> list[Json]:
        """The story cards in a channel."""
        return [m for m in self.posts(channel) if any(e["action_id"] == "pact:mute" for e in elements_of(m["blocks"]))]

    def replies(self, card: Json, channel: str = "policy") -> list[Json]:
        """What stands under a card."""
        return self.slack.replies(channel, card["ts"])

    async def card(self, *parts: str, channel: str = "policy", timeout_seconds: float = PATIENCE_SECONDS) -> Json:
        """Wait for a card that says all of this."""
        return await self._first(lambda: self.cards(channel), parts, channel, timeout_seconds)

    async def post(self, *parts: str, channel: str = "policy", timeout_seconds: float = PATIENCE_SECONDS) -> Json:
        """Wait for any post that says all of this; the newest."""
        return await self._first(lambda: self.posts(channel)[::-1], parts, channel, timeout_seconds)

    async def _first(
        self, those: Callable[[], list[Json]], parts: tuple[str, ...], channel: str, timeout_seconds: float
    ) -> Json:
        def found() -> list[Json]:
            return [each for each in those() if all(part in words_of(each) for part in parts)]

        try:
            return (await self.slack.wait_for(found, timeout_seconds))[0]
        except TimeoutError:
            there = "\n---\n".join(words_of(each) for each in self.posts(channel))
            raise AssertionError(f"never seen: {parts}; there is:\n{there}") from None

    async def see(self, look: Callable[[], Any], what: str, timeout_seconds: float = PATIENCE_SECONDS) -> Any:
        """Wait until something is to be seen in Slack; says what was missing."""
        try:
            return await self.slack.wait_for(look, timeout_seconds)
        except TimeoutError:
            raise AssertionError(f"never seen: {what}") from None

    def assert_nothing_twice(self) -> None:
        """Every delivery's key stands once in all channels and threads, whatever was called how often."""
        keys: Counter[str] = Counter()
        for channel in self.slack.context.state.channels.values():
            for message in channel.messages:
                if message.metadata is not None:
                    keys[message.metadata["event_payload"]["key"]] += 1
        assert [key for key, times in keys.items() if times > 1] == []

    # ── what people do ─────────────────────────────────────────────────────────────────────────────────────

    async def ask(
        self, line: str, *, channel: str = "policy", user: str = "dana", timeout_seconds: float = PATIENCE_SECONDS
    ) -> str:
        """Type a command; the words of the last answer to this person."""
        result = await self.slack.command(line, channel=channel, user=user)
        assert result.acked, result.outcome

        def answered() -> list[Json]:
            asked_for_patience = {"This takes a moment…", "잠시만 기다려 주세요…"}
            return [each for each in result.messages() if each["text"] not in asked_for_patience]

        shown = await self.slack.wait_for(answered, PATIENCE_SECONDS)
        return words_of(shown[-1])

    # ── what is kept ───────────────────────────────────────────────────────────────────────────────────────

    async def rows(self, query: str) -> Sequence[Any]:
        """Look into the database; only to see that something is (not) there."""
        with closing(sqlite3.connect(self.database)) as c:
            return c.execute(query).fetchall()

    async def end_waits_for_pages(self) -> None:
        """Let the next try of every waiting page be due, as if the pause after the last one were over."""
        async with self._in_database() as c:
            await c.execute(text("UPDATE articles SET next_try_at = NULL WHERE wants_page"))

    async def pass_time(self, **span: float) -> None:
        """Put the bot's clock forward, and have it look at once for what has fallen due."""
        self.present.move_forward(timedelta(**span))
        async with self._in_database() as c:
            await jobs.enqueue(c, [Job("digest")], self.present.now())

    @asynccontextmanager
    async def _in_database(self) -> AsyncIterator[Connection]:
        """A transaction in the bot's database."""
        store = Store.open(f"sqlite:///{self.database}")
        try:
            async with store.begin() as c:
                yield c
        finally:
            await store.close()

    async def settled(self, query: str, timeout_seconds: float = PATIENCE_SECONDS) -> Sequence[Any]:
        """Look again until the database has it; for what shows nowhere else."""
        async with asyncio.timeout(timeout_seconds):
            while True:
                if found := await self.rows(query):
                    return found
                await asyncio.sleep(0.02)


def _is_ours(task: asyncio.Task[Any]) -> bool:
    """Tells whether a task belongs to the bot, and not to the servers of fake Slack and the fake outlets."""
    name = getattr(task.get_coro(), "__qualname__", "")
    return not name.startswith(("RequestHandler.", "EventDispatch._retry"))
