"""Serves HTTP: Slack's signed requests at /slack/events, installs, the probes, and WebSub hubs at /websub/{token}.

```
connection_limits ─ headers ─ body ─ signed_requests ─ a payload ─ Bolt's dispatcher ─ the acknowledgement
```
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.request.async_request import AsyncBoltRequest

from handlers.connection_limits import Connection, ConnectionLimits, Connections, http_log
from handlers.errors import PortInUse
from handlers.hub_requests import HubCallback, HubRoutes
from handlers.oauth.routes import InstallRoutes
from handlers.signed_requests import BadRequest, is_signed, is_ssl_check, read_body
from handlers.slack import SlackApp

END_SECONDS = 1.0
BODY_MAX_BYTES = 1_000_000

Probe = Callable[[], Awaitable[tuple[int, str]]]
"""Answers a health check with HTTP status and text."""


@dataclass(frozen=True, slots=True)
class Probes:
    """The answers of /healthz, /readyz and /metrics."""

    healthz: Probe
    readyz: Probe
    metrics: Probe


class HttpMode:
    """The HTTP server. Without a Slack app it answers the probes and asks Slack to send its requests again."""

    def __init__(
        self,
        slack_app: SlackApp | None,
        probes: Probes,
        *,
        port: int,
        host: str = "0.0.0.0",  # noqa: S104 - a container's only way to be reached; requests are signed
        limits: ConnectionLimits | None = None,
        now: Callable[[], float] = time.time,
        hub_callback: HubCallback | None = None,
        install_routes: InstallRoutes | None = None,
    ) -> None:
        """``hub_callback`` answers hubs, ``install_routes`` browsers; without them there are no such paths."""
        self._slack_app = slack_app
        self._probes = probes
        self._host = host
        self.port = port
        self.connections = Connections(limits or ConnectionLimits())
        self._now = now
        self._hub_callback = hub_callback
        self._install_routes = install_routes
        self._runner: web.AppRunner | None = None
        self._listener: asyncio.Server | None = None

    async def start(self) -> None:
        """Listens; raises PortInUse. Port 0 takes a free port, which ``port`` then holds."""
        runner = web.AppRunner(self._application(), shutdown_timeout=END_SECONDS)
        await runner.setup()
        server = runner.server
        assert server is not None
        try:
            self._listener = await asyncio.get_running_loop().create_server(
                lambda: Connection(server, self.connections), self._host, self.port
            )
        except (OSError, OverflowError) as error:
            await runner.cleanup()
            raise PortInUse(self._host, self.port, getattr(error, "strerror", None) or str(error)) from None
        self._runner = runner
        self.port = int(self._listener.sockets[0].getsockname()[1])

    def attach(self, slack_app: SlackApp) -> None:
        """Accepts Slack's requests from now on."""
        self._slack_app = slack_app

    def detach(self) -> None:
        """Refuses Slack's requests from now on; Slack sends them again."""
        self._slack_app = None

    async def stop(self) -> None:
        """Accepts no new request, waits for the running ones, and closes."""
        if self._listener is not None:
            self._listener.close()
        if self._runner is not None:
            await self._runner.cleanup()
        self._listener = self._runner = None

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=BODY_MAX_BYTES)
        application.on_response_prepare.append(_close_after)
        application.router.add_post("/slack/events", self._slack_events)
        if self._install_routes is not None:
            self._install_routes.add_to(application, self.connections)
        if self._hub_callback is not None:
            HubRoutes(self._hub_callback, self._body_of, self.connections).add_to(application)
        for path, probe, content_type in (
            ("/healthz", self._probes.healthz, "application/json"),
            ("/readyz", self._probes.readyz, "application/json"),
            ("/metrics", self._probes.metrics, "text/plain"),
        ):
            handler = _ProbeHandler(probe, content_type, self.connections)
            application.router.add_get(path, handler.answer)
            application.on_cleanup.append(handler.stop)
        return application

    async def _slack_events(self, request: web.Request) -> web.Response:
        try:
            body = await self._body_of(request)
            if self._slack_app is None:  # perhaps since the request began
                return web.Response(status=503, text="not ready\n", headers={"Retry-After": "5"})
            with self.connections.answering(request.protocol):
                return await self._dispatch(self._slack_app, request, body)
        except BadRequest as refusal:
            http_log.warning("request_refused", extra={"status": refusal.status, "why": str(refusal)})
            return web.Response(status=refusal.status, text=f"{refusal}\n")

    async def _body_of(self, request: web.Request) -> bytes:
        try:
            async with asyncio.timeout(self.connections.limits.body_seconds):
                return await request.read()
        except TimeoutError:
            raise BadRequest("the body did not come in time", 408) from None
        except web.HTTPRequestEntityTooLarge:
            raise BadRequest(f"the body is longer than {BODY_MAX_BYTES} bytes", 413) from None
        except (web.RequestPayloadError, ConnectionError):
            raise BadRequest("the body cannot be read") from None

    async def _dispatch(self, slack_app: SlackApp, request: web.Request, body: bytes) -> web.Response:
        """Verifies, reads and dispatches a request; raises BadRequest."""
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not is_signed(slack_app.signing_secret, timestamp, signature, body, self._now()):
            if is_ssl_check(request.content_type, body):
                return web.Response()
            raise BadRequest("the signature is not Slack's, or too old", 401)
        payload = read_body(request.content_type, body)
        # the mode in which Bolt takes a payload that is verified and read; of a raw body it loses commands
        # whose text holds the word "payload"
        bolt_request = AsyncBoltRequest(body=payload, mode="socket_mode")
        return await to_aiohttp_response(await slack_app.app.async_dispatch(bolt_request))


class _ProbeHandler:
    """Answers one probe. Whoever asks while an answer is being made gets that one, so that no flood fills the pool."""

    def __init__(self, probe: Probe, content_type: str, connections: Connections) -> None:
        self._probe = probe
        self._content_type = content_type
        self._connections = connections
        self._running: asyncio.Future[tuple[int, str]] | None = None

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answers a request with the probe's status and text."""
        if self._running is None or self._running.done():
            self._running = asyncio.ensure_future(self._probe())
        with self._connections.answering(request.protocol):
            status, text = await asyncio.shield(self._running)
        headers = {"Cache-Control": "no-store"}
        return web.Response(status=status, text=text, content_type=self._content_type, headers=headers)

    async def stop(self, _: web.Application) -> None:
        """Ends an answer that is being made."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})


async def _close_after(_: web.BaseRequest, response: web.StreamResponse) -> None:
    """Lets a connection end after its answer: one that a proxy kept could end just as the proxy uses it again."""
    response.force_close()
    response.headers["Connection"] = "close"
