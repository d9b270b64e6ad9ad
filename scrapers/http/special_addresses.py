"""Addresses and names that no outlet may have: IANA's special-purpose registries and the metadata hosts of clouds.

Sources: the IANA IPv4 and IPv6 Special-Purpose Address Registries (iana.org/assignments/iana-ipv4-special-registry
and …/iana-ipv6-special-registry; IPv6 in its state of 2024-10-22, IPv4 by RFC 6890 and its updates, not compared with
the live registry), RFC 9780 (100:0:0:1::/64, later than that), the multicast registries, the Special-Use Domain Names
registry, and the clouds' own manuals for the metadata hosts. Every block of the registries is listed, also where IANA
calls it globally reachable: no outlet lives in an anycast service block. Not listed are 64:ff9b::/96, 2002::/16 and
2001::/32, because the IPv4 address inside decides.
"""

from __future__ import annotations

import ipaddress

_V4 = """
0.0.0.0/8           this network (RFC 791)
10.0.0.0/8          private use (RFC 1918)
100.64.0.0/10       shared address space, Alibaba's metadata host 100.100.100.200 (RFC 6598)
127.0.0.0/8         loopback (RFC 1122)
169.254.0.0/16      link local, the metadata hosts 169.254.169.254, .170.2, .170.23, .42.42, .0.23 (RFC 3927)
172.16.0.0/12       private use (RFC 1918)
192.0.0.0/24        IETF protocol assignments, Oracle's metadata host 192.0.0.192 (RFC 6890)
192.0.2.0/24        documentation, TEST-NET-1 (RFC 5737)
192.31.196.0/24     AS112-v4 (RFC 7535)
192.52.193.0/24     AMT (RFC 7450)
192.88.99.0/24      6to4 relay anycast, deprecated (RFC 7526), and 6a44 relays (RFC 6751)
192.168.0.0/16      private use (RFC 1918)
192.175.48.0/24     direct delegation AS112 service (RFC 7534)
198.18.0.0/15       benchmarking (RFC 2544)
198.51.100.0/24     documentation, TEST-NET-2 (RFC 5737)
203.0.113.0/24      documentation, TEST-NET-3 (RFC 5737)
224.0.0.0/4         multicast (RFC 1112)
240.0.0.0/4         reserved, limited broadcast (RFC 1112, RFC 8190)
168.63.129.16/32    Azure's virtual host: metadata, DNS, health (its manual)
"""
_V6 = """
::/3                everything below global unicast: ::1, IPv4-compatible, translated, 64:ff9b:1::/48, 100::/64
2001::/23           IETF protocol assignments: anycast, AMT, AS112-v6, ORCHID, DRIP (RFC 2928)
2001:db8::/32       documentation (RFC 3849)
2620:4f:8000::/48   direct delegation AS112 service (RFC 7534)
3fff::/20           documentation (RFC 9637)
4000::/2            not assigned; SRv6 SIDs 5f00::/16 (RFC 9602)
8000::/1            not assigned; fc00::/7 private use with the metadata hosts fd00:ec2::254, fd00:ec2::23, fd00:42::42
                    and fd20:ce::254, fe80::/10 link local, fec0::/10 site local, ff00::/8 multicast
"""
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052; the last 32 bits are the IPv4 address that is reached."""
UNRESOLVED_NAMES = ("test", "invalid", "onion", "alt")
"""Names that the DNS has nothing below, by RFC 6761, 7686 and 9476."""
SPECIAL_NAMES = (
    *("localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "arpa"),
    *UNRESOLVED_NAMES,
    *("metadata.goog", "metadata.tencentyun.com", "api.metadata.cloud.ibm.com"),
)
"""Names with all below them that are local or no outlet's by definition, or lead to a metadata host.

RFC 6761 (but ``example`` leads nowhere, and stands in for an outlet), 6762, 7686, 9476. Under ``arpa`` are the home
networks of RFC 8375, the reverse zones and ipv4only.arpa of NAT64; under ``internal`` the metadata hosts of AWS, Google
and Azure.
"""


def _networks(table: str) -> list[str]:
    return [line.split()[0] for line in table.strip().splitlines() if not line.startswith(" ")]


SPECIAL_V4 = tuple(ipaddress.IPv4Network(network) for network in _networks(_V4))
SPECIAL_V6 = tuple(ipaddress.IPv6Network(network) for network in _networks(_V6))
