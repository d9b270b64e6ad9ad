"""Starts the parts that composition.py builds, runs them, and closes them in order."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import datetime
from functools import partial
from typing import Any, Literal

from bot.clock_steps import correct_waits, follow_database_clock, run_clock_check
from bot.composition import Config, Services, job_functions
from bot.health_endpoints import ProcessHealth
from bot.intake.politeness import HostTurns, StoredRobots
from bot.lexicon_reload import LexiconReload
from bot.matching.query.names import shown_names
from bot.operations.inbound_recovery import InboundRecovery
from bot.operations.restored_copy import prepare_restored_copy
from bot.operations.set_aside_jobs import SetAsideJobs
from bot.outbox.policy import DeliveryPolicy
from bot.outbox.worker import worker_name
from bot.outlet_reload import LOOK_SECONDS, OutletReload
from bot.present import Present
from bot.queue.job_worker import JobWorker, jobs_at_once
from bot.queue.open_queue import open_queue
from bot.queue.protocol import Queue
from bot.required_settings import check_required
from bot.scheduling import HUB_SCHEDULE, OWN_SCHEDULES, run_schedules, started_clock
from bot.shutdown import ShutdownDeadline, SilenceWatchdog
from bot.startup import (
    SCHEMA_WAIT_SECONDS,
    retry_while_busy,
    sleep_unless_stopped,
    wait_for_app_token,
    wait_for_identity,
    wait_for_schema,
)
from bot.store.engine import Store
from bot.websub.callback import HubCallback
from bot.workspaces.opening import SeveralWorkspaces, install_flow, open_workspaces
from handlers.client import close_client, make_client
from handlers.http_mode import HttpMode
from handlers.oauth.routes import InstallRoutes
from handlers.post import Poster
from handlers.slack import SlackApp
from handlers.slack_facts import Identity
from handlers.socket_mode import SocketMode
from handlers.workspaces import OneWorkspace, Workspaces
from scrapers.catalogue import pause_at
from scrapers.http.user_agent import user_agent
from scrapers.scraper import open_scraper
from settings.config import DEFAULT_PORT

log = logging.getLogger("pactbot.app")

Part = Literal["slack", "clock", "worker"]
MAX_SILENCE_SECONDS = 120.0
MAX_REFUSED_SECONDS = 60.0
"""How long PostgreSQL may refuse new connections of a running process: a restart with the new address takes less."""
CHECK_SECONDS = 1.0
START_CHECK_SECONDS = 0.05
DRAIN_SECONDS = 3.0
"""How long answers may go on after a stop; the next start runs those that take longer."""
OUTBOX_STOP_SECONDS = 2.5
"""How long the outbox claims deliveries after a stop, for answers that wait for their posts. A call that runs then ends
within ten seconds, and its outcome is stored."""
TASKS_END_SECONDS = 11.0
CLOSE_SECONDS = 2.0


class App:
    """The bot: all of it in one process, or one of its parts."""

    def __init__(
        self,
        config: Config,
        only: Part | None = None,
        *,
        policy: DeliveryPolicy | None = None,
        schema_wait_seconds: float = SCHEMA_WAIT_SECONDS,
        max_silence_seconds: float = MAX_SILENCE_SECONDS,
        look_seconds: float = LOOK_SECONDS,
        open_store: Callable[[str], Store] = Store.open,
        present: Present | None = None,
    ) -> None:
        self.config = config
        self.settings = config.settings
        self._present = present or Present()
        self._now = self._present.now
        self.process_health = ProcessHealth(config.outlets, self._now, only)
        self.http: HttpMode | None = None
        self._hub_callbacks_at = self.settings.hub_callbacks_at()
        self._hub_callback = HubCallback(self._now)
        self._only = only
        with_installs = self.settings.several_workspaces and self._has("slack")
        self._install_routes = InstallRoutes(self.settings.public_url or "") if with_installs else None
        self._policy = policy or DeliveryPolicy(resend_unconfirmed=self.settings.when_in_doubt == "resend")
        self._schema_wait_seconds = schema_wait_seconds
        self._look_seconds = look_seconds
        self._open_store = open_store
        self._socket_watchdog = SilenceWatchdog(max_silence_seconds)
        self._deadline = ShutdownDeadline()
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()
        self._outbox_stop = asyncio.Event()
        self._failed = False

    async def run(self, stop: asyncio.Event) -> int:
        """Runs until ``stop``; returns the exit code. Raises CannotStart for a fault that no retry mends."""
        check_required(self.settings)
        async with AsyncExitStack() as stack:
            await self._open_http(stack)
            address = self.settings.database_url.get_secret_value()
            store = self._open_store(address)
            self._close_at_end(stack, "store", store.close)
            several = self._open_several(stack, store)
            poster = several.workspaces.poster("") if several else self._open_poster(stack)
            if not await wait_for_schema(store, address, stop, self._schema_wait_seconds):
                return 0
            await retry_while_busy(stop, lambda: follow_database_clock(store, self._present))
            queue = open_queue(store, self._now)
            self.process_health.store = store
            self._hub_callback.open(store, queue.enqueue_in)
            identity: Identity | None = None
            if several is not None:
                workspaces: Workspaces = several.workspaces
                if not await wait_for_app_token(poster, self._app_token(), stop):
                    return 0
            else:
                identity = await wait_for_identity(poster, self._app_token(), stop)
                if identity is None:
                    return 0
                workspaces = OneWorkspace(poster, identity)
            services = Services(self.config, store, workspaces, self._policy, self.process_health.socket_age, self._now)
            if several is not None:
                self._serve_installs(stack, several, services)
            await self._work(stack, stop, services, queue, identity)
        return 1 if self._failed else 0

    # ── opening ────────────────────────────────────────────────────────────────────────────────────────────

    def _has(self, part: Part) -> bool:
        return self._only in (None, part)

    def _app_token(self) -> str | None:
        token = self.settings.slack_app_token
        return token.get_secret_value() if token is not None and self._has("slack") else None

    async def _open_http(self, stack: AsyncExitStack) -> None:
        """Opens the HTTP server: the probes answer at once, Slack's events only after ``_connect_slack``."""
        port = self.settings.port
        http_mode = self.settings.slack_app_token is None and self._has("slack")
        if port is None and not http_mode and self._install_routes is None:
            return
        self.http = HttpMode(
            None, self.process_health.probes(), port=DEFAULT_PORT if port is None else port,
            hub_callback=self._hub_callback if self._hub_callbacks_at else None,
            install_routes=self._install_routes,
        )  # fmt: skip
        await self.http.start()
        self._close_at_end(stack, "http", self.http.stop)
        log.info("listening", extra={"port": self.http.port})

    def _open_poster(self, stack: AsyncExitStack) -> Poster:
        assert self.settings.slack_bot_token is not None
        client = make_client(self.settings.slack_api_url, self.settings.slack_bot_token.get_secret_value())
        poster = Poster(client, shown_names(self.config.lexicon), self.settings.command)
        self._close_at_end(stack, "poster", poster.close)
        return poster

    def _open_several(self, stack: AsyncExitStack, store: Store) -> SeveralWorkspaces | None:
        """Opens what serves several workspaces, where the settings ask for it."""
        if not self.settings.several_workspaces:
            return None
        several = open_workspaces(self.settings, store, shown_names(self.config.lexicon), self._now)
        self._close_at_end(stack, "client", lambda: close_client(several.workspaces.client))
        return several

    def _serve_installs(self, stack: AsyncExitStack, several: SeveralWorkspaces, services: Services) -> None:
        """Takes in installs from now on."""
        flow = install_flow(
            several, services.store, services.register_installation, services.alerts.notify_lost_scopes,
            self.settings, self._now,
        )  # fmt: skip
        if self._install_routes is not None:
            self._install_routes.flow = flow
            stack.callback(self._install_routes.close)

    def _close_at_end(self, stack: AsyncExitStack, what: str, close: Callable[[], Awaitable[object]]) -> None:
        stack.push_async_callback(self._deadline.close, what, close, CLOSE_SECONDS)

    # ── working ────────────────────────────────────────────────────────────────────────────────────────────

    async def _work(
        self, stack: AsyncExitStack, stop: asyncio.Event, services: Services, queue: Queue, identity: Identity | None
    ) -> None:
        await retry_while_busy(stop, lambda: _prepare_restored_copy(services))
        if identity is not None:
            await retry_while_busy(stop, partial(services.register_installation, identity))
        await retry_while_busy(stop, lambda: _correct_waits(services.store, self._policy, self._now()))
        self._start_tasks(stack, services, queue)
        connecting = self._connect_slack(stack, services) if self._has("slack") else None
        if connecting is not None:
            await self._watch(stop, services.store, connecting)
        if not stop.is_set() and not self._failed:
            self.process_health.working = True
            fields = {
                "team": identity.team if identity else "several",
                "part": self._only or "all",
                "outlets": len(self.config.outlets),
            }
            log.info("started", extra=fields)
            await self._watch(stop, services.store)
        self.process_health.working = False
        self._hub_callback.close()
        self._deadline.start()
        log.info("stopping")
        self._stopping.set()  # the outbox goes on for a moment, because running answers wait for their posts
        asyncio.get_running_loop().call_later(OUTBOX_STOP_SECONDS, self._outbox_stop.set)

    def _start_tasks(self, stack: AsyncExitStack, services: Services, queue: Queue) -> None:
        worker = self._job_worker(stack, services, queue) if self._has("worker") else None
        stack.push_async_callback(self._end_tasks)
        self._start(run_clock_check(services.store, self._policy, self._present, self._stopping), "clock_check")
        if self._has("worker") or self._has("slack"):
            self._start(services.outbox.run(self._outbox_stop), "outbox")
        if worker is not None:
            self._start(worker.run(self._stopping), "queue")
            self.process_health.faults.append(worker.fault)
        if self._has("clock"):
            outlets = self.config.outlets
            own_schedules = [*OWN_SCHEDULES, *([HUB_SCHEDULE] if self._hub_callbacks_at else [])]
            clock = started_clock(queue, own_schedules)
            self.process_health.faults.append(clock.fault)
            self._start(run_schedules(clock, outlets, self._stopping, self._look_seconds, self._present), "clock")
        if not services.store.embedded:  # several processes have one database
            watch = self.process_health.watch = services.process_watch(self._only or "all")
            self._start(watch.run(self._stopping), "process_watch")
        outlet_reload = OutletReload(
            self.config.outlets, self.settings.outlets, services.store, services.operators, queue.enqueue, self._now
        )
        self._start(outlet_reload.run(self._stopping, self._look_seconds), "outlet_reload")
        lexicon_reload = LexiconReload(services.subscription_index, self.settings.lexicon, services.store)
        self._start(lexicon_reload.run(self._stopping, self._look_seconds), "lexicon_reload")

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))

    async def _end_tasks(self) -> None:
        self._stopping.set()
        self._outbox_stop.set()
        await self._deadline.end(self._tasks, TASKS_END_SECONDS)

    def _job_worker(self, stack: AsyncExitStack, services: Services, queue: Queue) -> JobWorker:
        store = services.store
        turns = HostTurns(store, self.settings.host_pause_seconds, self._now, partial(pause_at, self.config.outlets))
        scraper = open_scraper(
            self.config.outlets, turns.wait, robots_memory=StoredRobots(store),
            trusted=self.settings.trusted_addresses, on_crawl_delay=turns.slow_down, now=self._now,
            agent=user_agent(self.settings.contact, self.settings.user_agent),
            keys=self.settings.outlet_keys(),
        )  # fmt: skip
        self._close_at_end(stack, "scraper", scraper.close)
        queue.on_set_aside = SetAsideJobs(services.operators, self._now).notify
        functions = job_functions(self.config, services, scraper, turns)
        return JobWorker(
            queue, functions, self._now,
            worker=worker_name(), concurrency=lambda: jobs_at_once(len(self.config.outlets)),
        )  # fmt: skip

    def _connect_slack(self, stack: AsyncExitStack, services: Services) -> asyncio.Task[None] | None:
        """Connects Slack and starts the recovery of inbound payloads.

        Over Socket Mode it returns a task that ends when the first socket is connected.
        """
        secret = self.settings.slack_signing_secret
        slack_app = SlackApp(
            services.answers, services.workspaces, command=self.settings.command,
            signing_secret=secret.get_secret_value() if secret else "", language=self.settings.language,
        )  # fmt: skip
        stack.push_async_callback(self._drain, slack_app)
        recovery = InboundRecovery(services.store, self._now, services.operators)
        self._start(recovery.run(slack_app.inbound.in_progress, slack_app.resume, self._stopping), "inbound_recovery")
        app_token = self._app_token()
        if app_token is None:
            assert self.http is not None
            self.http.attach(slack_app)
            stack.callback(self.http.detach)
            return None
        self.process_health.socket = SocketMode(slack_app.app, app_token)
        connecting = asyncio.create_task(self.process_health.socket.start(), name="socket")
        self._close_at_end(stack, "socket", self.process_health.socket.stop)
        stack.callback(connecting.cancel)
        return connecting

    async def _drain(self, slack_app: SlackApp) -> None:
        await slack_app.drain(self._deadline.left(DRAIN_SECONDS))

    # ── watching ───────────────────────────────────────────────────────────────────────────────────────────

    async def _watch(self, stop: asyncio.Event, store: Store, connecting: asyncio.Task[None] | None = None) -> None:
        """Waits for the stop, or until ``connecting`` ends.

        A lost database, a login that it refuses, a task that ends by itself, or sockets that stay silent make the
        process fail, so that its host restarts it.
        """
        pause = CHECK_SECONDS if connecting is None else START_CHECK_SECONDS
        while not stop.is_set():
            await sleep_unless_stopped(stop, pause)
            if not stop.is_set() and await self._has_failed(store):
                self._failed = True
                return
            if connecting is not None and connecting.done():
                return

    async def _has_failed(self, store: Store) -> bool:
        """Returns whether the process has to end, and logs why."""
        file_loss = await store.file_loss()
        if file_loss is not None:
            log.error("database_lost", extra={"why": f"its file was {file_loss}; the next start opens what is there"})
            self._outbox_stop.set()
            return True
        refused_seconds = store.refused.seconds()
        if refused_seconds is not None and refused_seconds > MAX_REFUSED_SECONDS:
            log.error("stopping_without_login", extra={"seconds": round(refused_seconds)})
            return True
        ended = next((task for task in self._tasks if task.done()), None)
        if ended is not None:
            fault = None if ended.cancelled() else ended.exception()
            log.error("part_ended", extra={"part": ended.get_name()}, exc_info=fault)
            return True
        if self._is_silent():
            log.error("socket_silent", extra={"seconds": self._socket_watchdog.seconds})
            return True
        return False

    def _is_silent(self) -> bool:
        socket = self.process_health.socket
        return socket is not None and self._socket_watchdog.check(socket.heard_at(), time.monotonic())


async def _prepare_restored_copy(services: Services) -> None:
    await prepare_restored_copy(services.store, services.operators, services.now())


async def _correct_waits(store: Store, policy: DeliveryPolicy, now: datetime) -> None:
    await correct_waits(store, policy, now)
