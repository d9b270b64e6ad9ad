"""Opens the rooms that assembly.py builds, connects them, runs them, and closes them in order."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Literal

from bot.composition import Config, Services
from bot.deliveries.digest import Digests
from bot.intake.pipeline import Intake
from bot.intake.politeness import HostTurns, StoredRobots
from bot.jobs import Jobs
from bot.matching.query.names import shown_names
from bot.operations.absent_channels import AbsentChannels
from bot.operations.alias_scout import AliasScout
from bot.operations.audit import Auditor
from bot.operations.cleanup import Cleanup
from bot.operations.inbound_recovery import InboundRecovery
from bot.outbox.policy import DeliveryPolicy
from bot.outbox.worker import worker_name
from bot.probes import ProcessHealth
from bot.queue import Queue
from bot.required_settings import check_required
from bot.scheduling import run_schedules
from bot.shutdown import ShutdownDeadline, SilenceWatchdog
from bot.startup import (
    SCHEMA_WAIT_SECONDS,
    retry_while_busy,
    sleep_unless_stopped,
    utc_now,
    wait_for_identity,
    wait_for_schema,
)
from bot.store.engine import Store
from handlers.client import make_client
from handlers.post import Poster
from handlers.slack import SlackApp
from handlers.slack_facts import Identity
from handlers.transports import HttpMode, SocketMode
from scrapers.scraper import open_scraper
from settings.config import DEFAULT_PORT

log = logging.getLogger("pactbot.app")

Part = Literal["slack", "clock", "worker"]
MAX_SILENCE_SECONDS = 120.0
CHECK_SECONDS = 1.0
START_CHECK_SECONDS = 0.05
DRAIN_SECONDS = 3.0
"""An answer asks for patience after 2.5 s; what takes longer than this is taken up again at the next start."""
HALT_SECONDS = 2.5
"""So long after a stop the outbox goes on for answers that wait for their posts; a call that is out then ends within
ten seconds, and is settled."""
TASKS_END_SECONDS = 11.0
CLOSE_SECONDS = 2.0


class App:
    """The bot of one workspace, in one process or as one of its parts."""

    def __init__(
        self,
        config: Config,
        only: Part | None = None,
        *,
        policy: DeliveryPolicy | None = None,
        schema_wait_seconds: float = SCHEMA_WAIT_SECONDS,
        deaf_seconds: float = MAX_SILENCE_SECONDS,
    ) -> None:
        self.config = config
        self.settings = config.settings
        self.process_health = ProcessHealth(config.outlets, utc_now)
        self.http: HttpMode | None = None
        self._only = only
        self._policy = policy or DeliveryPolicy(resend_unconfirmed=self.settings.when_in_doubt == "resend")
        self._schema_wait_seconds = schema_wait_seconds
        self._deafness = SilenceWatchdog(deaf_seconds)
        self._ending = ShutdownDeadline()
        self._failed = False

    async def run(self, stop: asyncio.Event) -> int:
        """Runs until ``stop``; returns the exit code. Raises CannotStart for what no waiting mends."""
        check_required(self.settings)
        async with AsyncExitStack() as stack:
            await self._open_http(stack)
            address = self.settings.database_url.get_secret_value()
            store = Store.open(address)
            self._at_the_end(stack, "store", store.close)
            poster = self._open_poster(stack)
            if not await wait_for_schema(store, address, stop, self._schema_wait_seconds):
                return 0
            self.process_health.store = store
            identity = await wait_for_identity(poster, self._app_token(), stop)
            if identity is None:
                return 0
            await self._work(stack, stop, self._desk(store, poster), identity)
        return 1 if self._failed else 0

    # ── opening ────────────────────────────────────────────────────────────────────────────────────────────

    def _has(self, part: Part) -> bool:
        return self._only in (None, part)

    def _app_token(self) -> str | None:
        token = self.settings.slack_app_token
        return token.get_secret_value() if token is not None and self._has("slack") else None

    async def _open_http(self, stack: AsyncExitStack) -> None:
        """The probes answer from the first moment; events are let in once the rest stands."""
        port = self.settings.port
        over_http = self.settings.slack_app_token is None and self._has("slack")
        if port is None and not over_http:
            return
        self.http = HttpMode(None, self.process_health.probes(), port=DEFAULT_PORT if port is None else port)
        await self.http.start()
        self._at_the_end(stack, "http", self.http.stop)
        log.info("listening", extra={"port": self.http.port})

    def _open_poster(self, stack: AsyncExitStack) -> Poster:
        assert self.settings.slack_bot_token is not None
        client = make_client(self.settings.slack_api_url, self.settings.slack_bot_token.get_secret_value())
        poster = Poster(client, shown_names(self.config.lexicon), self.settings.command)
        self._at_the_end(stack, "poster", poster.close)
        return poster

    def _at_the_end(self, stack: AsyncExitStack, what: str, close: Callable[[], Awaitable[object]]) -> None:
        stack.push_async_callback(self._ending.close, what, close, CLOSE_SECONDS)

    # ── working ────────────────────────────────────────────────────────────────────────────────────────────

    async def _work(self, stack: AsyncExitStack, stop: asyncio.Event, desk: Services, identity: Identity) -> None:
        await retry_while_busy(stop, lambda: desk.register_installation(identity))
        leave, halt, running = asyncio.Event(), asyncio.Event(), list[asyncio.Task[None]]()
        queue = self._queue(stack, desk)
        await retry_while_busy(stop, lambda: _roll_up(desk))  # told together, before anything of it goes by itself
        stack.push_async_callback(self._end, running, leave, halt)
        if self._has("worker") or self._has("slack"):
            running.append(asyncio.create_task(desk.outbox.run(halt), name="outbox"))
        if self._has("worker"):
            running.append(asyncio.create_task(queue.run(leave), name="queue"))
        if self._has("clock"):
            outlets = self.config.outlets.values()
            running.append(asyncio.create_task(run_schedules(desk.store, queue, outlets, leave), name="clock"))
        opening = self._listen(stack, desk, identity, running, leave) if self._has("slack") else None
        if opening is not None:
            await self._until(stop, running, opening)
        if not stop.is_set() and not self._failed:
            self.process_health.working = True
            fields = {"team": identity.team, "part": self._only or "all", "outlets": len(self.config.outlets)}
            log.info("started", extra=fields)
            await self._until(stop, running)
        self.process_health.working = False
        self._ending.begin()
        log.info("stopping")
        leave.set()  # nothing new is begun; the outbox goes on while answers under way wait for their posts
        asyncio.get_running_loop().call_later(HALT_SECONDS, halt.set)

    async def _end(self, running: list[asyncio.Task[None]], *told: asyncio.Event) -> None:
        for stop in told:
            stop.set()
        await self._ending.end(running, TASKS_END_SECONDS)

    def _desk(self, store: Store, poster: Poster) -> Services:
        return Services(self.config, store, poster, self._policy, self.process_health.socket_age)

    def _queue(self, stack: AsyncExitStack, desk: Services) -> Queue:
        """The queue with its jobs; a process without the worker only puts bells into it."""
        if not self._has("worker"):
            return Queue(desk.store, {}, utc_now, worker=worker_name())
        settings, outlets, store = self.settings, self.config.outlets, desk.store
        turns = HostTurns(store, settings.host_pause_seconds, utc_now)
        scraper = open_scraper(
            outlets, turns.wait, robots_memory=StoredRobots(store), trusted=settings.trusted_addresses,
            on_crawl_delay=turns.slow_down, now=utc_now,
        )  # fmt: skip
        self._at_the_end(stack, "scraper", scraper.close)
        operators = desk.operators
        intake = Intake(store, desk.subscription_index, utc_now, operators)
        cleanup = Cleanup(store, outlets, operators, utc_now)
        auditor = Auditor(store, lambda _team: desk.poster, operators, utc_now)
        alias_scout = AliasScout(store, self.config.lexicon, operators, utc_now)
        absent_channels = AbsentChannels(store, lambda _team: desk.poster, desk.wait_for_delivery, utc_now)
        jobs = Jobs(
            store, outlets, scraper, intake, Digests(store, utc_now), cleanup, desk.outbox.wake, utc_now, auditor,
            alias_scout, absent_channels,
        )  # fmt: skip
        return Queue(store, jobs.table(), utc_now, worker=worker_name())

    def _listen(
        self,
        stack: AsyncExitStack,
        desk: Services,
        identity: Identity,
        running: list[asyncio.Task[None]],
        leave: asyncio.Event,
    ) -> asyncio.Task[None] | None:
        """Lets Slack in, and takes up what was left; over sockets what it gives ends when the first one stands."""
        secret = self.settings.slack_signing_secret
        front = SlackApp(
            desk.answers, desk.poster, identity,
            signing_secret=secret.get_secret_value() if secret else "", language=self.settings.language,
        )  # fmt: skip
        stack.push_async_callback(self._drain, front)
        unfinished = InboundRecovery(desk.store, utc_now, desk.operators)
        running.append(
            asyncio.create_task(unfinished.run(front.inbound.in_progress, front.resume, leave), name="unfinished")
        )
        app_token = self._app_token()
        if app_token is None:
            assert self.http is not None
            self.http.attach(front.app)
            stack.callback(self.http.detach)
            return None
        self.process_health.socket = SocketMode(front.app, app_token)
        opening = asyncio.create_task(self.process_health.socket.start(), name="socket")
        self._at_the_end(stack, "socket", self.process_health.socket.stop)
        stack.callback(opening.cancel)
        return opening

    async def _drain(self, front: SlackApp) -> None:
        await front.drain(self._ending.left(DRAIN_SECONDS))

    async def _until(
        self, stop: asyncio.Event, running: list[asyncio.Task[None]], first: asyncio.Task[None] | None = None
    ) -> None:
        """Waits for the stop (or ``first``); a part that ends by itself, or deaf sockets, end the process in error."""
        pause = CHECK_SECONDS if first is None else START_CHECK_SECONDS
        while not stop.is_set():
            await sleep_unless_stopped(stop, pause)
            ended = next((task for task in running if task.done()), None)
            if ended is not None and not stop.is_set():
                fault = None if ended.cancelled() else ended.exception()
                log.error("part_ended", extra={"part": ended.get_name()}, exc_info=fault)
                self._failed = True
                return
            if self._is_deaf():
                log.error("deaf", extra={"seconds": self._deafness.seconds})
                self._failed = True
                return
            if first is not None and first.done():
                return

    def _is_deaf(self) -> bool:
        socket = self.process_health.socket
        return socket is not None and self._deafness.look(socket.heard_at(), time.monotonic())


async def _roll_up(desk: Services) -> None:
    await Digests(desk.store, utc_now).roll_up_due()
