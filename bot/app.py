"""Assembly: the only place that builds things. Opens the rooms, connects them, runs them, and closes them in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot.desk.announcing import Operators
from bot.desk.answer import Answers, heard_from
from bot.desk.answers.rooms import Rooms
from bot.desk.audit import Auditor
from bot.desk.digest import Digests
from bot.desk.first_subscription import subscribe_channel
from bot.desk.intake import Intake
from bot.desk.manners import KeptRobots, Turns
from bot.desk.outbox import Outbox, worker_name
from bot.desk.pacer import Terms
from bot.desk.presence import Presence
from bot.desk.render import Renderer
from bot.desk.scouting import Scouting
from bot.desk.troubles import Troubles
from bot.desk.upkeep import KEEP_INBOUND, Upkeep
from bot.desk.watch import Watch
from bot.jobs import Jobs
from bot.matching.names import shown_names
from bot.model import Delivery
from bot.opening import (
    SCHEMA_WAIT_SECONDS,
    check_tokens,
    identify,
    patiently,
    rest,
    schema_ready,
    unless_stopped,
    utc_now,
)
from bot.probes import Vitals
from bot.queue import Queue
from bot.ringing import ring
from bot.store import inbound, installations
from bot.store.engine import Store
from handlers.asks import Request
from handlers.client import make_client
from handlers.errors import PostError
from handlers.post import Identity, Poster
from handlers.reception import Heard
from handlers.slack import Front
from handlers.transports import HttpMode, SocketMode
from scrapers.catalogue import load_outlets
from scrapers.outlet import Outlet
from scrapers.scraper import open_scraper
from settings.config import DEFAULT_PORT, Settings
from settings.lexicon import Lexicon
from settings.lexicon import load as load_lexicon
from settings.pact import PactCalendar
from settings.pact import load as load_calendar

log = logging.getLogger("pactbot.app")

Part = Literal["slack", "clock", "worker"]
DEAF_SECONDS = 120.0
DRAIN_SECONDS = 3.0
"""An answer asks for patience after 2.5 s; what takes longer than this is taken up again at the next start."""
END_SECONDS = 11.0
"""A call to Slack that is out ends within ten seconds, and is then settled."""
RESUME_AGE = timedelta(minutes=30)
"""Slack's answer address works this long; what was asked before is past answering (an event never is)."""
OUTCOME_SECONDS = 2.0


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


class App:
    """The bot of one workspace, in one process or as one of its parts."""

    def __init__(
        self,
        ground: Ground,
        only: Part | None = None,
        *,
        terms: Terms | None = None,
        schema_wait_seconds: float = SCHEMA_WAIT_SECONDS,
    ) -> None:
        self.ground = ground
        self.settings = ground.settings
        self.vitals = Vitals(ground.outlets, utc_now)
        self.http: HttpMode | None = None
        self._only = only
        self._terms = terms or Terms()
        self._schema_wait_seconds = schema_wait_seconds
        self._failed = False

    async def run(self, stop: asyncio.Event) -> int:
        """Runs until ``stop``; returns the exit code. Raises CannotStart for what no waiting mends."""
        check_tokens(self.settings)
        async with AsyncExitStack() as stack:
            await self._open_http(stack)
            address = self.settings.database_url.get_secret_value()
            store = Store.open(address)
            stack.push_async_callback(store.close)
            poster = self._open_poster(stack)
            if not await schema_ready(store, address, stop, self._schema_wait_seconds):
                return 0
            self.vitals.store = store
            identity = await identify(poster, self._app_token(), stop)
            if identity is None:
                return 0
            await self._work(stack, stop, Desk(self.ground, store, poster, self._terms), identity)
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
        self.http = HttpMode(None, self.vitals.probes(), port=DEFAULT_PORT if port is None else port)
        await self.http.start()
        stack.push_async_callback(self.http.stop)
        log.info("listening", extra={"port": self.http.port})

    def _open_poster(self, stack: AsyncExitStack) -> Poster:
        assert self.settings.slack_bot_token is not None
        client = make_client(self.settings.slack_api_url, self.settings.slack_bot_token.get_secret_value())
        poster = Poster(client, shown_names(self.ground.lexicon), self.settings.command)
        stack.push_async_callback(poster.close)
        return poster

    # ── working ────────────────────────────────────────────────────────────────────────────────────────────

    async def _work(self, stack: AsyncExitStack, stop: asyncio.Event, desk: Desk, identity: Identity) -> None:
        await patiently(stop, lambda: desk.move_in(identity))
        leave, halt, running = asyncio.Event(), asyncio.Event(), list[asyncio.Task[None]]()
        queue = self._queue(stack, desk)
        await patiently(stop, lambda: _roll_up(desk))  # told together, before anything of it goes by itself
        stack.push_async_callback(_ended, halt, running)
        if self._has("worker") or self._has("slack"):
            running.append(asyncio.create_task(desk.outbox.run(halt), name="outbox"))
        if self._has("worker"):
            running.append(asyncio.create_task(queue.run(leave), name="queue"))
        if self._has("clock"):
            outlets = self.ground.outlets.values()
            running.append(asyncio.create_task(ring(desk.store, queue, outlets, leave), name="clock"))
        if self._has("slack"):
            await self._listen(stack, stop, desk, identity)
        self.vitals.working = not stop.is_set()
        fields = {"team": identity.team, "part": self._only or "all", "outlets": len(self.ground.outlets)}
        log.info("started", extra=fields)
        await self._until(stop, running)
        self.vitals.working = False
        log.info("stopping")
        leave.set()  # nothing new is begun; the outbox goes on while answers under way wait for their posts

    def _queue(self, stack: AsyncExitStack, desk: Desk) -> Queue:
        """The queue with its jobs; a process without the worker only puts bells into it."""
        if not self._has("worker"):
            return Queue(desk.store, {}, utc_now, worker=worker_name())
        settings, outlets, store = self.settings, self.ground.outlets, desk.store
        turns = Turns(store, settings.host_pause_seconds, utc_now)
        scraper = open_scraper(
            outlets, turns.wait, robots_memory=KeptRobots(store), trusted=settings.trusted_addresses,
            on_crawl_delay=turns.slow_down, now=utc_now,
        )  # fmt: skip
        stack.push_async_callback(scraper.close)
        told = settings.operators_channel
        operators = Operators(told, settings.language, settings.timezone) if told else None
        intake = Intake(store, desk.watch, outlets, utc_now, operators)
        upkeep = Upkeep(store, outlets, settings.operators_channel, settings.language, settings.timezone, utc_now)
        auditor = Auditor(store, lambda _team: desk.poster, operators, utc_now)
        scouting = Scouting(store, self.ground.lexicon, operators, utc_now)
        jobs = Jobs(
            store, outlets, scraper, intake, Digests(store, utc_now), upkeep, desk.outbox.ring, utc_now, auditor,
            scouting,
        )  # fmt: skip
        return Queue(store, jobs.table(), utc_now, worker=worker_name())

    async def _listen(self, stack: AsyncExitStack, stop: asyncio.Event, desk: Desk, identity: Identity) -> None:
        secret = self.settings.slack_signing_secret
        front = Front(
            desk.answers, desk.poster, identity,
            signing_secret=secret.get_secret_value() if secret else "", language=self.settings.language,
        )  # fmt: skip
        stack.push_async_callback(front.drain, DRAIN_SECONDS)
        await patiently(stop, lambda: _resume(front, desk))
        app_token = self._app_token()
        if app_token is not None:
            self.vitals.socket = SocketMode(front.app, app_token)
            stack.push_async_callback(self.vitals.socket.stop)
            await unless_stopped(stop, self.vitals.socket.start())
        elif self.http is not None:
            self.http.attach(front.app)
            stack.callback(self.http.detach)

    async def _until(self, stop: asyncio.Event, running: list[asyncio.Task[None]]) -> None:
        """Waits for the stop; a part that ends by itself, or deaf sockets, end the process with an error."""
        while not stop.is_set():
            await rest(stop, 1.0)
            ended = next((task for task in running if task.done()), None)
            if ended is not None and not stop.is_set():
                log.error("part_ended", extra={"part": ended.get_name()}, exc_info=ended.exception())
                self._failed = True
                return
            if self.vitals.deaf_seconds() > DEAF_SECONDS:
                log.error("deaf", extra={"seconds": self.vitals.deaf_seconds()})
                self._failed = True
                return


class Desk:
    """The desk's rooms over one store and one poster."""

    def __init__(self, ground: Ground, store: Store, poster: Poster, terms: Terms) -> None:
        settings = ground.settings
        self.store = store
        self.poster = poster
        self.watch = Watch(ground.lexicon)
        self._settings = settings
        rooms = Rooms(
            store=store, watch=self.watch, outlets=ground.outlets, calendar=ground.calendar, now=utc_now,
            language=settings.language, timezone=settings.timezone, command=settings.command,
            settled=self._settled, open_direct=self.open_direct,
        )  # fmt: skip
        presence = Presence(store, self._ring, utc_now, settings.language, settings.timezone)
        self.answers = Answers(rooms, presence)
        renderer = Renderer(ground.outlets, utc_now, self.answers.answer_line)
        operators = settings.operators_channel
        troubles = Troubles(store, operators, settings.language, settings.timezone, utc_now, self.open_direct)
        self.outbox = Outbox(store, self._poster_of, renderer.render, utc_now, tell=troubles.tell, terms=terms)

    async def move_in(self, identity: Identity) -> None:
        """Writes down where the app is installed, and subscribes the operator's channel the first time."""
        async with self.store.begin() as c:
            await installations.put(
                c, identity.team, utc_now(), enterprise=identity.enterprise, name=identity.team_name,
                bot_user=identity.bot_user, bot=identity.bot_id, scopes=identity.scopes,
            )  # fmt: skip
        await subscribe_channel(self.store, self.watch, self._settings, identity.team, utc_now())

    def _ring(self) -> None:
        self.outbox.ring()

    def _poster_of(self, _team: str) -> Poster:
        return self.poster

    async def _settled(self, delivery: int) -> Delivery | None:
        return await self.outbox.settled(delivery, OUTCOME_SECONDS)

    async def open_direct(self, _team: str, user: str) -> str | None:
        """The direct message's channel id of a person; None when Slack does not say."""
        try:
            return await self.poster.open_direct(user)
        except PostError as refusal:
            log.warning("no_direct", extra={"why": refusal.code})
            return None


async def _roll_up(desk: Desk) -> None:
    await Digests(desk.store, utc_now).roll_up_due()


async def _resume(front: Front, desk: Desk) -> None:
    """Takes up again what was acknowledged and not done before the last stop."""
    now = utc_now()
    async with desk.store.read() as c:
        rows = await inbound.unhandled(c, now - KEEP_INBOUND, now)
    for row in rows:
        heard = heard_from(row.id, row.kind, row.payload)
        if isinstance(heard, Request) and row.heard_at < now - RESUME_AGE:
            continue
        work = Heard(heard) if isinstance(heard, Request) else heard
        front.reception.start(front.reception.serve(work))


async def _ended(halt: asyncio.Event, running: list[asyncio.Task[None]]) -> None:
    halt.set()
    if running:
        await asyncio.wait(running, timeout=END_SECONDS)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
