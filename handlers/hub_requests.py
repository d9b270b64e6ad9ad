"""Takes the requests of WebSub hubs at /websub/{token}: a GET verifies a subscription, a POST brings news."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from aiohttp import web

from handlers.connection_limits import Connections, http_log
from handlers.signed_requests import BadRequest


class HubCallback(Protocol):
    """Answers a hub."""

    async def verify(self, token: str, query: Mapping[str, str]) -> tuple[int, str]:
        """Returns status and text for a hub that verifies a subscription or denies it."""

    async def receive(self, token: str, signature: str, body: bytes) -> int:
        """Returns the status for a push."""


class HubRoutes:
    """The paths that hubs call, within the limits of the server; other methods get a 405."""

    def __init__(
        self,
        callback: HubCallback,
        body_of: Callable[[web.Request], Awaitable[bytes]],
        connections: Connections,
    ) -> None:
        """``body_of`` reads a body within its bounds; it raises BadRequest."""
        self._callback = callback
        self._body_of = body_of
        self._connections = connections

    def add_to(self, application: web.Application) -> None:
        """Adds the paths."""
        resource = application.router.add_resource("/websub/{token}")
        resource.add_route("GET", self._verify)
        resource.add_route("POST", self._receive)

    async def _verify(self, request: web.Request) -> web.Response:
        with self._connections.answering(request.protocol):
            status, text = await self._callback.verify(request.match_info["token"], request.query)
        return _response(status, text)

    async def _receive(self, request: web.Request) -> web.Response:
        try:
            body = await self._body_of(request)
        except BadRequest as refusal:
            http_log.warning("request_refused", extra={"status": refusal.status, "why": str(refusal)})
            return _response(refusal.status, "")
        signature = request.headers.get("X-Hub-Signature", "")
        with self._connections.answering(request.protocol):
            return _response(await self._callback.receive(request.match_info["token"], signature, body), "")


def _response(status: int, text: str) -> web.Response:
    """A plain text, which no browser takes for anything else."""
    headers = {"X-Content-Type-Options": "nosniff", **({"Retry-After": "5"} if status == 503 else {})}
    return web.Response(status=status, text=text, content_type="text/plain", headers=headers)
