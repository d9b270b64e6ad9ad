"""Sends an httpx request over a connection of its own, with aiohttp's parser of answers in C.

Neither client layer is used, because they cost more than the request: a host is asked once in minutes, one request at a
time, so there is no pool, no cookie, no proxy and no timer here. Whoever calls bounds time and traffic.
Requests and answers stay httpx's, so that any transport of httpx may take this one's place.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Protocol

import aiohappyeyeballs
import httpx
from aiohttp import AddrInfoType
from aiohttp.abc import ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.streams import StreamReader

from scrapers.http.failures import NotResolved

NEXT_ADDRESS_SECONDS = 0.25
"""After so long without a connection the next address of a host is tried, too (RFC 8305)."""
SWITCHING = 101


class Sockets(Protocol):
    """Says where a connection may go, and opens its socket."""

    async def resolve(self, host: str, port: int = 0) -> list[ResolveResult]:
        """The addresses of a host."""
        ...

    def open_socket(self, info: AddrInfoType) -> socket.socket:
        """A socket for an address."""
        ...


class OneRequestTransport(httpx.AsyncBaseTransport):
    """A transport whose connections end with their answers, so that a host never has a second one open."""

    def __init__(self, sockets: Sockets, context: Callable[[], ssl.SSLContext], read_bytes: int) -> None:
        """``read_bytes``: a connection that is not read from buffers about twice as many."""
        self._sockets = sockets
        self._context = context
        self._read_bytes = read_bytes

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request and read the head of its answer; interim answers are skipped."""
        protocol = await self._connected(request.url)
        try:
            protocol.set_response_params(
                read_until_eof=True,
                auto_decompress=False,
                skip_payload=request.method == "HEAD",
                read_bufsize=self._read_bytes,
            )
            assert protocol.transport is not None
            protocol.transport.write(_head(request) + request.content)
            while True:
                message, payload = await protocol.read()
                if message.code >= 200 or message.code == SWITCHING:
                    break
        except HttpProcessingError as error:
            protocol.close()
            raise httpx.RemoteProtocolError(error.message) from error
        except BaseException:
            protocol.close()
            raise
        stream = _Stream(protocol, payload)
        return httpx.Response(message.code, headers=list(message.raw_headers), stream=stream, request=request)

    async def _connected(self, url: httpx.URL) -> ResponseHandler:
        host = url.raw_host.decode("ascii").rstrip(".")
        is_tls = url.scheme == "https"
        addresses = await self._addresses(host, url.port or (443 if is_tls else 80))
        loop = asyncio.get_running_loop()
        while True:
            connection = await aiohappyeyeballs.start_connection(
                addresses,
                happy_eyeballs_delay=NEXT_ADDRESS_SECONDS,
                loop=loop,
                socket_factory=self._sockets.open_socket,
            )
            try:
                _, protocol = await loop.create_connection(
                    lambda: ResponseHandler(loop),
                    sock=connection,
                    ssl=self._context() if is_tls else None,
                    server_hostname=host if is_tls else None,
                )
            except OSError:
                aiohappyeyeballs.pop_addr_infos_interleave(addresses)
                if not addresses:
                    raise
            else:
                return protocol

    async def _addresses(self, host: str, port: int) -> list[AddrInfoType]:
        """Where to connect to; a literal address needs no look-up."""
        if host.startswith("[") or host.replace(".", "").isdigit():
            return [_address_info(host.strip("[]"), port)]
        try:
            return [_address_info(each["host"], port) for each in await self._sockets.resolve(host, port)]
        except OSError as error:
            raise NotResolved(str(error)) from error


class _Stream(httpx.AsyncByteStream):
    """The body of an answer; closing it closes the connection."""

    def __init__(self, protocol: ResponseHandler, payload: StreamReader) -> None:
        self._protocol = protocol
        self._payload = payload

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while chunk := await self._payload.readany():
            yield chunk

    async def aclose(self) -> None:
        """Close the connection."""
        self._protocol.close()


def _head(request: httpx.Request) -> bytes:
    lines: Iterable[bytes] = (b"%b: %b" % line for line in request.headers.raw)
    first = b"%b %b HTTP/1.1" % (request.method.encode("ascii"), request.url.raw_path)
    return b"\r\n".join((first, *lines, b"Connection: close", b"", b""))


def _address_info(address: str, port: int) -> AddrInfoType:
    if ":" in address:
        return socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port, 0, 0)
    return socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port)
