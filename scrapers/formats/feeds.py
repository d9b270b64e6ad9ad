"""Reads RSS, Atom and JSON feeds; feedparser reads the markup of those that leave a doubt."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from scrapers.canonical_url import absolute_url
from scrapers.errors import NotUnderstood, TooBig
from scrapers.formats.dates import likely_zone, parse_date, says_utc
from scrapers.formats.entries import MAX_SUMMARY_CHARS, MAX_TITLE_CHARS, Entries, FeedEntry, collect, entry_or_problem
from scrapers.formats.entry_text import entry_text
from scrapers.formats.feed_fields import collected_fields
from scrapers.formats.json_api import json_feed_entries
from scrapers.formats.sitemaps import MAX_ROOT_CHARS, SITEMAP_ROOTS, sitemap_entries
from scrapers.formats.source_text import source_text
from scrapers.formats.update_period import ttl_seconds
from scrapers.http.markup_gate import CheckedXml, checked_xml, xml_body
from scrapers.http.xml_repair import may_change
from scrapers.hub_links import HubLinks, hub_links
from scrapers.plain_text import plain

MAX_PUBLISHER_CHARS = 100
MAX_FEED_ELEMENTS = 50_000
"""Elements of a feed, each of which costs feedparser some 20 µs: two thousand entries of 25 elements."""


def read_feed(data: bytes, url: str, zone: str | None, content_type: str | None = None) -> Entries:
    """The entries of an RSS, Atom or JSON feed or of a sitemap; without ``zone``, a Korean feed's dates are in Seoul's.

    :raises NotUnderstood: for what is no feed, with the reason.
    :raises TooBig: for a feed with too much markup.
    """
    if not data.strip():
        raise NotUnderstood(url, "is empty")
    text = source_text(data, url, content_type)
    zone = zone or likely_zone(url, text)
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        return json_feed_entries(text.lstrip("\ufeff"), url, zone)
    body = xml_body(text, url)
    collected = None if may_change(body) else collected_fields(body)
    if collected is not None:
        return _entries_of(*collected, url, zone)
    xml = checked_xml(text, url)
    if xml.root in SITEMAP_ROOTS:
        return sitemap_entries(xml, url, zone)
    return _entries_of(*(collected_fields(xml.text) or _by_feedparser(xml, url)), url, zone)


def _entries_of(feed: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], url: str, zone: str) -> Entries:
    read = collect([_entry(raw, url, zone) for raw in entries], url)
    return replace(read, ttl_seconds=ttl_seconds(feed), hub_links=_hub_links(feed, url))


def _by_feedparser(xml: CheckedXml, url: str) -> tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]:
    """The fields of a feed that leaves a doubt, or is not well-formed, and those of its entries."""
    if xml.elements > MAX_FEED_ELEMENTS:
        raise TooBig(url, f"the feed has {xml.elements} elements, we read {MAX_FEED_ELEMENTS}")
    import feedparser

    stream = io.BytesIO(xml.text.encode("utf-8", "replace"))
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        parsed = feedparser.parse(stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except (LookupError, AttributeError, ValueError, TypeError, AssertionError) as error:
        raise NotUnderstood(url, f"feedparser cannot read it ({type(error).__name__})") from error
    if not parsed.version and not parsed.entries:
        raise NotUnderstood(url, f"is no feed: its root is <{xml.root[:MAX_ROOT_CHARS]}>")
    return parsed.feed, parsed.entries


def _hub_links(feed: Mapping[str, Any], url: str) -> HubLinks:
    return hub_links(((_text(link.get("rel")), _text(link.get("href"))) for link in _mappings(feed.get("links"))), url)


def _entry(raw: Mapping[str, Any], url: str, zone: str) -> FeedEntry | str:
    guid = _unescaped(raw.get("id"))
    permalink = guid if guid.startswith(("http://", "https://")) else ""
    links = (_unescaped(raw.get("feedburner_origlink")), _unescaped(raw.get("link")), permalink)
    link = next(filter(None, (absolute_url(url, address) for address in links)), None)
    title = plain(_text(raw.get("title")), MAX_TITLE_CHARS)
    summary = plain(_text(raw.get("summary")), MAX_SUMMARY_CHARS)
    # feedparser's own mapping answers for `updated` with `published`, and warns of it
    written = raw if type(raw) is dict else dict(raw)
    date = next((_text(written[key]) for key in ("published", "created", "updated") if written.get(key)), None)
    text = entry_text(_texts(raw), title)
    entry = entry_or_problem(link, title, summary, parse_date(date, zone), guid, text, says_utc=says_utc(date))
    publisher = raw.get("source")
    if isinstance(entry, str) or not isinstance(publisher, Mapping) or not publisher:
        return entry
    name = plain(_text(publisher.get("title")), MAX_PUBLISHER_CHARS)
    return replace(entry, publisher=name, publisher_url=absolute_url(url, _text(publisher.get("href"))) or "")


def _texts(raw: Mapping[str, Any]) -> Iterator[str]:
    """The description and every content of an entry, as markup."""
    yield _text(raw.get("summary"))
    for content in _mappings(raw.get("content")):
        yield _text(content.get("value"))


def _unescaped(value: object) -> str:
    """An address or a guid without escaped ampersands, which feedparser leaves there in a feed that is not well-formed:
    one fault would give every entry another name."""
    return _text(value).replace("&amp;", "&")


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    """The mappings of a list; an element of the feed may have the list's name and hold a text."""
    return (each for each in value if isinstance(each, Mapping)) if isinstance(value, list) else iter(())


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
