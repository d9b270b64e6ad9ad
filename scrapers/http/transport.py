"""Sends a request over a connection of its own, with aiohttp's parser of answers in C.

Neither client layer is used, because they cost more than the request: a host is asked once in minutes, one request at a
time, so there is no pool, no cookie, no proxy and no timer here. Whoever calls bounds time and traffic.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an answer, and its connection, which its body comes over."""

    status: int
    headers: dict[str, str]
    """Names in lower case; the values of one name are joined by commas."""
    _payload: StreamReader
    _protocol: ResponseHandler

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body as it arrives."""
        while chunk := await self._payload.readany():
            yield chunk

    def close(self) -> None:
        """Close the connection."""
        self._protocol.close()


class Transport:
    """Sends requests, whose connections end with their answers, so that a host never has a second one open."""

    def __init__(self, sockets: Sockets, context: Callable[[], ssl.SSLContext], read_bytes: int) -> None:
        """``read_bytes``: a connection that is not read from buffers about twice as many."""
        self._sockets = sockets
        self._context = context
        self._read_bytes = read_bytes

    async def send(self, method: str, url: httpx.URL, headers: Mapping[str, str], content: bytes = b"") -> Answer:
        """Send a request and read the head of its answer, which the caller closes; interim answers are skipped.

        :raises ValueError: for a header that cannot be sent.
        """
        head = _head(method, url, headers, content)
        protocol = await self._connected(url)
        try:
            protocol.set_response_params(read_until_eof=True, auto_decompress=False, read_bufsize=self._read_bytes)
            assert protocol.transport is not None
            protocol.transport.write(head + content)
            while True:
                message, payload = await protocol.read()
                if message.code >= 200 or message.code == SWITCHING:
                    return Answer(message.code, _by_name(message.raw_headers), payload, protocol)
        except HttpProcessingError as error:
            protocol.close()
            raise httpx.RemoteProtocolError(error.message) from error
        except BaseException:
            protocol.close()
            raise

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


def _head(method: str, url: httpx.URL, headers: Mapping[str, str], content: bytes) -> bytes:
    lines = [f"{name}: {value}" for name, value in headers.items()]
    if content:
        lines.append(f"content-length: {len(content)}")
    first = (f"{method} {url.raw_path.decode('ascii')} HTTP/1.1", f"host: {url.netloc.decode('ascii')}")
    head = "\r\n".join((*first, *lines, "connection: close", "", ""))
    if "\0" in head or not head.count("\r") == head.count("\n") == len(lines) + 4:
        raise ValueError("a header holds a line break or NUL")
    return head.encode()


def _by_name(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in raw:
        key = name.decode("latin-1").lower()
        text = _text(value)
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _address_info(address: str, port: int) -> AddrInfoType:
    if ":" in address:
        return socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port, 0, 0)
    return socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port)
