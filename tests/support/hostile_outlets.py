"""Hostile outlets on loopback: servers that answer without end, slowly, against the standard, or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
import struct
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Literal

_STATUS = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
_CHUNKED = _STATUS + b"Transfer-Encoding: chunked\r\n\r\n"
_GZIP = _STATUS + b"Content-Encoding: gzip\r\n\r\n"
_REPEATS = 2_000
_KEEP_OPEN_SECONDS = 60.0
_RESET = struct.pack("ii", 1, 0)
"""Linger for zero seconds: closing the socket resets the connection."""


@dataclass(frozen=True, slots=True)
class Attack:
    """The bytes of an answer: its start, and what follows without end."""

    start: bytes
    endless: bytes = b""
    """Sent again and again until the client hangs up; empty for an answer that ends."""
    piece_bytes: int | None = None
    """Bytes of one TCP segment; None for as many as fit."""
    pause_seconds: float = 0.0
    """The pause after each segment."""
    end: Literal["close", "reset", "silence"] = "close"
    """What follows an answer that ends: a close, a reset, or a connection that stays open."""
    scheme: Literal["http", "https"] = "http"

    @property
    def is_slow(self) -> bool:
        """Whether only the deadline ends the fetch."""
        return self.pause_seconds > 0 or self.end == "silence"


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
"""The 35 endless answers, by a name for the test's output."""


def _redirect(location: bytes, rest: bytes = b"\r\n") -> bytes:
    return b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n" + rest


_HTML = _STATUS + b"Content-Length: 26\r\n\r\n<html><p>text</p></html>\r\n"
ODD_ANSWERS = {
    "no answer": Attack(b"", end="silence"),
    "slow headers": Attack(_STATUS, b"X: aaaa\r\n", 1, 0.5),
    "slow body": Attack(_STATUS + b"\r\n", b"<p>text</p>", 1, 0.5),
    "slow chunks": Attack(_CHUNKED, b"1\r\nx\r\n", 6, 0.5),
    "a body that stays away": Attack(_STATUS + b"Content-Length: 1000\r\n\r\n<p>", end="silence"),
    "TLS that stays away": Attack(b"", end="silence", scheme="https"),
    "TLS garbage": Attack(bytes(range(256)) * 40, scheme="https"),
    "plain HTTP on a TLS port": Attack(_HTML, scheme="https"),
    "endless TLS records": Attack(b"", b"\x16\x03\x03\x40\x00" + b"\0" * 16_384, scheme="https"),
    "a reset before the answer": Attack(b"", end="reset"),
    "a reset after the headers": Attack(_STATUS + b"Content-Length: 1000\r\n\r\n", end="reset"),
    "a reset after the answer": Attack(_HTML, end="reset"),
    "a close within the headers": Attack(_STATUS),
    "a close within a chunk": Attack(_CHUNKED + b"ff\r\nx"),
    "a body shorter than its length": Attack(_STATUS + b"Content-Length: 1000\r\n\r\n<p>"),
    "a body longer than its length": Attack(_HTML, b"x" * 60_000),
    "a second answer that nobody asked for": Attack(_HTML, _HTML * 100),
    "two lengths": Attack(_STATUS + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n<html>"),
    "a negative length": Attack(_STATUS + b"Content-Length: -5\r\n\r\n<html>"),
    "a length beside chunks": Attack(_STATUS + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<html"),
    "a chunk of 2 to the 64 bytes": Attack(_CHUNKED + b"10000000000000000\r\n", b"x" * 60_000),
    "a negative chunk": Attack(_CHUNKED + b"-1\r\n", b"x" * 60_000),
    "bytes after the last chunk": Attack(_CHUNKED + b"0\r\n\r\n", b"x" * 60_000),
    "a redirect to itself": Attack(_redirect(b"/again")),
    "a redirect to a metadata address": Attack(_redirect(b"http://169.254.169.254/latest/meta-data/")),
    "a redirect to a private address": Attack(_redirect(b"http://10.0.0.1/")),
    "a redirect to a number": Attack(_redirect(b"http://2130706433/")),
    "a redirect to a file": Attack(_redirect(b"file:///etc/passwd")),
    "a redirect to a broken address": Attack(_redirect(b"http://[::1")),
    "a redirect to seven thousand letters": Attack(_redirect(b"/" + b"a" * 7_000)),
    "a redirect with an endless body": Attack(
        b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 99999999\r\n\r\n", b"x" * 60_000
    ),
    "endless cookies": Attack(_STATUS, b"Set-Cookie: " + b"a=b; " * 100 + b"\r\n"),
    "one huge cookie": Attack(_STATUS + b"Set-Cookie: a=", b"b" * 60_000),
    "a header with zeros": Attack(_STATUS + b"X: a\0b\r\n\r\n<html>"),
    "a header of no ASCII": Attack(_STATUS + b"\xff\xfe: \xff\r\n\r\n<html>"),
    "HTTP/0.9": Attack(b"<html><body>" + b"<p>text</p>" * 1_000),
    "HTTP/2 frames": Attack(b"\0\0\x06\x04\0\0\0\0\0" * 1_000),
    "an unknown version": Attack(b"HTTP/9.9 200 OK\r\n\r\n<html>"),
    "a status of no number": Attack(b"HTTP/1.1 two OK\r\n\r\n<html>"),
    "status 999": Attack(b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n"),
    "101 Switching Protocols": Attack(
        b"HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", b"\x82\0" * 9_000
    ),
    "204 with a body": Attack(b"HTTP/1.1 204 No\r\n\r\n", b"x" * 60_000),
    "304 to a first request": Attack(b"HTTP/1.1 304 Same\r\nContent-Length: 0\r\n\r\n"),
    "429 for a million years": Attack(
        b"HTTP/1.1 429 Wait\r\nContent-Length: 0\r\nRetry-After: " + b"9" * 400 + b"\r\n\r\n"
    ),
    "503 for ever": Attack(b"HTTP/1.1 503 Wait\r\nRetry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n\r\n", b"x" * 60_000),
    "deflate bomb": Attack(
        _STATUS + b"Content-Encoding: deflate\r\n\r\n" + zlib.compress(b"\0" * 20_000_000)[:-4], b"\0"
    ),
    "gzip in gzip": Attack(_STATUS + b"Content-Encoding: gzip, gzip\r\n\r\n" + gzip.compress(gzip.compress(b"x"))),
    "a gzip body that breaks off": Attack(_GZIP + gzip.compress(b"<p>text</p>" * 1_000)[:-20]),
    "zstd that nobody asked for": Attack(_STATUS + b"Content-Encoding: zstd\r\n\r\n\x28\xb5\x2f\xfd", b"\0" * 60_000),
    "an encoding of five thousand letters": Attack(_STATUS + b"Content-Encoding: " + b"a" * 5_000 + b"\r\n\r\nx"),
    "a type of five thousand letters": Attack(_STATUS + b"Content-Type: text/" + b"a;" * 2_500 + b"\r\n\r\n<html>"),
    "parts without end": Attack(
        b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=a\r\n\r\n", b"--a\r\n\r\nx\r\n" * 2_000
    ),
}
"""Answers that are slow, broken, misleading or missing, by a name for the test's output."""
NETWORK_ATTACKS = ATTACKS | ODD_ANSWERS


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
        await reader.read(65_536)  # a request, or the first message of TLS
        await self.play(reader, writer)

    async def play(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer a request that has been read."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await self._send(writer, self.attack.start)
            while self.attack.endless and not writer.transport.is_closing():
                await self._send(writer, self.attack.endless)
            await self._end(reader, writer)
        self.hung_up.set()
        writer.close()

    async def _end(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.attack.end == "silence":
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_KEEP_OPEN_SECONDS):
                    await reader.read()
        elif self.attack.end == "reset":
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()

    async def _send(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        size = self.attack.piece_bytes or len(data) or 1
        for start in range(0, len(data), size):
            if writer.transport.is_closing():
                return
            writer.write(data[start : start + size])
            self.sent_bytes += size
            self.sent_pieces += 1
            await asyncio.sleep(self.attack.pause_seconds)
        await writer.drain()


@contextlib.asynccontextmanager
async def hostile_server(attack: Attack) -> AsyncIterator[HostileServer]:
    """A running hostile server on a free port of loopback."""
    hostile = HostileServer(attack)
    server = await asyncio.start_server(hostile.answer, "127.0.0.1", 0)
    hostile.port = server.sockets[0].getsockname()[1]
    async with server:
        yield hostile
