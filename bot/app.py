"""Assembly: the only place that builds things. Opens the rooms, connects them, runs them, and closes them in order."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from settings.pact import PactCalendar
from settings.pact import load as load_calendar

from bot.clock import AtLocal, Bell, Clock, Every
from bot.desk.answer import Answers, heard_from
from bot.desk.answers.rooms import Rooms
from bot.desk.bells import digest_bells
from bot.desk.digest import Digests
from bot.desk.first_subscription import subscribe_channel
from bot.desk.intake import Intake
from bot.desk.manners import KeptRobots, Turns
from bot.desk.outbox import Outbox, worker_name
from bot.desk.pacer import Terms
from bot.desk.presence import Presence
from bot.desk.render import Renderer
from bot.desk.troubles import Troubles
from bot.desk.upkeep import Upkeep
from bot.desk.watch import Watch
from bot.errors import CannotStart, StoreBusy, StoreTrouble, StoreUnready
from bot.jobs import Jobs
from bot.model import Delivery, Job
from bot.probes import Vitals
from bot.queue import Queue
from bot.store import inbound, installations
from bot.store.engine import Store
from handlers.asks import Happened, Request
from handlers.client import make_client
from handlers.errors import PostError, Revoked
from handlers.post import Identity, Poster
from handlers.slack import Front
from handlers.transports import HttpMode, SocketMode
from scrapers.outlet import Outlet, load_outlets
from scrapers.scraper import open_scraper
from settings.config import DEFAULT_PORT, Settings
from settings.lexicon import Lexicon
from settings.lexicon import load as load_lexicon

log = logging.getLogger("pactbot.app")

Part = Literal["slack", "clock", "worker"]
SCHEMA_WAIT_SECONDS = 60.0
DEAF_SECONDS = 120.0
DRAIN_SECONDS = 10.0
OUTCOME_SECONDS = 2.0
RESUME_AGE = timedelta(minutes=30)
"""Slack's answer address works this long; what was asked before is past answering."""
BELLS_SECONDS = 20.0


def utc_now() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Ground:
    """What was loaded before anything starts."""

    settings: Settings
    lexicon: Lexicon
    calendar: PactCalendar
    outlets: Mapping[str, Outlet]


def load_ground(settings: Settings) -> Ground:
    """Reads lexicon, calendar and outlets; raises SettingsError for what cannot be used."""
    return Ground(settings, load_lexicon(settings.lexicon), load_calendar(), load_outlets(settings.outlets or None))


def check_tokens(settings: Settings) -> None:
    """Raises CannotStart unless there is a way to speak to Slack and a way to hear it."""
    if settings.slack_bot_token is None:
        raise CannotStart("SLACK_BOT_TOKEN is missing; to try the bot without Slack run: pactbot sandbox", exit_code=2)
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        line = (
            "set SLACK_APP_TOKEN (xapp-…, Socket Mode) or SLACK_SIGNING_SECRET (HTTP mode): the bot cannot hear Slack"
        )
        raise CannotStart(line, exit_code=2)
    if "DYNO" in os.environ and settings.database_url.get_secret_value().startswith("sqlite"):
        line = "PACT_DATABASE_URL: this host forgets its disk, SQLite would lose everything; add PostgreSQL"
        raise CannotStart(line, exit_code=2)


class App:
    """The bot of one workspace, in one process or as one of its parts."""

    def __init__(self, ground: Ground, only: Part | None = None, *, quarantine_seconds: float = 45.0) -> None:
        self.ground = ground
        self.settings = ground.settings
        self._only = only
        self._quarantine_seconds = quarantine_seconds
        self._vitals = Vitals(ground.outlets, utc_now)
        self._failed: asyncio.Event = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> int:
        """Runs until ``stop``; returns the exit code. Raises CannotStart for what no waiting mends."""
        check_tokens(self.settings)
        async with AsyncExitStack() as stack:
            http = await self._open_http(stack)
            store = await self._open_store(stack, stop)
            poster = await self._open_poster(stack)
            identity = await self._identify(poster, stop)
            if stop.is_set() or store is None or identity is None:
                return 0
            await self._work(stack, stop, store, poster, identity, http)
        return 1 if self._failed.is_set() else 0

    # ── opening ────────────────────────────────────────────────────────────────────────────────────────────

    async def _open_http(self, stack: AsyncExitStack) -> HttpMode | None:
        """The probes answer from the first moment; events are let in once the rest stands."""
        over_http = self.settings.slack_app_token is None and self._has("slack")
        if not over_http and self.settings.port is None:
            return None
        http = HttpMode(
            None, self._vitals.probes(), port=DEFAULT_PORT if self.settings.port is None else self.settings.port
        )
        await http.start()
        stack.push_async_callback(http.stop)
        log.info("listening", extra={"port": http.port})
        return http

    async def _open_store(self, stack: AsyncExitStack, stop: asyncio.Event) -> Store | None:
        store = Store.open(self.settings.database_url.get_secret_value())
        stack.push_async_callback(store.close)
        pause, waited = 0.5, 0.0
        while not stop.is_set():
            try:
                await self._ready(store)
            except StoreUnready:
                if waited >= SCHEMA_WAIT_SECONDS:
                    raise
                waited += pause
            except StoreBusy as trouble:
                log.warning("database_away", extra={"why": str(trouble), "retry_seconds": pause})
            else:
                self._vitals.store = store
                return store
            await _rest(stop, pause)
            pause = min(pause * 1.6, 10.0)
        return None

    @staticmethod
    async def _ready(store: Store) -> None:
        """SQLite brings itself up to date; PostgreSQL waits for whoever runs ``pactbot migrate``."""
        try:
            await store.check_schema()
        except StoreUnready:
            if not store.embedded:
                raise
            await store.migrate()

    async def _open_poster(self, stack: AsyncExitStack) -> Poster:
        assert self.settings.slack_bot_token is not None
        client = make_client(self.settings.slack_api_url, self.settings.slack_bot_token.get_secret_value())
        poster = Poster(client, _names(self.ground.lexicon), self.settings.command)
        stack.push_async_callback(poster.close)
        return poster

    async def _identify(self, poster: Poster, stop: asyncio.Event) -> Identity | None:
        pause = 1.0
        while not stop.is_set():
            try:
                return await poster.identity()
            except Revoked as refusal:
                line = f"SLACK_BOT_TOKEN: Slack refuses it ({refusal.code}); install the app again and copy its token"
                raise CannotStart(line) from None
            except PostError as trouble:
                log.warning("slack_away", extra={"why": trouble.code, "retry_seconds": pause})
            await _rest(stop, pause)
            pause = min(pause * 2, 60.0)
        return None

    # ── working ────────────────────────────────────────────────────────────────────────────────────────────

    def _has(self, part: Part) -> bool:
        return self._only in (None, part)

    async def _work(
        self,
        stack: AsyncExitStack,
        stop: asyncio.Event,
        store: Store,
        poster: Poster,
        identity: Identity,
        http: HttpMode | None,
    ) -> None:
        async with store.begin() as c:
            await installations.put(
                c, identity.team, utc_now(), enterprise=identity.enterprise, name=identity.team_name,
                bot_user=identity.bot_user, bot=identity.bot_id, scopes=identity.scopes,
            )  # fmt: skip
        desk = self._desk(store, poster)
        await subscribe_channel(store, desk.watch, self.settings, identity.team, utc_now())
        halt = asyncio.Event()
        running: list[asyncio.Task[None]] = []
        stack.push_async_callback(_ended, halt, running)
        if self._has("worker") or self._has("slack"):
            running.append(asyncio.create_task(desk.outbox.run(halt), name="outbox"))
        if self._has("worker"):
            running.append(asyncio.create_task((await self._queue(stack, store, desk)).run(halt), name="queue"))
        if self._has("clock"):
            running.append(asyncio.create_task(self._ring(store, halt), name="clock"))
        if self._has("slack"):
            await self._listen(stack, desk, poster, identity, http, store)
        self._vitals.working = True
        log.info(
            "started", extra={"team": identity.team, "part": self._only or "all", "outlets": len(self.ground.outlets)}
        )
        await self._until(stop, running)
        self._vitals.working = False
        log.info("stopping")

    def _desk(self, store: Store, poster: Poster) -> Desk:
        return Desk(self.ground, store, poster, self._quarantine_seconds)

    async def _queue(self, stack: AsyncExitStack, store: Store, desk: Desk) -> Queue:
        settings = self.settings
        turns = Turns(store, settings.host_pause_seconds, utc_now)
        scraper = open_scraper(
            self.ground.outlets,
            turns.wait,
            robots_memory=KeptRobots(store),
            trusted=settings.trusted_addresses,
            on_crawl_delay=turns.slow_down,
            now=utc_now,
        )
        stack.push_async_callback(scraper.close)
        intake = Intake(store, desk.watch, self.ground.outlets, utc_now)
        upkeep = Upkeep(
            store, self.ground.outlets, settings.operators_channel, settings.language, settings.timezone, utc_now
        )
        jobs = Jobs(
            store, self.ground.outlets, scraper, intake, Digests(store, utc_now), upkeep, desk.outbox.ring, utc_now
        )
        return Queue(store, jobs.table(), utc_now, worker=worker_name())

    async def _listen(
        self,
        stack: AsyncExitStack,
        desk: Desk,
        poster: Poster,
        identity: Identity,
        http: HttpMode | None,
        store: Store,
    ) -> None:
        secret = self.settings.slack_signing_secret
        front = Front(
            desk.answers, poster, identity,
            signing_secret=secret.get_secret_value() if secret else "", language=self.settings.language,
        )  # fmt: skip
        stack.push_async_callback(front.drain, DRAIN_SECONDS)
        await self._resume(front, desk, store)
        if self.settings.slack_app_token is not None:
            socket_mode = SocketMode(front.app, self.settings.slack_app_token.get_secret_value())
            self._vitals.socket = socket_mode
            await socket_mode.start()
            stack.push_async_callback(socket_mode.stop)
        elif http is not None:
            http.attach(front.app)
            stack.callback(http.detach)

    @staticmethod
    async def _resume(front: Front, desk: Desk, store: Store) -> None:
        """Takes up again what was acknowledged and not done before the last stop."""
        now = utc_now()
        async with store.read() as c:
            rows = await inbound.unhandled(c, now - RESUME_AGE, now)
        for row in rows:
            heard = heard_from(row.id, row.kind, row.payload)
            if isinstance(heard, Request):
                await front.resume(heard)
            else:
                assert isinstance(heard, Happened)
                await desk.answers.happened(heard)
                await desk.answers.handled(heard)

    async def _ring(self, store: Store, halt: asyncio.Event) -> None:
        """The clock: its bells are made from rows, again and again, so that a new schedule rings by itself."""
        queue = Queue(store, {}, utc_now, worker=worker_name())
        clock = Clock(queue.put)
        every: list[Bell] = [
            Every(Job("scrape", outlet.key), outlet.every_minutes)
            for outlet in self.ground.outlets.values()
            if outlet.enabled
        ]
        clock.set_bells("outlets", every)
        clock.set_bells("house", [Every(Job("digest"), 1), Every(Job("upkeep"), 5)])
        clock.start()
        try:
            while not halt.is_set():
                try:
                    clock.set_bells("digests", [AtLocal(Job("digest"), *at) for at in await digest_bells(store)])
                except StoreTrouble as trouble:
                    log.warning("bells_wait", extra={"why": str(trouble)})
                await _rest(halt, BELLS_SECONDS)
        finally:
            clock.stop()

    async def _until(self, stop: asyncio.Event, running: list[asyncio.Task[None]]) -> None:
        """Waits for the stop; a part that ends by itself, or deaf sockets, end the process with an error."""
        while not stop.is_set():
            await _rest(stop, 1.0)
            ended = next((task for task in running if task.done()), None)
            if ended is not None and not stop.is_set():
                log.error("part_ended", extra={"part": ended.get_name()}, exc_info=ended.exception())
                self._failed.set()
                return
            if self._vitals.deaf_seconds() > DEAF_SECONDS:
                log.error("deaf", extra={"seconds": self._vitals.deaf_seconds()})
                self._failed.set()
                return


class Desk:
    """The desk's rooms over one store and one poster."""

    def __init__(self, ground: Ground, store: Store, poster: Poster, quarantine_seconds: float) -> None:
        settings = ground.settings
        self._store = store
        self._poster = poster
        self.watch = Watch(ground.lexicon)
        self.rooms = Rooms(
            store=store,
            watch=self.watch,
            outlets=ground.outlets,
            calendar=ground.calendar,
            now=utc_now,
            language=settings.language,
            timezone=settings.timezone,
            command=settings.command,
            settled=self._settled,
            open_direct=self.open_direct,
        )
        self.presence = Presence(store, self._ring, utc_now, settings.language, settings.timezone)
        self.answers = Answers(self.rooms, self.presence)
        renderer = Renderer(ground.outlets, utc_now, self.answers.answer_line)
        troubles = Troubles(
            store, settings.operators_channel, settings.language, settings.timezone, utc_now, self.open_direct
        )
        terms = Terms(quarantine_seconds=quarantine_seconds)
        self.outbox = Outbox(store, self._poster_of, renderer.render, utc_now, tell=troubles.tell, terms=terms)

    def _ring(self) -> None:
        self.outbox.ring()

    def _poster_of(self, _team: str) -> Poster:
        return self._poster

    async def _settled(self, delivery: int) -> Delivery | None:
        return await self.outbox.settled(delivery, OUTCOME_SECONDS)

    async def open_direct(self, _team: str, user: str) -> str | None:
        """The direct message's channel id of a person; None when Slack does not say."""
        try:
            return await self._poster.open_direct(user)
        except PostError as refusal:
            log.warning("no_direct", extra={"why": refusal.code})
            return None


def _names(lexicon: Lexicon) -> Mapping[str, Mapping[str, str]]:
    return {official.name: {"ko": official.ko, "en": official.name} for official in lexicon.officials}


async def _ended(halt: asyncio.Event, running: list[asyncio.Task[None]]) -> None:
    halt.set()
    if running:
        await asyncio.wait(running, timeout=DRAIN_SECONDS + 2)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    """Waits, but not past the stop."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
