"""The SSRF guard lets the client connect to public and trusted addresses alone."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from scrapers.errors import FetchRefused, Unreachable
from scrapers.http.fetch import Client
from scrapers.http.ssrf_guard import Guard, is_public

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::1",
    "2002:c0a8:101::",
    "2001:0:7f00:1::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "2a00::5efe:10.0.0.1",
    "not an address",
    "",
]
PUBLIC = [
    "93.184.216.34",
    "8.8.8.8",
    "2606:2800:220:1:248:1893:25c8:1946",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


async def _no_turn(_host: str) -> None:
    return None


def _resolving(*addresses: str) -> Any:
    async def resolve(_host: str, _port: int) -> list[str]:
        return list(addresses)

    return resolve


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "169.254.169.254"])
async def test_a_name_that_resolves_to_a_private_address_is_refused(address: str) -> None:
    client = Client(_no_turn, resolve=_resolving(address))
    with pytest.raises(FetchRefused, match="not a public address"):
        await client.get("http://news.example/feed")
    await client.close()


async def test_an_international_name_is_resolved_in_its_ascii_form() -> None:
    resolved: list[str] = []

    async def resolve(host: str, _port: int) -> list[str]:
        resolved.append(host)
        return ["10.0.0.1"]

    turns: list[str] = []

    async def turn(host: str) -> None:
        turns.append(host)

    client = Client(turn, resolve=resolve)
    with pytest.raises(FetchRefused):
        await client.get("http://한글.Example./")
    await client.close()
    assert turns == ["xn--bj0bj06e.example"]
    assert [host.rstrip(".") for host in resolved] == turns


async def test_one_private_address_among_public_ones_is_refused() -> None:
    client = Client(_no_turn, resolve=_resolving("8.8.8.8", "10.0.0.1"))
    with pytest.raises(FetchRefused, match=r"10\.0\.0\.1"):
        await client.get("http://news.example/feed")
    await client.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://news.example:8080/",
        "ftp://news.example/",
        "file:///etc/passwd",
        "http://user:password@news.example/",
        "http://",
        "no address",
    ],
)
async def test_an_address_is_refused_before_its_name_is_resolved(url: str) -> None:
    async def resolve(host: str, _port: int) -> list[str]:
        pytest.fail(f"{host} was resolved")

    client = Client(_no_turn, resolve=resolve)
    with pytest.raises(FetchRefused):
        await client.get(url)
    await client.close()


@pytest.mark.parametrize("url", ["http://2130706433/", "http://127.1/", "http://0x7f.1/", "http://0177.0.0.1/"])
async def test_other_spellings_of_loopback_are_not_fetched(url: str) -> None:
    client = Client(_no_turn)
    with pytest.raises((FetchRefused, Unreachable)):
        await client.get(url)
    await client.close()


async def test_an_unknown_name_is_unreachable() -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    client = Client(_no_turn, resolve=resolve)
    with pytest.raises(Unreachable, match="could not be resolved"):
        await client.get("http://nowhere.example/")
    await client.close()


async def test_a_resolved_address_keeps_its_family_and_port() -> None:
    guard = Guard(["a.example:8080", "[::1]:81"], _resolving("10.0.0.5", "fd00::5"))
    assert await guard.resolve("a.example", 8080) == [
        {
            "hostname": "a.example",
            "host": host,
            "port": 8080,
            "family": family,
            "proto": 0,
            "flags": socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
        }
        for host, family in (("10.0.0.5", socket.AF_INET), ("fd00::5", socket.AF_INET6))
    ]
    assert guard.trusts("::1", 81)
    assert not guard.trusts("::1", 80)


def test_the_socket_itself_is_checked() -> None:
    guard = Guard()
    with pytest.raises(FetchRefused):
        guard.open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 80)))


async def test_the_operator_trusts_one_host_and_port() -> None:
    guard = Guard(["intranet.example:8080"], _resolving("10.0.0.5"))
    assert [result["host"] for result in await guard.resolve("intranet.example", 8080)] == ["10.0.0.5"]
    with pytest.raises(FetchRefused):
        await guard.resolve("intranet.example", 80)
    with pytest.raises(FetchRefused):
        await guard.resolve("rebound.example", 8080)
    guard.open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.5", 8080))).close()
    with pytest.raises(FetchRefused):
        guard.open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.5", 80)))


async def test_a_name_without_an_address_is_unreachable() -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return []

    client = Client(_no_turn, resolve=resolve)
    with pytest.raises(Unreachable, match="could not be resolved"):
        await client.get("http://nowhere.example/")
    await client.close()


@pytest.mark.parametrize("url", ["http://a.example/\ud800", "http://[::1", "http://a.example:99999/", "//a.example/"])
async def test_what_is_no_address_is_refused(url: str) -> None:
    client = Client(_no_turn)
    with pytest.raises(FetchRefused):
        await client.get(url)
