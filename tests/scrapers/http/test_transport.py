"""A request has a connection of its own, which ends with its answer; a host's next address is tried where one fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest

from scrapers.http.failures import NotResolved
from scrapers.http.ssrf_guard import Guard
from scrapers.http.tls import tls_context
from scrapers.http.transport import OneRequestTransport

HOST = "two.example"
FIRST, SECOND = "127.0.0.2", "127.0.0.3"
READ_BYTES = 16 * 1024


@dataclass
class RawServer:
    """A server that answers every request with the same bytes, and notes what it received and who hung up."""

    answer: bytes
    port: int = 0
    received: list[bytes] = field(default_factory=list)
    hung_up: int = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers what comes first, and waits for the end of the connection."""
        self.received.append(await reader.read(READ_BYTES))
        writer.write(self.answer)
        await writer.drain()
        self.hung_up += await reader.read() == b""
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[RawServer]:
    """A server on the second address of the host alone."""
    raw = RawServer(
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 4\r\n\r\npage"
    )
    async with await asyncio.start_server(raw.handle, SECOND, 0) as started:
        raw.port = started.sockets[0].getsockname()[1]
        yield raw


def transport_to(port: int, *addresses: str) -> OneRequestTransport:
    """A transport for which the host has these addresses."""

    async def resolve(_host: str, _port: int) -> list[str]:
        return list(addresses)

    return OneRequestTransport(Guard([f"{HOST}:{port}"], resolve), tls_context, READ_BYTES)


async def body_of(response: httpx.Response) -> bytes:
    """The whole body; the connection is closed after it."""
    assert isinstance(response.stream, httpx.AsyncByteStream)
    body = b"".join([chunk async for chunk in response.stream])
    await response.stream.aclose()
    return body


async def test_a_request_has_a_connection_of_its_own(server: RawServer) -> None:
    transport = transport_to(server.port, SECOND)
    for number in range(2):
        url = f"http://{HOST}:{server.port}/a?b={number}"
        response = await transport.handle_async_request(httpx.Request("POST", url, data={"hub.mode": "subscribe"}))
        assert (response.status_code, response.headers["x-a"], await body_of(response)) == (200, "1", b"page")
    await asyncio.sleep(0.05)
    assert server.hung_up == 2
    head, _, body = server.received[1].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /a?b=1 HTTP/1.1"
    assert {f"Host: {HOST}:{server.port}".encode(), b"Connection: close", b"Content-Length: 18"} <= set(lines)
    assert body == b"hub.mode=subscribe"


async def test_the_next_address_is_tried_where_one_refuses(server: RawServer) -> None:
    transport = transport_to(server.port, FIRST, SECOND)
    response = await transport.handle_async_request(httpx.Request("GET", f"http://{HOST}:{server.port}/"))
    assert await body_of(response) == b"page"


async def test_the_next_address_is_tried_where_tls_fails(server: RawServer) -> None:
    first = RawServer(b"no TLS")
    async with await asyncio.start_server(first.handle, FIRST, server.port):
        transport = transport_to(server.port, FIRST, SECOND)
        with pytest.raises(OSError, match="SSL"):
            await transport.handle_async_request(httpx.Request("GET", f"https://{HOST}:{server.port}/"))
        assert (len(first.received), len(server.received)) == (1, 1)


async def test_what_is_no_http_is_an_error_and_hangs_up(server: RawServer) -> None:
    server.answer = b"220 smtp.example ready\r\n"
    transport = transport_to(server.port, SECOND)
    with pytest.raises(httpx.RemoteProtocolError):
        await transport.handle_async_request(httpx.Request("GET", f"http://{HOST}:{server.port}/"))
    await asyncio.sleep(0.05)
    assert server.hung_up == 1


async def test_a_cancelled_request_hangs_up(server: RawServer) -> None:
    server.answer = b""
    transport = transport_to(server.port, SECOND)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await transport.handle_async_request(httpx.Request("GET", f"http://{HOST}:{server.port}/"))
    await asyncio.sleep(0.05)
    assert server.hung_up == 1


async def test_a_name_without_an_address_is_not_resolved() -> None:
    with pytest.raises(NotResolved):
        await transport_to(80).handle_async_request(httpx.Request("GET", f"http://{HOST}/"))
