"""Bounds the connections to our HTTP server in time and in number, because whoever reaches its port can open them.

A connection carries one request. Its headers, its body and its whole life have a deadline each. At the limit of open
connections a new one replaces the connection that has waited longest for its peer; a connection whose request is being
answered is never replaced, and if all are being answered, the new one gets a 503.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web
from aiohttp.http import HttpProcessingError

http_log = logging.getLogger("pactbot.http")
_access_log = logging.getLogger("pactbot.http.access")
_access_log.setLevel(logging.WARNING)
"""The library would write a line for each request."""
LOG_PAUSE_SECONDS = 60.0
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """The bounds of one HTTP server."""

    header_seconds: float = 10.0
    body_seconds: float = 10.0
    rest_seconds: float = 2.0
    """How long the rest of a refused body is read, so that the peer gets its answer."""
    life_seconds: float = 45.0
    """An answer takes up to twenty seconds when the database is locked."""
    connections: int = 256


class _OneLine(logging.Filter):
    """Logs a request that is not HTTP as one line: its traceback would show the library alone."""

    def filter(self, record: logging.LogRecord) -> bool:
        fault = record.exc_info[1] if record.exc_info else None
        if isinstance(fault, HttpProcessingError):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.msg, record.args, record.exc_info = "request_refused", (), None
            record.__dict__.update(status=fault.code, why=f"not HTTP: {type(fault).__name__}")
        return True


http_log.addFilter(_OneLine())


def longest_waiting(oldest_first: Iterable[Item], answering: Collection[Item]) -> Item | None:
    """Returns the connection that a new one replaces; None when all are being answered."""
    return next((connection for connection in oldest_first if connection not in answering), None)


class Connections:
    """The open connections of one server, the oldest first."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self.limits = limits
        self._open: dict[web.RequestHandler, asyncio.Transport] = {}
        self._answering: set[web.RequestHandler] = set()
        self._logged_at: float | None = None

    def __len__(self) -> int:
        return len(self._open)

    @property
    def answering_count(self) -> int:
        """The number of requests that are being answered."""
        return len(self._answering)

    def admit(self, connection: web.RequestHandler, transport: asyncio.Transport, now: float) -> bool:
        """Counts a new connection, at the limit in place of another; False when it has to be refused."""
        if len(self._open) >= self.limits.connections:
            self._log_full(now)
            replaced = longest_waiting(self._open, self._answering)
            if replaced is None:
                return False
            self._open.pop(replaced).abort()
        self._open[connection] = transport
        return True

    def discard(self, connection: web.RequestHandler) -> None:
        """Forgets a closed connection."""
        self._open.pop(connection, None)

    @contextmanager
    def answering(self, connection: web.RequestHandler) -> Iterator[None]:
        """Protects a connection while its request is being answered."""
        self._answering.add(connection)
        try:
            yield
        finally:
            self._answering.discard(connection)

    def _log_full(self, now: float) -> None:
        if self._logged_at is None or now - self._logged_at >= LOG_PAUSE_SECONDS:
            self._logged_at = now
            http_log.warning("connections_full", extra={"limit": self.limits.connections})


class Connection(web.RequestHandler):
    """One connection within the limits. The library's keep-alive time is its deadline for a request's headers."""

    def __init__(self, server: web.Server, connections: Connections) -> None:
        limits = connections.limits
        self._event_loop = asyncio.get_running_loop()
        self._connections = connections
        self._end_of_life: asyncio.TimerHandle | None = None
        super().__init__(
            server, loop=self._event_loop, logger=http_log, access_log=_access_log,
            keepalive_timeout=limits.header_seconds, lingering_time=limits.rest_seconds,
        )  # fmt: skip

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Starts the deadlines, or refuses the connection."""
        assert isinstance(transport, asyncio.Transport)
        if not self._connections.admit(self, transport, self._event_loop.time()):
            transport.write(BUSY)
            transport.close()
            return
        life_seconds = self._connections.limits.life_seconds
        self._end_of_life = self._event_loop.call_later(life_seconds, transport.abort)
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Frees the connection's place."""
        if self._end_of_life is None:
            return
        self._end_of_life.cancel()
        self._connections.discard(self)
        super().connection_lost(exc)
