"""Hostile documents: pages, feeds, sitemaps, JSON and robots.txt that are made to be slow, large or deep to parse."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["page", "feed", "sitemap", "listing", "json", "robots"]
PAGE_BYTES = 2_000_000
"""Just below the size from which a page is refused unread."""
SOURCE_BYTES = 10_000_000
"""Just below the size from which any body is refused."""
_LD_JSON = "<script type='application/ld+json'>"


@dataclass(frozen=True, slots=True)
class HostileDocument:
    """A document of one kind, which is built when it is needed: all together have a hundred megabytes."""

    kind: Kind
    content_type: str
    build: Callable[[], bytes]


def _page(build: Callable[[], str], content_type: str = "text/html; charset=utf-8") -> HostileDocument:
    return HostileDocument("page", content_type, lambda: build().encode("utf-8", "surrogatepass")[:PAGE_BYTES])


def _bytes_page(build: Callable[[], bytes], content_type: str = "text/html") -> HostileDocument:
    return HostileDocument("page", content_type, build)


def _source(kind: Kind, build: Callable[[], str], content_type: str) -> HostileDocument:
    return HostileDocument(kind, content_type, lambda: build().encode()[:SOURCE_BYTES])


def _feed(build: Callable[[], str]) -> HostileDocument:
    return _source("feed", lambda: "<?xml version='1.0'?>" + build(), "application/rss+xml")


def _rss(items: str) -> str:
    return f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"


def _item(number: int, title: str = "x") -> str:
    return f"<item><title>{title}</title><link>http://h.example/article/{number}</link></item>"


def _laughs() -> str:
    entities = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10 if n else 'ha' * 10}'>" for n in range(12))
    return f"<!DOCTYPE rss [{entities}]>" + _rss(_item(1, "&a11;"))


def _ld_json(text: str) -> str:
    return f"<html><head>{_LD_JSON}{text}</script></head><body><p>x</p></body></html>"


PAGES = {
    "divs": _page(lambda: "<div>" * 400_000),
    "unknown elements": _page(lambda: "<p_>" * 500_000),
    "links in SVG": _page(lambda: "<svg><a>" * 250_000),
    "MathML": _page(lambda: "<math><mi><mglyph>" * 110_000),
    "divs behind an odd comment": _page(lambda: "<!--><div>" * 200_000),
    "list items": _page(lambda: "<li><dd>" * 250_000),
    "paragraphs at a depth of 500": _page(lambda: "<x>" * 500 + "<p>" * 39_000),
    "nested tables": _page(lambda: "<table><tr><td>" * 130_000),
    "a table of 150,000 cells": _page(lambda: "<table>" + "<tr><td>x" * 75_000),
    "text in a table's rows": _page(lambda: "<table><tr>" + "x<b>" * 90_000),
    "formatting that is opened again": _page(lambda: "<b><i><u><a><p>" * 130_000),
    "misnested formatting": _page(lambda: "<b><i></b></i><p>" * 100_000),
    "options": _page(lambda: "<select>" + "<option>x" * 190_000),
    "templates": _page(lambda: "<template>" * 190_000),
    "framesets": _page(lambda: "<frameset><frame>" * 110_000),
    "a hundred thousand paragraphs": _page(lambda: "<p>x" * 99_000),
    "attributes on every element": _page(lambda: "<b a=1>x</b>" * 49_000),
    "half a million attributes": _page(lambda: "<br " + "a=1 " * 500_000 + ">"),
    "one huge attribute": _page(lambda: "<p title='" + "a" * 1_900_000 + "'>x</p>"),
    "attributes that never end": _page(lambda: "<a b='" * 300_000),
    "less-than signs": _page(lambda: "<" * 200_000),
    "comments that never end": _page(lambda: "<!--" * 500_000),
    "a script that never ends": _page(lambda: "<script><!--<script>" * 100_000),
    "links": _page(lambda: "".join(f"<a href=/article/{n}>x</a>" for n in range(60_000))),
    "times": _page(lambda: "<time datetime=2025-10-29T10:30:00+09:00>x</time>" * 40_000),
    "meta elements": _page(lambda: "<meta property=article:published_time content=2025>" * 38_000),
    "references": _page(lambda: "<p>" + "&amp;&#x110000;&notit;" * 90_000),
    "zeros": _page(lambda: "<p>\0x</p>" * 200_000),
    "digits like dates": _page(lambda: "<p class=date>" + "2025-10-29 " * 150_000),
    "one day of a million digits": _page(lambda: "<p class=date>" + "2" * 1_000_000 + "년 1월"),
    "bylines": _page(lambda: "<article><p>" + "김 기자 a@b.kr " * 110_000),
    "spaces": _page(lambda: "<article><p>" + " " * 1_900_000 + "x"),
    "combining marks": _page(lambda: "<article><p>x" + "\u0301" * 900_000),
    "invisible signs": _page(lambda: "<article><p>" + "\u202e\u200b\ufeff" * 220_000),
    "ld+json of two megabytes": _page(lambda: _ld_json('{"@type":"NewsArticle","headline":"' + "x" * 1_900_000 + '"}')),
    "ld+json at a depth of half a million": _page(lambda: _ld_json('{"a":' * 350_000)),
    "ld+json with a number of a million digits": _page(lambda: _ld_json('{"datePublished":' + "9" * 1_000_000 + "}")),
    "thirty thousand pieces of ld+json": _page(lambda: f"{_LD_JSON}{{}}</script>" * 38_000),
    "a wrong charset": _bytes_page(lambda: ("<p>" + "가" * 900_000).encode("utf-16"), "text/html; charset=euc-kr"),
    "bytes of no charset": _bytes_page(lambda: b"<p>" + b"\xff\xfe\x80" * 600_000, "text/html; charset=utf-7"),
}
"""Answers to a request for an article, by a name for the test's output."""

SOURCES = {
    "a billion laughs": _feed(_laughs),
    "a deep feed": _feed(lambda: "<rss>" + "<a>" * 2_000_000),
    "a hundred thousand items": _feed(lambda: _rss("".join(_item(n) for n in range(100_000)))),
    "a title of nine megabytes": _feed(lambda: _rss(_item(1, "x" * 9_000_000))),
    "a feed with half a million attributes": _feed(
        lambda: "<rss " + " ".join(f"a{n}='1'" for n in range(500_000)) + "/>"
    ),
    "a feed with many namespaces": _feed(
        lambda: "<rss " + " ".join(f"xmlns:a{n}='http://a/{n}'" for n in range(200_000)) + "/>"
    ),
    "a feed of stray ampersands": _feed(lambda: _rss(_item(1, "& &x; " * 1_500_000))),
    "a section that never ends": _feed(lambda: "<rss><channel><item><title>" + "<![CDATA[" * 1_000_000),
    "a feed of markup in summaries": _feed(
        lambda: _rss("<item><link>http://h.example/article/1</link><description>" + "&lt;b&gt;" * 1_000_000)
    ),
    "a sitemap of a hundred thousand addresses": _source(
        "sitemap",
        lambda: "<urlset>" + "".join(f"<url><loc>http://h.example/article/{n}</loc></url>" for n in range(100_000)),
        "application/xml",
    ),
    "a listing of sixty thousand links": _source(
        "listing", lambda: "".join(f"<a href=/article/{n}>x</a>" for n in range(60_000)), "text/html"
    ),
    "deep JSON": _source("json", lambda: '{"items":' + "[" * 5_000_000, "application/json"),
    "JSON of many values": _source("json", lambda: json.dumps({"items": [[]] * 2_000_000}), "application/json"),
    "a JSON number of a million digits": _source(
        "json", lambda: '{"items":' + "9" * 1_000_000 + "}", "application/json"
    ),
    "robots.txt with slow patterns": _source(
        "robots", lambda: "User-agent: *\nDisallow: /" + "*a" * 20_000 + "*b$\n", "text/plain"
    ),
    "robots.txt of many rules": _source(
        "robots", lambda: "User-agent: *\n" + "Disallow: /*a*b\n" * 30_000, "text/plain"
    ),
}
"""Answers to a request for a source or for robots.txt, by a name for the test's output."""
HOSTILE_DOCUMENTS = PAGES | SOURCES
