"""Finds the WebSub hub that a source names, and the topic to subscribe to (W3C WebSub, section 4)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from scrapers.canonical_url import absolute_url
from scrapers.outlet import Outlet

MAX_ADDRESS_CHARS = 1_000
MAX_HEADER_CHARS = 8_000
MAX_LINKS = 50
"""So many links of a header or a feed are looked at."""
Link = tuple[str, str]
"""The relations of a link, separated by blanks, and its address."""
_LINK = re.compile(r'<([^<>]*)>((?:[^<,"]|"[^"]*")*)')
_REL = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HubLinks:
    """The hub of a source and the source's topic there; both are empty where it names no hub."""

    hub: str = ""
    topic: str = ""
    """The address by which the hub knows the source (rel="self"); empty where the source does not say."""


NO_HUB = HubLinks()


def hub_links(links: Iterable[Link], address: str) -> HubLinks:
    """The first hub with https, or else the first, and the topic that these links of an answer name."""
    hubs: list[str] = []
    topic = ""
    for relations, target in islice(links, MAX_LINKS):
        names = relations.lower().split()
        absolute = absolute_url(address, target) if "hub" in names or "self" in names else None
        if absolute is None or len(absolute) > MAX_ADDRESS_CHARS:
            continue
        if "hub" in names:
            hubs.append(absolute)
        if "self" in names:
            topic = topic or absolute
    hub = next((each for each in hubs if each.startswith("https:")), next(iter(hubs), ""))
    return HubLinks(hub, topic)


def header_links(value: str) -> list[Link]:
    """The links of a ``Link`` header (RFC 8288)."""
    links = islice(_LINK.finditer(value[:MAX_HEADER_CHARS]), MAX_LINKS)
    return [(rel[1] or rel[2] or "", link[1]) for link in links if (rel := _REL.search(link[2]))]


def preferred(of_header: HubLinks, of_feed: HubLinks, address: str) -> HubLinks:
    """What an answer says in its header, else in its feed; the topic is the source's address where it names none."""
    hub = of_header.hub or of_feed.hub
    return HubLinks(hub, of_header.topic or of_feed.topic or address) if hub else NO_HUB


def own_links(outlet: Outlet, url: str, header: str, of_feed: HubLinks) -> HubLinks:
    """The links that an answer names in its Link header or its feed, unless the topic is an address of others."""
    links = preferred(hub_links(header_links(header), url), of_feed, url)
    is_own = outlet.lives_at(links.topic) or urlsplit(links.topic).hostname == urlsplit(url).hostname
    return links if is_own else NO_HUB
