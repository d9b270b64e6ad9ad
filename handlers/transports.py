"""Runs the two transports: Socket Mode, where we connect to Slack, and HTTP, where Slack calls us."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import WSMessage, web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from handlers.client import proxy_for
from handlers.errors import PortInUse

PING_SECONDS = 2.0
"""The library notices a half-open socket after 1.5 of these and reconnects within one more: five seconds in all."""
CLOSE_SECONDS = 2.0
"""The library would wait ten seconds for a peer that does not answer."""
HTTP_END_SECONDS = 1.0
CONNECTIONS = 2
BODY_MAX_BYTES = 1_000_000
DEFAULT_PORT = 3000
socket_log = logging.getLogger("pactbot.socket")
socket_log.setLevel(logging.INFO)
"""It is never DEBUG, because there the library logs every payload."""

Probe = Callable[[], Awaitable[tuple[int, str]]]
"""Answers a health check with HTTP status and text."""


class _WithoutTicket(logging.Filter):
    """Keeps the library's log records on one line, without the ticket in a socket's URL."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = re.sub(r"wss?://[^\s'\")]+", "wss://…", record.getMessage())
        record.args, record.exc_info = (), None
        return True


socket_log.addFilter(_WithoutTicket())


class SocketMode:
    """Keeps two connections to Slack, so that the refresh of one loses nothing; a payload comes over one of them."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        *,
        connections: int = CONNECTIONS,
        ping_seconds: float = PING_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._app_token = app_token
        self._count = connections
        self._ping_seconds = ping_seconds
        self._now = now
        self._handlers: list[AsyncSocketModeHandler] = []
        self._connecting: list[asyncio.Task[None]] = []
        self._heard_at = now()
        self._pongs: dict[SocketModeClient, float | None] = {}

    async def start(self) -> None:
        """Connects, and returns when the first connection is open; the library retries without end."""
        self._handlers = [self._handler() for _ in range(self._count)]
        self._connecting = [asyncio.create_task(_connect(handler)) for handler in self._handlers]
        await asyncio.wait(self._connecting, return_when=asyncio.FIRST_COMPLETED)

    async def stop(self) -> None:
        """Closes the connections within about two seconds. Running answers go on; drain them afterwards."""
        for task in self._connecting:
            task.cancel()
        await asyncio.gather(*self._connecting, return_exceptions=True)
        await asyncio.gather(*(_close(handler.client) for handler in self._handlers))
        self._handlers = []

    def heard_at(self) -> float:
        """Returns the ``now`` of the last message or pong on any connection.

        The library stamps pongs with the wall clock, which can be set, so a pong counts when its stamp changes.
        """
        pongs = {handler.client: handler.client.last_ping_pong_time for handler in self._handlers}
        if any(pong is not None and pong != self._pongs.get(client) for client, pong in pongs.items()):
            self._heard_at = self._now()
        self._pongs = pongs
        return self._heard_at

    def age_seconds(self) -> float:
        """Returns the seconds since the last message or pong."""
        return max(0.0, self._now() - self.heard_at())

    def connected(self) -> int:
        """Returns the number of open connections."""
        sessions = (handler.client.current_session for handler in self._handlers)
        return sum(1 for session in sessions if session is not None and not session.closed)

    def _handler(self) -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(
            self._app, self._app_token, logger=socket_log, ping_interval=self._ping_seconds
        )
        handler.client.proxy = proxy_for(self._app.client.base_url, handler.client.proxy)
        handler.client.on_message_listeners.append(self._on_message)
        return handler

    async def _on_message(self, _: WSMessage) -> None:
        self._heard_at = self._now()


async def _connect(handler: AsyncSocketModeHandler) -> None:
    await handler.connect_async()  # type: ignore[no-untyped-call]


async def _close(client: SocketModeClient) -> None:
    """Closes a client and waits for its tasks, which the library only cancels; a silent peer is not waited for."""
    own_tasks = (client.message_processor, client.current_session_monitor, client.message_receiver)
    tasks = [task for task in own_tasks if task]
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await client.close()  # type: ignore[no-untyped-call]
    except TimeoutError:
        socket_log.warning("socket not closed in time")
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await client.aiohttp_client_session.close()


@dataclass(frozen=True, slots=True)
class Probes:
    """The answers of /healthz, /readyz and /metrics."""

    healthz: Probe
    readyz: Probe
    metrics: Probe


class HttpMode:
    """Serves Slack's signed requests at /slack/events, and the probes. Without an app Slack is asked to retry."""

    def __init__(
        self,
        app: AsyncApp | None,
        probes: Probes,
        *,
        port: int = DEFAULT_PORT,
        host: str = "0.0.0.0",  # noqa: S104 - a container's only way to be reached; requests are signed
    ) -> None:
        self._app = app
        self._probes = probes
        self._host = host
        self.port = port
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None

    async def start(self) -> None:
        """Listens; raises PortInUse. Port 0 takes a free port, which ``port`` then holds."""
        runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=HTTP_END_SECONDS)
        await runner.setup()
        site = web.TCPSite(runner, self._host, self.port)
        try:
            await site.start()
        except (OSError, OverflowError) as error:
            await runner.cleanup()
            raise PortInUse(self._host, self.port, getattr(error, "strerror", None) or str(error)) from None
        self._runner, self._site = runner, site
        self.port = int(runner.addresses[0][1])

    def attach(self, app: AsyncApp) -> None:
        """Accepts Slack's requests from now on."""
        self._app = app

    def detach(self) -> None:
        """Refuses Slack's requests from now on; Slack sends them again."""
        self._app = None

    async def stop(self) -> None:
        """Accepts no new request, waits for the running ones, and closes."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = self._site = None

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=BODY_MAX_BYTES)
        application.router.add_post("/slack/events", self._slack_events)
        for path, probe, content_type in (
            ("/healthz", self._probes.healthz, "application/json"),
            ("/readyz", self._probes.readyz, "application/json"),
            ("/metrics", self._probes.metrics, "text/plain"),
        ):
            application.router.add_get(path, _probe_handler(probe, content_type))
        return application

    async def _slack_events(self, request: web.Request) -> web.Response:
        app = self._app
        if app is None:
            return web.Response(status=503, text="not ready", headers={"Retry-After": "5"})
        try:
            bolt_request = await to_bolt_request(request)
        except (UnicodeDecodeError, LookupError, ValueError):
            return web.Response(status=400, text="the body is not text")
        return await to_aiohttp_response(await app.async_dispatch(bolt_request))


def _probe_handler(probe: Probe, content_type: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(_: web.Request) -> web.Response:
        status, text = await probe()
        return web.Response(status=status, text=text, content_type=content_type, headers={"Cache-Control": "no-store"})

    return answer
