"""SSRF guard: lets the client connect to public addresses and to those that the operator trusts, to no others.

A host is checked three times: as a literal address in the URL, when its name is resolved, and on the socket that is
about to connect, so that DNS rebinding finds no gap.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Collection, Iterator

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from scrapers.errors import FetchRefused
from scrapers.http.special_addresses import NAT64, SPECIAL_NAMES, SPECIAL_V4, SPECIAL_V6, UNRESOLVED_NAMES
from scrapers.http.traffic import MeteredSocket

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Resolves a host and port to addresses as text; raises OSError when there are none."""

_ISATAP = (0x00005EFE, 0x02005EFE)
"""The third word of an address whose fourth is an IPv4 address (RFC 5214)."""
_NAME = re.compile(r"[a-z0-9_.-]+")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")


def is_public(text: str) -> bool:
    """Whether an address is public; an address embedded in it (mapped, NAT64, 6to4, Teredo, ISATAP) must be so too."""
    try:
        address = ipaddress.ip_address(text.split("%", 1)[0])
    except ValueError:
        return False
    return all(_is_itself_public(embedded) for embedded in _with_embedded(address))


def _with_embedded(address: Address) -> Iterator[Address]:
    if isinstance(address, ipaddress.IPv4Address):
        yield address
        return
    if address.ipv4_mapped:
        yield address.ipv4_mapped
        return
    last = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address in NAT64:
        yield last
        return
    if address.sixtofour:
        yield address.sixtofour
    elif address.teredo:
        yield from address.teredo
    else:
        yield address
    if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
        yield last


def _is_itself_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in SPECIAL_V4)
    return not any(address in network for network in SPECIAL_V6)


def host_problem(host: str) -> str | None:
    """The reason why a host of a URL is refused before it is resolved, or None.

    A host may be a public address in its usual spelling or a public name. Resolvers also read decimal, octal,
    hexadecimal and short forms as IPv4 addresses (``2130706433``, ``0x7f.1``); no outlet is written so.
    """
    labels = host.split(".")
    if is_public(host) and "%" not in host:
        return None
    if not _NAME.fullmatch(host) or _NUMERIC.fullmatch(labels[-1]):
        return "is not a public address"
    if labels[-1] in UNRESOLVED_NAMES:
        return "has a name that no site can have: its name could not be resolved"
    if len(labels) == 1 or any(host == name or host.endswith(f".{name}") for name in SPECIAL_NAMES):
        return "is a local name, not a public one"
    return None


class Guard(AbstractResolver):
    """Resolves hosts for aiohttp, refuses a host with any address that is not public, and checks every socket."""

    def __init__(self, trusted: Collection[str] = (), resolve: Resolve | None = None) -> None:
        self._trusted = frozenset(host_and_port.lower() for host_and_port in trusted)
        self._resolve = resolve or _system_resolve
        self._trusted_addresses: set[tuple[str, int]] = set()

    def trusts(self, host: str, port: int) -> bool:
        """Whether PACT_TRUSTED_ADDRESSES names this host and port."""
        name = f"[{host}]" if ":" in host else host
        return f"{name}:{port}" in self._trusted

    def check_host(self, url: str, host: str, port: int) -> None:
        """Check the host of a URL, in lower case, before it is resolved; a literal address never reaches the resolver.

        :raises FetchRefused: when it is a local name or an address that is not public, and not trusted.
        """
        if self.trusts(host, port):
            self._trusted_addresses.add((host, port))
        elif problem := host_problem(host):
            raise FetchRefused(url, f"{host} {problem}")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses that aiohttp may connect to.

        :raises FetchRefused: when one of them is not public.
        """
        addresses = await self._resolve(host, port)
        if not addresses:
            raise OSError(f"{host} has no address")
        if self.trusts(host, port):
            self._trusted_addresses.update((address, port) for address in addresses)
        else:
            for address in addresses:
                if not is_public(address):
                    raise FetchRefused(host, f"{host} resolves to {address}, which is not a public address")
        return [_result(host, port, address) for address in addresses]

    def open_socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        """Open the socket for an address, after the last check of it.

        :raises FetchRefused: when it is neither public nor trusted.
        """
        family, kind, protocol, _, address = info
        host, port = str(address[0]), int(address[1])
        if (host, port) not in self._trusted_addresses and not is_public(host):
            raise FetchRefused(host, f"{host} is not a public address")
        return MeteredSocket(family, kind, protocol)

    async def close(self) -> None:
        """Nothing to close; aiohttp's resolver interface asks for it."""


def _result(host: str, port: int, address: str) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=flags)


async def _system_resolve(host: str, port: int) -> list[str]:
    loop = asyncio.get_running_loop()
    answers = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))
