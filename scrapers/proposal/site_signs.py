"""Reads what an address says about its site: its sources, links, name and language; runs in the parser process."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.canonical_url import absolute_url
from scrapers.errors import NotUnderstood
from scrapers.formats.json_text import json_value
from scrapers.formats.page_metadata import page_metadata
from scrapers.formats.results import SiteSigns
from scrapers.formats.source_text import source_text
from scrapers.http.markup_gate import check_depth, check_page_size, checked_xml, is_page
from scrapers.plain_text import clean, plain
from scrapers.proposal.article_links import is_headline
from scrapers.proposal.site_facts import host_of, is_of_site, site_of

MAX_LINKS = 3_000
MAX_FEEDS = 40
LEAST_SCRIPT_LINKS = 5
MAX_TEXT_CHARS = 200
MAX_OFFSETS = 5
MAX_HEAD_CHARS = 8_192
"""The root element stands within these characters, after comments and what a web server printed before it."""
_FEED_TYPES = re.compile(r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)|(?:text|application)/(?:rss|atom)?xml")
_JSON_FEED_TYPES = ("application/feed+json", "application/json")
_FEED_PATH = re.compile(
    r"/(?:rss|atom|feeds?)(?:[/._-]|$)|/rss\w{0,20}\.|\.(?:rss|atom)$|(?:rss|atom|feed)\.(?:xml|json)$", re.IGNORECASE
)
_OFFSET = re.compile(r"\d\d:\d\d(?::\d\d)?(?:\.\d+)?\s?([+-]\d\d:?\d\d|\b[A-Z]{3,4}\b)")
_ARTICLES = re.compile(r"article|posting|report", re.IGNORECASE)
_PUBLISHERS = re.compile(r"(?:organization|website|newsmedia\w*)$", re.IGNORECASE)
_ROOT = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|rdf|urlset|sitemapindex)\b", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+)?html\b", re.IGNORECASE)
_CHILD = re.compile(r"<(?:\w+:)?loc>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]+)")


def site_signs(data: bytes, url: str, content_type: str | None = None) -> SiteSigns:
    """Returns the signs of a page, feed, sitemap or JSON Feed.

    :raises NotUnderstood: for what is none of them.
    :raises TooBig: for a page that is too large or nested too deep.
    """
    if not data.strip():
        raise NotUnderstood(url, "is empty")
    text = source_text(data, url, content_type).lstrip("\ufeff \t\r\n")
    if text.startswith("{"):
        return _signs_of_json(text, url)
    root = _root_of_xml(text, url)
    if root in ("rss", "feed", "rdf"):
        return _signs_of_feed(text, url)
    if root in ("urlset", "sitemapindex"):
        children = tuple((address, "") for address in _CHILD.findall(text)[:MAX_FEEDS]) if root != "urlset" else ()
        return SiteSigns(url, "sitemap" if root == "urlset" else "index", feeds=children)
    if not is_page(data, content_type):
        raise NotUnderstood(url, f"is neither a page nor a feed but {content_type or 'something else'}")
    check_page_size(data, url)
    check_depth(text, url)
    return _signs_of_page(text, url)


def _root_of_xml(text: str, url: str) -> str:
    """Returns the name of a feed's or sitemap's root element; nothing for a page, which no reader of XML should see."""
    root = _ROOT.search(text[:MAX_HEAD_CHARS])
    if root is None or _HTML.search(text, 0, root.start()):
        return ""
    return checked_xml(text, url).root


def _signs_of_json(text: str, url: str) -> SiteSigns:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        raise NotUnderstood(url, "is no JSON") from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise NotUnderstood(url, 'is JSON, but no JSON Feed: write a spec with kind = "json" and its paths')
    return SiteSigns(
        url, "feed",
        name=plain(_string(feed.get("title")), MAX_TEXT_CHARS),
        language=_string(feed.get("language"))[:12],
        home=absolute_url(url, _string(feed.get("home_page_url"))) or "",
        offsets=_offsets(text),
    )  # fmt: skip


def _signs_of_feed(text: str, url: str) -> SiteSigns:
    import feedparser

    xml = checked_xml(text, url).text
    head = re.split(r"<(?:\w+:)?(?:item|entry)\b", xml, maxsplit=1)[0]  # the channel alone names the site
    channel: Any = feedparser.parse(io.BytesIO(head.encode("utf-8", "replace")), sanitize_html=False).feed
    return SiteSigns(
        url, "feed",
        name=plain(_string(channel.get("title")), MAX_TEXT_CHARS),
        language=_string(channel.get("language"))[:12],
        home=absolute_url(url, _string(channel.get("link"))) or "",
        offsets=_offsets(text),
    )  # fmt: skip


def _signs_of_page(text: str, url: str) -> SiteSigns:
    tree = LexborHTMLParser(text)
    metadata = page_metadata(tree, url)
    base = tree.css_first("base[href]")
    base_url = absolute_url(url, base.attributes.get("href") or "") or url if base is not None else url
    html = tree.css_first("html")
    kinds_and_names = list(_ld_json(tree))
    open_graph = tree.css_first('meta[property="og:type"]')
    is_article = "article" in ((open_graph.attributes.get("content") or "") if open_graph is not None else "")
    is_front = urlsplit(url).path in ("", "/")
    return SiteSigns(
        url, "page",
        name=metadata.site_name or next((name for kind, name in kinds_and_names if _PUBLISHERS.search(kind)), ""),
        title=metadata.document_title[:MAX_TEXT_CHARS],
        language=((html.attributes.get("lang") or "") if html is not None else "")[:12],
        feeds=tuple(islice(_feeds(tree, base_url), MAX_FEEDS)),
        links=tuple(_links(tree, base_url)),
        variants=tuple(_variants(tree, base_url)),
        is_article=not is_front and (is_article or any(_ARTICLES.search(kind) for kind, _ in kinds_and_names)),
        has_script_links=_script_links(tree) >= LEAST_SCRIPT_LINKS,
    )  # fmt: skip


def _feeds(tree: LexborHTMLParser, base: str) -> Iterator[tuple[str, str]]:
    """Yields address and title of each feed that the page declares, then of the site's own that it only links to."""
    for link in tree.css("link[rel~=alternate][href], a[type][href]")[:MAX_FEEDS]:
        kind = (link.attributes.get("type") or "").split(";")[0].strip().lower()
        address = absolute_url(base, link.attributes.get("href") or "")
        if address and _FEED_TYPES.fullmatch(kind):
            yield address, clean(link.attributes.get("title") or "")[:MAX_TEXT_CHARS]
    site = site_of(host_of(base))
    for link in tree.css("a[href]")[:MAX_LINKS]:
        address = absolute_url(base, link.attributes.get("href") or "")
        if address and is_of_site(address, site) and _FEED_PATH.search(urlsplit(address).path):
            yield address, _text(link)


def _links(tree: LexborHTMLParser, base: str) -> Iterator[tuple[str, str]]:
    """Yields each address that the page links to, with the longest text of a link to it."""
    texts: dict[str, str] = {}
    for link in tree.css("a[href]")[:MAX_LINKS]:
        address = absolute_url(base, link.attributes.get("href") or "")
        if address:
            texts[address] = max(texts.get(address, ""), _text(link), key=len)
    yield from texts.items()


def _text(link: LexborNode) -> str:
    written = clean(link.text(separator=" "))
    return (written or clean(link.attributes.get("title") or ""))[:MAX_TEXT_CHARS]


def _script_links(tree: LexborHTMLParser) -> int:
    """The number of links with a headline's text whose target is a script."""
    links = tree.css('a[href^="javascript:"], a[href^="#"][onclick], a[onclick]:not([href])')
    return sum(is_headline(_text(link)) for link in links[:MAX_LINKS])


def _variants(tree: LexborHTMLParser, base: str) -> Iterator[str]:
    """Yields the addresses of this page that it declares itself: canonical, mobile, AMP."""
    selector = "link[rel=canonical][href], link[rel=amphtml][href], link[rel=alternate][media][href]"
    for link in tree.css(selector)[:10]:
        address = absolute_url(base, link.attributes.get("href") or "")
        if address:
            yield address


def _ld_json(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    """Yields kind and name of the objects in ld+json, their publishers too."""
    for script in tree.css('script[type="application/ld+json"]')[:20]:
        waiting = [json_value(script.text())]
        for _ in range(200):
            value = waiting.pop(0) if waiting else None
            if isinstance(value, list):
                waiting += value[:100]
            elif isinstance(value, dict):
                kinds = value.get("@type")
                kind = _string(kinds[0] if isinstance(kinds, list) and kinds else kinds)
                yield kind, plain(_string(value.get("name")), MAX_TEXT_CHARS) if kind else ""
                waiting += [value[key] for key in ("@graph", "publisher", "isPartOf") if key in value]


def _offsets(text: str) -> tuple[str, ...]:
    """The zones that the document's dates name, the most frequent first."""
    return tuple(zone for zone, _ in Counter(_OFFSET.findall(text)).most_common(MAX_OFFSETS))


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
