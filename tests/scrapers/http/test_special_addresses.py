"""Every spelling of an address or a local name is refused before or after resolution, and public ones pass."""

from __future__ import annotations

import ipaddress
import socket

import httpx
import pytest

from scrapers.errors import FetchRefused
from scrapers.http.special_addresses import SPECIAL_V4, SPECIAL_V6
from scrapers.http.ssrf_guard import Guard, host_problem, is_public

REFUSED = """
0 0.0.0.0 0.1.2.3 0.255.255.255 00.0.0.0
10.0.0.0 10.1.2.3 10.255.255.255 167772161 012.0.0.1 0xa.0.0.1 0x0a000001 10.1 10.0.1 10.0.0.1.
100.64.0.0 100.100.100.200 100.127.255.255
127.0.0.0 127.0.0.1 127.255.255.255 2130706433 017700000001 0x7f000001 0X7F000001 0x7f.1 0x7f.0.0.1 0177.0.0.1 127.1
127.0.1 127.0.0.01 127.0.0.0x1 0x7f.0x0.0x0.0x1 127。0。0。1 127.0.0.1. %31%32%37.0.0.1 127.0.0.1%00.example
8.8.8.8%00.example 134744072 010.8.8.8 8.8 8.8.8.0x8 256.1.1.1 1.1.1.1.1 news.example.1 news.0x7f １２７.０.０.１
169.254.0.0 169.254.0.23 169.254.42.42 169.254.169.254 169.254.170.2 169.254.170.23 169.254.255.255
2852039166 0xa9fea9fe 0251.0376.0251.0376
168.63.129.16 2822734096 0xa83f8110 0250.077.0201.020 ::ffff:168.63.129.16 64:ff9b::168.63.129.16 2002:a83f:8110::1
172.16.0.0 172.31.255.255 192.168.0.0 192.168.1.1 192.168.255.255 3232235777 0300.0250.1.1
192.0.0.0 192.0.0.8 192.0.0.9 192.0.0.10 192.0.0.170 192.0.0.171 192.0.0.192 192.0.0.255 192.0.2.1 198.51.100.7
203.0.113.255 192.31.196.0 192.31.196.255 192.52.193.0 192.52.193.255 192.88.99.1 192.88.99.2 192.175.48.0
192.175.48.255
198.18.0.0 198.19.255.255 224.0.0.0 224.0.0.251 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 0:0:0:0:0:0:0:1 0000:0000:0000:0000:0000:0000:0000:0001 ::0.0.0.1 ::127.0.0.1 ::8.8.8.8 ::7f00:1
::ffff:127.0.0.1 ::ffff:7f00:1 0:0:0:0:0:ffff:7f00:1 ::FFFF:10.0.0.1 ::ffff:169.254.169.254 ::ffff:c000:9
::ffff:0:127.0.0.1 ::ffff:0:8.8.8.8
64:ff9b::127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:0:0:0:0:c0a8:101 64:ff9b:1::1 64:ff9b:1:ffff::8.8.8.8
2002:7f00:1:: 2002:a9fe:a9fe::1 2002:c0a8:101:1::1 2001:0:7f00:1::1 2001:0:4136:e378:8000:63bf:80ff:fffe
2001:0:808:808::f5ff:fffe
2606:4700::5efe:10.0.0.1 2606:4700::5efe:7f00:1 2606:4700::200:5efe:169.254.169.254 2606:4700:0:0:0200:5efe:c0a8:0101
100:: 100::1 100:0:0:1::1 2001:1::1 2001:1::2 2001:1::3 2001:2::1 2001:3::1 2001:4:112::1 2001:10::1 2001:20::1
2001:30::1 2001:1ff:ffff:: 2001:db8::1 2001:0db8:ffff::1 2620:4f:8000::1 2620:4f:8000:ffff::1 3fff::1 3fff:fff::1
4000::1 5f00::1 8000::1 fc00::1 fd00:ec2::254 fd00:ec2::23 fd00:42::42 fd20:ce::254
fe80::a9fe:a9fe fd00:c1::a9fe:a9fe fe80::1 fe80::1%25eth0 fec0::1
ff02::1 ff0e::1 2606:4700::1%25eth0
localhost LOCALHOST localhost. a.localhost metadata metadata.google.internal METADATA.Google.Internal. metadata.goog
instance-data instance-data.ec2.internal db.internal printer.local router.lan nas.home.arpa hidden.onion intranet
kubernetes.default.svc.cluster.local localhost.localdomain news.test invalid.invalid ipv4only.arpa resolver.arpa a.alt
1.0.0.127.in-addr.arpa HOME.ARPA. METADATA.tencentyun.com. api.metadata.cloud.ibm.com metadata.azure.internal
"""
PUBLIC = """
1.1.1.1 8.8.8.8 8.8.8.8. 9.255.255.255 11.0.0.0 93.184.216.34 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
168.63.129.15 168.63.129.17 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.0.3.0
192.31.195.255 192.31.197.0 192.52.192.255 192.52.194.0 192.88.98.255 192.88.100.0 192.167.255.255 192.169.0.0
192.175.47.255 192.175.49.0 198.17.255.255 198.20.0.0 198.51.99.255 198.51.101.0 203.0.112.255 203.0.114.0
223.255.255.255
2606:2800:220:1:248:1893:25c8:1946 2606:4700::6810:84e5 2001:200::1 2001:db7:ffff::1 2001:db9::1 2620:4f:7fff::1
2620:4f:8001::1 3ffe::1 3fff:1000::1 2606:4700::5efe:8.8.8.8 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:808:808::1
2001:0:808:808::f7f7:f7f7 2606:4700::5eff:10.0.0.1 2606:4700::5efd:10.0.0.1
news.example www.korea.kr 한글.example a_b.example 1.example localhost.example xlocalhost.kr internal.example
latest.example tencentyun.com cloud.ibm.com arpanet.example
"""


REGISTRIES = """
0.0.0.0/8 0.0.0.0/32 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.0.0/29
192.0.0.8/32 192.0.0.9/32 192.0.0.10/32 192.0.0.170/32 192.0.0.171/32 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24
192.88.99.0/24 192.88.99.2/32 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4
255.255.255.255/32 224.0.0.0/4
::1/128 ::/128 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2001::/32 2001:1::1/128
2001:1::2/128 2001:1::3/128 2001:2::/48 2001:3::/32 2001:4:112::/48 2001:10::/28 2001:20::/28 2001:30::/28 2001:db8::/32
2002::/16 2620:4f:8000::/48 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8
"""
"""Each row of IANA's special-purpose registries, whether globally reachable or not, multicast, and site local."""


def _refused(spelling: str) -> bool:
    """Whether the client refuses a URL with this host: as no address, or for the host's own problem."""
    try:
        target = httpx.URL(f"http://[{spelling}]/" if ":" in spelling else f"http://{spelling}/")
    except httpx.InvalidURL:
        return True
    return host_problem(target.raw_host.decode("ascii").strip("[]").lower().rstrip(".")) is not None


def test_the_table_is_large() -> None:
    assert len(set(REFUSED.split())) >= 150
    assert len(set(PUBLIC.split())) >= 50


@pytest.mark.parametrize("spelling", REFUSED.split())
def test_a_special_address_is_refused_in_every_spelling(spelling: str) -> None:
    assert _refused(spelling)


@pytest.mark.parametrize("spelling", PUBLIC.split())
def test_a_public_address_or_name_passes(spelling: str) -> None:
    assert not _refused(spelling)


@pytest.mark.parametrize("spelling", [text for text in REFUSED.split() if text[0] in "0123456789" and "%" not in text])
def test_what_a_resolver_makes_of_a_refused_spelling_is_refused_again(spelling: str) -> None:
    """Resolvers read short, octal and hexadecimal forms; the socket is checked as well."""
    try:
        address = socket.inet_ntoa(socket.inet_aton(spelling.rstrip(".")))
    except (OSError, UnicodeEncodeError):
        return
    if spelling not in ("134744072", "010.8.8.8", "8.8", "8.8.8.0x8"):  # other spellings of public addresses
        assert not is_public(address)


@pytest.mark.parametrize("block", [*REGISTRIES.split(), *map(str, SPECIAL_V4), *map(str, SPECIAL_V6)])
def test_a_block_is_refused_from_its_first_to_its_last_address(block: str) -> None:
    network = ipaddress.ip_network(block)
    assert not is_public(str(network[0]))
    assert not is_public(str(network[-1]))


async def test_a_local_name_is_fetched_only_if_the_operator_trusts_it() -> None:
    with pytest.raises(FetchRefused, match="local name"):
        Guard().check_host("u", "db.internal", 80)
    Guard(["db.internal:80"]).check_host("u", "db.internal", 80)
    with pytest.raises(FetchRefused, match="local name"):
        Guard(["db.internal:80"]).check_host("u", "db.internal", 443)
