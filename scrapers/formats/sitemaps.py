"""Reads news sitemaps."""

from __future__ import annotations

from xml.etree import ElementTree

from scrapers.canonical_url import absolute_url
from scrapers.errors import NotUnderstood
from scrapers.formats.dates import parse_date
from scrapers.formats.entries import MAX_PROBLEM_CHARS, MAX_TITLE_CHARS, Entries, FeedEntry, collect
from scrapers.http.charset import decode
from scrapers.http.markup_gate import CheckedXml, checked_xml
from scrapers.plain_text import plain

SITEMAP_ROOTS = ("urlset", "sitemapindex")
MAX_ROOT_CHARS = 40
"""So much of an unknown root element's name is reported."""


def read_sitemap(data: bytes, url: str, zone: str, content_type: str | None = None) -> Entries:
    """The entries of a news sitemap; an entry without a title is a problem, not a headline.

    :raises NotUnderstood: for what is no sitemap, with the reason.
    """
    sitemap = sitemap_entries(checked_xml(decode(data, url, content_type), url), url, zone)
    return collect(
        [
            entry if entry.title else f"an entry without a title: {entry.url}"[:MAX_PROBLEM_CHARS]
            for entry in sitemap.entries
        ]
    )


def sitemap_entries(xml: CheckedXml, url: str, zone: str) -> Entries:
    """Every address of a sitemap that has passed the gate; the entries of a plain sitemap have no title.

    :raises NotUnderstood: for an index of sitemaps, or another root element.
    """
    try:
        root = ElementTree.fromstring(xml.text)  # noqa: S314 – the gate has refused DTD and entities
    except ElementTree.ParseError as error:
        raise NotUnderstood(url, f"is no well-formed XML: {error}") from None
    if xml.root == "sitemapindex":
        raise NotUnderstood(url, "is an index of sitemaps: name one of them in the spec")
    if xml.root != "urlset":
        raise NotUnderstood(url, f"is no sitemap: its root is <{xml.root[:MAX_ROOT_CHARS]}>")
    return collect([_entry(element, url, zone) for element in root if _local(element.tag) == "url"])


def _entry(element: ElementTree.Element, url: str, zone: str) -> FeedEntry | str:
    values: dict[str, str] = {}
    for child in element.iter():
        values.setdefault(_local(child.tag), (child.text or "").strip())
    link = absolute_url(url, values.get("loc", ""))
    if not link:
        return "an entry without an address"
    date = values.get("publication_date") or values.get("lastmod")
    return FeedEntry(link, plain(values.get("title", ""), MAX_TITLE_CHARS), "", parse_date(date, zone), None)


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]
