"""The two ways in: Socket Mode, where we call Slack, and HTTP, where Slack calls us. One dispatcher behind both."""

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
"""A half-open socket is noticed after one and a half of these and opened anew within one more: five seconds in all."""
CLOSE_SECONDS = 2.0
"""The library would wait ten for a peer that does not answer."""
HTTP_END_SECONDS = 1.0
CONNECTIONS = 2
BODY_MAX_BYTES = 1_000_000
DEFAULT_PORT = 3000
socket_log = logging.getLogger("pactbot.socket")
socket_log.setLevel(logging.INFO)
"""Never DEBUG: there the library prints every payload that comes in."""

Probe = Callable[[], Awaitable[tuple[int, str]]]
"""Answers a health question: HTTP status and text."""


class _OneLine(logging.Filter):
    """The library's complaints on one line, without the ticket that a socket's address carries."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = re.sub(r"wss?://[^\s'\")]+", "wss://…", record.getMessage())
        record.args, record.exc_info = (), None
        return True


socket_log.addFilter(_OneLine())


class SocketMode:
    """Two connections to Slack, so that the refresh of one leaves no hole; a payload comes over any one of them."""

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
        """Connects and returns when the first connection stands; the library tries on until then, for ever."""
        self._handlers = [self._handler() for _ in range(self._count)]
        self._connecting = [asyncio.create_task(_connect(each)) for each in self._handlers]
        await asyncio.wait(self._connecting, return_when=asyncio.FIRST_COMPLETED)

    async def stop(self) -> None:
        """Takes nothing more in, in about two seconds. Answers under way are not touched: drain them afterwards."""
        for task in self._connecting:
            task.cancel()
        await asyncio.gather(*self._connecting, return_exceptions=True)
        await asyncio.gather(*(_close(handler.client) for handler in self._handlers))
        self._handlers = []

    def heard_at(self) -> float:
        """When anything was heard last on any connection, be it the answer to a ping: an instant of ``now``.

        The library keeps the time of pings by the wall clock, which can be set: what counts here is that it moves.
        """
        pongs = {each.client: each.client.last_ping_pong_time for each in self._handlers}
        if any(pong is not None and pong != self._pongs.get(client) for client, pong in pongs.items()):
            self._heard_at = self._now()
        self._pongs = pongs
        return self._heard_at

    def age_seconds(self) -> float:
        """Since when nothing was heard."""
        return max(0.0, self._now() - self.heard_at())

    def connected(self) -> int:
        """How many connections stand."""
        sessions = (each.client.current_session for each in self._handlers)
        return sum(1 for each in sessions if each is not None and not each.closed)

    def _handler(self) -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(
            self._app, self._app_token, logger=socket_log, ping_interval=self._ping_seconds
        )
        handler.client.proxy = proxy_for(self._app.client.base_url, handler.client.proxy)
        handler.client.on_message_listeners.append(self._heard)
        return handler

    async def _heard(self, _: WSMessage) -> None:
        self._heard_at = self._now()


async def _connect(handler: AsyncSocketModeHandler) -> None:
    await handler.connect_async()  # type: ignore[no-untyped-call]


async def _close(client: SocketModeClient) -> None:
    """Closes a client and ends its own tasks, which the library only cancels; a silent peer is not waited for."""
    tasks = [
        each for each in (client.message_processor, client.current_session_monitor, client.message_receiver) if each
    ]
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
    """What answers /healthz, /readyz and /metrics."""

    healthz: Probe
    readyz: Probe
    metrics: Probe


class HttpMode:
    """Slack's signed requests at /slack/events, and the probes. Without an app Slack is asked to come again."""

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
        except (OSError, OverflowError) as refused:
            await runner.cleanup()
            raise PortInUse(self._host, self.port, getattr(refused, "strerror", None) or str(refused)) from None
        self._runner, self._site = runner, site
        self.port = int(runner.addresses[0][1])

    def attach(self, app: AsyncApp) -> None:
        """Lets Slack's requests in from now."""
        self._app = app

    def detach(self) -> None:
        """Lets no request of Slack's in any more; it comes again."""
        self._app = None

    async def stop(self) -> None:
        """Takes no new request, lets those under way finish, and closes."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = self._site = None

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=BODY_MAX_BYTES)
        application.router.add_post("/slack/events", self._slack)
        for path, probe, kind in (
            ("/healthz", self._probes.healthz, "application/json"),
            ("/readyz", self._probes.readyz, "application/json"),
            ("/metrics", self._probes.metrics, "text/plain"),
        ):
            application.router.add_get(path, _answer_of(probe, kind))
        return application

    async def _slack(self, request: web.Request) -> web.Response:
        app = self._app
        if app is None:
            return web.Response(status=503, text="not ready", headers={"Retry-After": "5"})
        try:
            bolt_request = await to_bolt_request(request)
        except (UnicodeDecodeError, LookupError, ValueError):
            return web.Response(status=400, text="the body is no text")
        return await to_aiohttp_response(await app.async_dispatch(bolt_request))


def _answer_of(probe: Probe, kind: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(_: web.Request) -> web.Response:
        status, text = await probe()
        return web.Response(status=status, text=text, content_type=kind, headers={"Cache-Control": "no-store"})

    return answer
