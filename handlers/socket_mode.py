"""Runs Socket Mode: two web sockets to Slack, which are replaced when they end, are silent, or Slack asks for it."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable

from aiohttp import ClientConnectionError, TraceConfig, WSMessage
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from handlers.client import proxy_for
from handlers.reconnect_pace import ReconnectPace

PING_SECONDS = 2.0
"""The library notices a half-open socket after 1.5 of these and reconnects within one more: five seconds in all."""
CLOSE_SECONDS = 2.0
"""The library would wait ten seconds for a peer that does not answer."""
CONNECTIONS = 2
socket_log = logging.getLogger("pactbot.socket")
socket_log.setLevel(logging.INFO)
"""It is never DEBUG, because there the library logs every payload."""


class _WithoutTicket(logging.Filter):
    """Keeps the library's log records on one line, without the ticket in a socket's URL."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = re.sub(r"wss?://[^\s'\")]+", "wss://…", record.getMessage())
        record.args, record.exc_info = (), None
        return True


socket_log.addFilter(_WithoutTicket())


class PacedClient(SocketModeClient):
    """The library's client of one socket, which paces its connections and makes one at a time."""

    def __init__(self, app: AsyncApp, app_token: str, pace: ReconnectPace, ping_seconds: float) -> None:
        super().__init__(app_token, logger=socket_log, web_client=app.client, ping_interval=ping_seconds)
        self.proxy = proxy_for(app.client.base_url, self.proxy)
        self._app = app
        self._pace = pace
        self._reconnecting: asyncio.Task[object] | None = None
        requests = TraceConfig()
        requests.on_request_start.append(self._forget_url)
        requests.freeze()
        self.aiohttp_client_session.trace_configs.append(requests)
        self.socket_mode_request_listeners.append(self._dispatch)

    async def _dispatch(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        began = time.time()
        response = await run_async_bolt_app(self._app, request)
        try:
            await send_async_response(client, request, response, began)
        except ConnectionError:
            socket_log.info("socket closed before an acknowledgement: Slack sends events again, commands are answered")

    async def _forget_url(self, *_: object) -> None:
        """Forgets a socket's URL once it is used: the library would try a used ticket again and again."""
        self.wss_uri = None

    async def issue_new_wss_url(self) -> str:
        """Asks Slack for the address of a new socket, after the pause that is due."""
        await asyncio.sleep(self._pace.next_pause())
        try:
            return await super().issue_new_wss_url()
        except (ClientConnectionError, TimeoutError):
            self._pace.forget_last()
            raise

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Replaces the socket, unless that is already being done: Slack may ask for it many times over one socket."""
        if self._reconnecting is not None:
            return
        self._reconnecting = asyncio.current_task()
        try:
            await super().connect_to_new_endpoint(force)
        finally:
            self._reconnecting = None

    async def end(self) -> None:
        """Closes the socket and waits for the tasks, which the library only cancels, but for no silent peer."""
        own_tasks = (self.message_processor, self.current_session_monitor, self.message_receiver, self._reconnecting)
        tasks = [task for task in own_tasks if task]
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.close()  # type: ignore[no-untyped-call]
        except TimeoutError:
            socket_log.warning("socket not closed in time")
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.aiohttp_client_session.close()


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
        pace: ReconnectPace | None = None,
    ) -> None:
        self._app = app
        self._app_token = app_token
        self._count = connections
        self._ping_seconds = ping_seconds
        self._now = now
        self._pace = pace or ReconnectPace(now)
        self._clients: list[PacedClient] = []
        self._connecting: list[asyncio.Task[None]] = []
        self._heard_at = now()
        self._pongs: dict[PacedClient, float | None] = {}

    async def start(self) -> None:
        """Connects, and returns when the first connection is open; the library retries without end."""
        self._clients = [self._client() for _ in range(self._count)]
        self._connecting = [asyncio.create_task(client.connect()) for client in self._clients]  # type: ignore[no-untyped-call]
        await asyncio.wait(self._connecting, return_when=asyncio.FIRST_COMPLETED)

    async def stop(self) -> None:
        """Closes the connections within about two seconds. Running answers go on; drain them afterwards."""
        for task in self._connecting:
            task.cancel()
        await asyncio.gather(*self._connecting, return_exceptions=True)
        await asyncio.gather(*(client.end() for client in self._clients))
        self._clients = []

    def heard_at(self) -> float:
        """Returns the ``now`` of the last message or pong on any connection.

        The library stamps pongs with the wall clock, which can be set, so a pong counts when its stamp changes.
        """
        pongs = {client: client.last_ping_pong_time for client in self._clients}
        if any(pong is not None and pong != self._pongs.get(client) for client, pong in pongs.items()):
            self._heard_at = self._now()
        self._pongs = pongs
        return self._heard_at

    def age_seconds(self) -> float:
        """Returns the seconds since the last message or pong."""
        return max(0.0, self._now() - self.heard_at())

    def connected(self) -> int:
        """Returns the number of open connections."""
        sessions = (client.current_session for client in self._clients)
        return sum(1 for session in sessions if session is not None and not session.closed)

    def _client(self) -> PacedClient:
        client = PacedClient(self._app, self._app_token, self._pace, self._ping_seconds)
        client.on_message_listeners.append(self._on_message)
        return client

    async def _on_message(self, _: WSMessage) -> None:
        self._heard_at = self._now()
