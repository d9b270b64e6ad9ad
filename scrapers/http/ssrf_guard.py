"""SSRF guard: lets the client connect to public addresses and to those that the operator trusts, to no others.

A host is checked three times: as a literal address in the URL, when its name is resolved, and on the socket that is
about to connect, so that DNS rebinding finds no gap.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Collection, Iterator

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from scrapers.errors import FetchRefused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Resolves a host and port to addresses as text; raises OSError when there are none."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_REFUSED_V6 = tuple(
    ipaddress.IPv6Network(network)
    for network in ("64:ff9b:1::/48", "::/96", "fec0::/10", "100::/64", "2001:db8::/32", "5f00::/16", "3fff::/20")
)
_REFUSED_V4 = tuple(ipaddress.IPv4Network(network) for network in ("192.88.99.0/24", "100.64.0.0/10", "0.0.0.0/8"))


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
    if address in _NAT64:
        yield last
        return
    yield address
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if (int(address) >> 32) & 0xFFFFFFFF in (0x00005EFE, 0x02005EFE):  # ISATAP
        yield last


def _is_itself_public(address: Address) -> bool:
    networks = _REFUSED_V4 if isinstance(address, ipaddress.IPv4Address) else _REFUSED_V6
    if any(address in network for network in networks):
        return False
    # ipaddress calls all of 2001::/32 and 2002::/16 private; the address embedded in a tunnel decides.
    tunnel = isinstance(address, ipaddress.IPv6Address) and (address.sixtofour or address.teredo)
    if tunnel:
        return True
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


class Guard(AbstractResolver):
    """Resolves hosts for aiohttp, refuses a host with any address that is not public, and checks every socket."""

    def __init__(self, trusted: Collection[str] = (), resolve: Resolve | None = None) -> None:
        self._trusted = frozenset(host_and_port.lower() for host_and_port in trusted)
        self._resolve = resolve or _system_resolve
        self._trusted_addresses: set[tuple[str, int]] = set()

    def trusts(self, host: str, port: int) -> bool:
        """Whether PACT_TRUSTED_ADDRESSES names this host and port."""
        name = f"[{host}]" if ":" in host else host
        return f"{name}:{port}" in self._trusted or f"{host}:{port}" in self._trusted

    def check_literal(self, url: str, host: str, port: int) -> None:
        """Check a host that is a literal address: it never reaches the resolver.

        :raises FetchRefused: when it is not public.
        """
        try:
            ipaddress.ip_address(host.split("%", 1)[0])
        except ValueError:
            return
        if self.trusts(host, port):
            self._trusted_addresses.add((host, port))
        elif not is_public(host):
            raise FetchRefused(url, f"{host} is not a public address")

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
        return socket.socket(family=family, type=kind, proto=protocol)

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
