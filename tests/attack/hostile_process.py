"""Serves hostile outlets in a process of their own, so that their work is no part of what the bot's process costs.

Run with ``-m``. The first line on standard input is a Plan as JSON; the first line of output lists the outlets. When
standard input ends, it prints how often each of them attacked, and ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass

from tests.support.hostile_outlets import NETWORK_ATTACKS, HostileServer
from tests.support.hostile_pages import HOSTILE_DOCUMENTS

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
NICENESS = 10
"""Real attackers do not share the bot's processors."""
MAX_LISTED = 20
EXAMPLE = b"http://h.example"
"""Stands in documents for the outlet's own address."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is served: for each outlet the attacks that it plays in turn, or its document."""

    attacks: list[list[str]]
    documents: list[str]
    page_every_seconds: float
    """The time after which a hostile page is listed again, as another article."""


@dataclass(frozen=True, slots=True)
class HostileOutlet:
    """One outlet as the bot is told of it."""

    key: str
    names: list[str]
    """Its attacks, or its document."""
    host: str
    port: int
    scheme: str
    source_kind: str
    lists_pages: bool = False


class DocumentServer:
    """Serves one hostile document; a hostile page is listed again and again as a new article of an honest feed."""

    def __init__(self, name: str, times: Counter[str], page_every_seconds: float) -> None:
        self.document = document = HOSTILE_DOCUMENTS[name]
        self.base = b""
        self._times = times
        self._name = name
        self._body = document.build()
        self._page_every_seconds = page_every_seconds
        self._listed_since: float | None = None

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one request."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            path = _path_of(await reader.readuntil(b"\r\n\r\n"))
            is_robots = path == "/robots.txt"
            if is_robots != (self.document.kind == "robots"):
                body = b"" if is_robots else self._feed()
                _write(writer, b"200 OK", b"text/plain" if is_robots else b"application/rss+xml", body)
            elif self.document.kind == "page" and not path.startswith("/article/"):
                _write(writer, b"200 OK", b"application/rss+xml", self._feed())
            else:
                self._times[self._name] += 1
                content_type = self.document.content_type.encode()
                _write(writer, b"200 OK", content_type, self._body.replace(EXAMPLE, self.base))
            await writer.drain()
        writer.close()

    def _feed(self) -> bytes:
        """No item at first, which is the baseline; then one more after each period."""
        now = time.monotonic()
        number = 0
        if self._listed_since is None:
            self._listed_since = now
        else:
            number = 1 + int((now - self._listed_since) / self._page_every_seconds)
        items = b"".join(
            b"<item><title>Korea and the US: %d</title><link>%s/article/%d</link></item>" % (n, self.base, n)
            for n in range(max(1, number - MAX_LISTED), number + 1)
        )
        return b"<rss version='2.0'><channel><title>x</title>" + items + b"</channel></rss>"


class AttackServer:
    """Answers a request for robots.txt honestly, and each reading of its source with its next attack."""

    def __init__(self, names: list[str], times: Counter[str]) -> None:
        self._names = names
        self._times = times
        self._readings = -1

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one request."""
        with contextlib.suppress(ConnectionError):
            request = await reader.read(65_536)
            if request.startswith(b"GET /robots.txt "):
                _write(writer, b"404 Not Found", b"text/plain", b"")
            elif request:
                name = self._name(request)
                self._times[name] += 1
                await HostileServer(NETWORK_ATTACKS[name]).play(reader, writer)
        writer.close()

    def _name(self, request: bytes) -> str:
        """The attack whose number the path names, that of the same reading after a redirect, or the next one."""
        if request.startswith(b"GET /attack/"):
            return self._names[int(_path_of(request).rpartition("/")[2])]
        self._readings += not request.startswith(b"GET /again ")
        return self._names[self._readings % len(self._names)]


def _path_of(request: bytes) -> str:
    return request.split(b" ", 2)[1].decode()


def _write(writer: asyncio.StreamWriter, status: bytes, content_type: bytes, body: bytes) -> None:
    head = b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
    writer.write(head % (status, content_type, len(body)) + body)


async def serve(plan: Plan) -> None:
    """Serve the plan until standard input ends."""
    outlets: list[HostileOutlet] = []
    times: Counter[str] = Counter()
    async with contextlib.AsyncExitStack() as stack:
        for number, names in enumerate(plan.attacks):
            attacks = AttackServer(names, times)
            host, port = await _open(stack, attacks.answer, f"127.0.1.{number + 1}")
            scheme = NETWORK_ATTACKS[names[0]].scheme
            outlets.append(HostileOutlet(f"hostile-net-{number}", names, host, port, scheme, "feed"))
        for number, name in enumerate(plan.documents):
            pages = DocumentServer(name, times, plan.page_every_seconds)
            host, port = await _open(stack, pages.answer, f"127.0.2.{number + 1}")
            pages.base = f"http://{host}:{port}".encode()
            kind = pages.document.kind
            source_kind = "feed" if kind in ("page", "robots") else kind
            outlets.append(
                HostileOutlet(f"hostile-doc-{number}", [name], host, port, "http", source_kind, kind == "page")
            )
        print(json.dumps([asdict(outlet) for outlet in outlets]), flush=True)
        await asyncio.to_thread(sys.stdin.read)
        print(json.dumps(times), flush=True)


async def _open(stack: contextlib.AsyncExitStack, answer: Answer, host: str) -> tuple[str, int]:
    server = await stack.enter_async_context(await asyncio.start_server(answer, host, 0))
    return host, server.sockets[0].getsockname()[1]


if __name__ == "__main__":
    os.nice(NICENESS)
    asyncio.run(serve(Plan(**json.loads(sys.stdin.readline()))))
    os._exit(0)  # connections that hang are no reason to wait
