"""Tests of the hub that a source names: in its header, in RSS, Atom and JSON feeds."""

from __future__ import annotations

import json

import pytest

from scrapers.formats.feeds import read_feed
from scrapers.hub_links import MAX_ADDRESS_CHARS, MAX_LINKS, HubLinks, header_links, hub_links, preferred

URL = "https://outlet.example/feed.xml"
HUB, OTHER_HUB = "https://hub.example/", "https://other-hub.example/"


@pytest.mark.parametrize(
    "value, links",
    [
        ("", []),
        (f'<{HUB}>; rel="hub"', [("hub", HUB)]),
        (f"<{HUB}>;rel=hub,<{URL}>;rel=self", [("hub", HUB), ("self", URL)]),
        (f'<{HUB}>; title="a, <b>; c"; rel="hub", <{URL}>; REL="Self"', [("hub", HUB), ("Self", URL)]),
        (f'<{URL}>; type="text/html", <{HUB}>; rel="hub"', [("hub", HUB)]),
        (f'<{HUB}; rel="hub"', []),
        (f'<{HUB}>; rel="hub', []),
    ],
)
def test_the_links_of_a_header_are_read(value: str, links: list[tuple[str, str]]) -> None:
    assert header_links(value) == links


@pytest.mark.parametrize(
    "links, found",
    [
        ([("alternate", URL)], HubLinks()),
        ([("hub", HUB), ("hub", OTHER_HUB)], HubLinks(HUB)),
        ([("hub", "http://hub.example/"), ("hub", OTHER_HUB)], HubLinks(OTHER_HUB)),
        ([("hub", "http://hub.example/"), ("hub", "http://b.example/")], HubLinks("http://hub.example/")),
        ([("Self Hub", "/feed.xml")], HubLinks(URL, URL)),
        ([("self", "/a"), ("self", "/b"), ("hub", "ftp://hub.example/")], HubLinks("", "https://outlet.example/a")),
        ([("hub", "https://a:b@hub.example/")], HubLinks()),
        ([("hub", HUB), ("self", "/새소식.xml")], HubLinks(HUB, "https://outlet.example/새소식.xml")),
        ([("hub", HUB + "x" * (MAX_ADDRESS_CHARS - len(HUB)))], HubLinks(HUB + "x" * (MAX_ADDRESS_CHARS - len(HUB)))),
        ([("hub", HUB + "x" * (MAX_ADDRESS_CHARS - len(HUB) + 1))], HubLinks()),
        ([("icon", URL)] * (MAX_LINKS - 1) + [("hub", HUB)], HubLinks(HUB)),
        ([("icon", URL)] * MAX_LINKS + [("hub", HUB)], HubLinks()),
    ],
)
def test_the_first_hub_with_https_counts(links: list[tuple[str, str]], found: HubLinks) -> None:
    assert hub_links(links, URL) == found


def test_the_header_stands_before_the_feed_and_the_topic_is_the_source_where_none_is_named() -> None:
    feed = HubLinks(OTHER_HUB, "https://outlet.example/self")
    assert preferred(HubLinks(HUB), feed, URL) == HubLinks(HUB, feed.topic)
    assert preferred(HubLinks(HUB, "https://outlet.example/h"), feed, URL) == HubLinks(HUB, "https://outlet.example/h")
    assert preferred(HubLinks(), feed, URL) == feed
    assert preferred(HubLinks(), HubLinks(OTHER_HUB), URL) == HubLinks(OTHER_HUB, URL)
    assert preferred(HubLinks("", URL), HubLinks("", URL), URL) == HubLinks()


RSS = (
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
    f'<title>새연</title><link>https://outlet.example/</link><atom:link rel="hub" href="{HUB}"/>'
    f'<atom:link rel="self" href="{URL}" type="application/rss+xml"/>'
    "<item><title>양자 협력 착수</title><link>https://outlet.example/1</link></item></channel></rss>"
)
ATOM = (
    f'<feed xmlns="http://www.w3.org/2005/Atom"><title>S</title><link href="{HUB}" rel="hub"/>'
    '<link href="/feed.xml" rel="self"/>'
    '<entry><title>T</title><id>1</id><link href="https://outlet.example/1"/></entry></feed>'
)
JSON_FEED = json.dumps(
    {
        "feed_url": URL,
        "hubs": [{"type": "rssCloud", "url": OTHER_HUB}, {"type": "WebSub", "url": HUB}, 7],
        "items": [{"id": "1", "url": "https://outlet.example/1", "title": "T"}],
    }
)
IN_DOUBT = RSS.replace("<item>", "<item><guid>1</guid><guid>2</guid>")


@pytest.mark.parametrize("feed", [RSS, ATOM, JSON_FEED, IN_DOUBT], ids=["RSS", "Atom", "JSON Feed", "by feedparser"])
def test_a_feed_names_its_hub_and_itself(feed: str) -> None:
    assert read_feed(feed.encode(), URL, "Asia/Seoul").hub_links == HubLinks(HUB, URL)


def test_a_link_of_an_entry_is_none_of_the_feed() -> None:
    inside = RSS.replace("<item>", f'<item><atom:link rel="hub" href="{OTHER_HUB}"/>')
    without = inside.replace(f'<atom:link rel="hub" href="{HUB}"/>', "")
    assert read_feed(without.encode(), URL, "Asia/Seoul").hub_links == HubLinks("", URL)
