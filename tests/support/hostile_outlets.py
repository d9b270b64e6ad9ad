"""Hostile outlets on loopback: servers that answer with endless bytes of a kind that no HTTP library limits."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

_STATUS = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
_CHUNKED = _STATUS + b"Transfer-Encoding: chunked\r\n\r\n"
_GZIP = _STATUS + b"Content-Encoding: gzip\r\n\r\n"
_REPEATS = 2_000


@dataclass(frozen=True, slots=True)
class Attack:
    """The bytes of an answer: its start, and what follows without end."""

    start: bytes
    endless: bytes
    piece_bytes: int | None = None
    """Bytes of one TCP segment; None for as many as fit."""


ATTACKS = {
    "empty gzip members": Attack(_GZIP, gzip.compress(b"") * _REPEATS),
    "tiny gzip members": Attack(_GZIP, gzip.compress(b"x") * _REPEATS),
    "gzip bomb": Attack(_GZIP + gzip.compress(b"\0" * 10_000_000)[:9_000], b"\0" * 1_000),
    "gzip of random bytes": Attack(_GZIP, b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + bytes(range(256)) * 10),
    "empty deflate blocks": Attack(
        _STATUS + b"Content-Encoding: deflate\r\n\r\n\x78\x9c", b"\0\0\0\xff\xff" * 10 * _REPEATS
    ),
    "zeros after a gzip member": Attack(_GZIP + gzip.compress(b"x"), b"\0" * 60_000),
    "unknown encoding": Attack(_STATUS + b"Content-Encoding: br\r\n\r\n", b"x" * 60_000),
    "chunks of one byte": Attack(_CHUNKED, b"1\r\nx\r\n" * _REPEATS),
    "chunks of eight bytes": Attack(_CHUNKED, b"8\r\nxxxxxxxx\r\n" * _REPEATS),
    "chunks of forty-eight bytes": Attack(_CHUNKED, (b"30\r\n" + b"x" * 48 + b"\r\n") * _REPEATS),
    "chunk sizes with zeros": Attack(_CHUNKED, (b"0" * 15 + b"1\r\nx\r\n") * _REPEATS),
    "chunk extensions": Attack(_CHUNKED, b"1;name=value\r\nx\r\n" * _REPEATS),
    "one endless chunk extension": Attack(_CHUNKED + b"1;", b"name=value;" * _REPEATS),
    "quoted chunk extensions": Attack(_CHUNKED, b'1;name="v v v"\r\nx\r\n' * _REPEATS),
    "no chunk size": Attack(_CHUNKED, b"\r\n" * _REPEATS),
    "one endless chunk size": Attack(_CHUNKED, b"0" * 10_000),
    "trailers": Attack(_CHUNKED + b"0\r\n", b"a: b\r\n" * _REPEATS),
    "100 Continue": Attack(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * _REPEATS),
    "100 without a reason": Attack(b"", b"HTTP/1.1 100 \r\n\r\n" * _REPEATS),
    "102 Processing": Attack(b"", b"HTTP/1.1 102 Processing\r\n\r\n" * _REPEATS),
    "103 Early Hints": Attack(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" * _REPEATS),
    "103 with many headers": Attack(b"", b"HTTP/1.1 103 Hints\r\n" + b"a: b\r\n" * 100 + b"\r\n"),
    "199 with a length": Attack(b"", b"HTTP/1.1 199 Odd\r\nContent-Length: 1\r\n\r\n" * _REPEATS),
    "headers": Attack(_STATUS, b"a: b\r\n" * _REPEATS),
    "one endless header": Attack(_STATUS + b"X: ", b"a" * 60_000),
    "one endless header name": Attack(_STATUS, b"a" * 60_000),
    "folded header": Attack(_STATUS + b"X: a\r\n", b" b\r\n" * _REPEATS),
    "one endless reason": Attack(b"HTTP/1.1 200 ", b"a" * 60_000),
    "empty lines before the answer": Attack(b"", b"\r\n" * _REPEATS),
    "zeros before the answer": Attack(b"", b"\0" * 60_000),
    "a plain body": Attack(_STATUS + b"\r\n", b"<p>" * 20_000),
    "a body of a quintillion bytes": Attack(_STATUS + b"Content-Length: 999999999999999999\r\n\r\n", b"x" * 60_000),
    "segments of one byte": Attack(_STATUS + b"\r\n", b"x" * _REPEATS, 1),
    "chunks in segments of one byte": Attack(_CHUNKED, b"1\r\nx\r\n" * _REPEATS, 1),
    "103 in segments of seven bytes": Attack(b"", b"HTTP/1.1 103 Hints\r\n\r\n" * _REPEATS, 7),
}
"""The 35 attacks, by a name for the test's output."""


@dataclass
class HostileServer:
    """A server that answers every request with its attack until the client hangs up."""

    attack: Attack
    port: int = 0
    sent_bytes: int = 0
    sent_pieces: int = 0
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await self._send(writer, self.attack.start)
            while not writer.transport.is_closing():
                await self._send(writer, self.attack.endless)
        self.hung_up.set()
        writer.close()

    async def _send(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        size = self.attack.piece_bytes or len(data) or 1
        for start in range(0, len(data), size):
            if writer.transport.is_closing():
                return
            writer.write(data[start : start + size])
            self.sent_bytes += size
            self.sent_pieces += 1
            await asyncio.sleep(0)
        await writer.drain()


@contextlib.asynccontextmanager
async def hostile_server(attack: Attack) -> AsyncIterator[HostileServer]:
    """A running hostile server on a free port of loopback."""
    hostile = HostileServer(attack)
    server = await asyncio.start_server(hostile.answer, "127.0.0.1", 0)
    hostile.port = server.sockets[0].getsockname()[1]
    async with server:
        yield hostile
