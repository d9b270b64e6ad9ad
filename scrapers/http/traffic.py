"""Counts the bytes and reads of a fetch on its sockets, and ends a fetch that brings little content for its traffic.

The HTTP library limits neither interim answers (1xx) nor chunk extensions, trailers or tiny chunks, and each of them
costs CPU time on the event loop that acknowledges Slack. All of them are bytes that bring no content, so one rule on
the socket bounds them together, TLS records included.
"""

from __future__ import annotations

import asyncio
import socket
from contextvars import ContextVar
from typing import Any

OVERHEAD_BYTES = 512 * 1024
"""Bytes without content that a fetch may receive: handshakes, headers, and what is read but not yet delivered."""
OVERHEAD_SHARE = 8
"""And one byte more for so many bytes of content: chunks of 48 bytes and above pass at any length."""
READS = 4_000
"""Reads that a fetch may take, besides one for each kibibyte."""
MAX_READ_BYTES = 16 * 1024
"""A read takes no more, so that one step of the event loop stays short. The HTTP library buffers twice as much for each
connection, and every outlet may have one."""


class TooMuchTraffic(ConnectionAbortedError):
    """the host sends too much that is no content"""


class Traffic:
    """What one fetch has received, over all its redirects, and what of it was content."""

    def __init__(self) -> None:
        self.received_bytes = 0
        self.reads = 0
        self.content_bytes = 0
        self.problem: str | None = None
        """The reason why the fetch was ended."""

    def received(self, size: int) -> None:
        """Count one read.

        :raises TooMuchTraffic: when the fetch has used up its overhead or its reads.
        """
        self.received_bytes += size
        self.reads += 1
        allowed_bytes = OVERHEAD_BYTES + self.content_bytes // OVERHEAD_SHARE
        if self.received_bytes - self.content_bytes > allowed_bytes:
            self.problem = f"the host sent {self.received_bytes} bytes for {self.content_bytes} bytes of content"
        elif self.reads > READS + self.received_bytes // 1024:
            self.problem = f"the host sent {self.received_bytes} bytes in {self.reads} pieces"
        if self.problem is not None:
            raise TooMuchTraffic(self.problem)

    def delivered(self, size: int) -> None:
        """Count bytes of a body, before decompression."""
        self.content_bytes += size


class HostConnection:
    """What all requests to one host share: the lock for its one request at a time, and the traffic of that request.

    A connection that is kept open belongs to the host, so what arrives between two requests still counts.
    """

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.traffic = Traffic()


CONNECTION: ContextVar[HostConnection | None] = ContextVar("host_connection", default=None)
"""The host whose sockets the current task opens."""


class MeteredSocket(socket.socket):
    """A socket that counts what it receives as its host's traffic, and reads at most 16 KiB at once."""

    def __init__(self, family: int, kind: int, protocol: int) -> None:
        super().__init__(family, kind, protocol)
        connection = CONNECTION.get()
        self._connection = connection if connection is not None else HostConnection()

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Receive bytes (the event loop calls it for http).

        :raises TooMuchTraffic: when the fetch has received too much.
        """
        data = super().recv(min(size, MAX_READ_BYTES), flags)
        self._connection.traffic.received(len(data))
        return data

    def recv_into(self, buffer: Any, size: int = 0, flags: int = 0) -> int:
        """Receive bytes into a buffer (the event loop calls it for https).

        :raises TooMuchTraffic: when the fetch has received too much.
        """
        size = min(size or MAX_READ_BYTES, MAX_READ_BYTES, memoryview(buffer).nbytes)
        size = super().recv_into(buffer, size, flags)
        self._connection.traffic.received(size)
        return size
