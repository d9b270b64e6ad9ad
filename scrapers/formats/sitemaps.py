"""Reads news sitemaps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat

from scrapers.canonical_url import absolute_url
from scrapers.errors import NotUnderstood
from scrapers.formats.dates import parse_date
from scrapers.formats.entries import (
    MAX_PROBLEM_CHARS,
    MAX_TITLE_CHARS,
    Entries,
    FeedEntry,
    collect,
    entry_or_problem,
)
from scrapers.formats.source_text import source_text
from scrapers.http.markup_gate import CheckedXml, checked_xml
from scrapers.outlet import Outlet
from scrapers.plain_text import plain

SITEMAP_ROOTS = ("urlset", "sitemapindex")
MAX_ROOT_CHARS = 40
"""So much of an unknown root element's name is reported."""
_URL_STARTS = re.compile(r"<(?=(?:[a-z]\w{0,20}:)?url[\s>])")
_DATES = re.compile(r"(?<!\d)(20\d\d)(?:[-_/.]?(0[1-9]|1[0-2])(?:[-_/.]?([0-2]\d|3[01]))?)?(?!\d)")
"""A year, a month or a day in the address of a child."""
_NO_ARTICLES = re.compile(
    r"(?<![a-z])(?:images?|videos?|categor(?:y|ies)|tags?|authors?|pages?)(?![a-z=])", re.IGNORECASE
)
"""A name of sitemaps that list no articles; they go last."""
_LOC, _LASTMOD = ("url", "loc"), ("url", "lastmod")
_NEWS, _NEWS_TITLE, _NEWS_DATE = ("url", "news"), ("url", "news", "title"), ("url", "news", "publication_date")
Values = Mapping[tuple[str, ...], str]
"""The texts of one <url>, by the names of the elements from it downwards."""


def read_sitemap(data: bytes, url: str, outlet: Outlet, content_type: str | None = None) -> Entries:
    """The articles of a sitemap: what is marked as news, and what has the outlet's article id in its address.

    Another address is a problem, not a headline. An index of sitemaps has no articles, but its children.

    :raises NotUnderstood: for what is no sitemap, with the reason.
    """
    xml = checked_xml(source_text(data, url, content_type), url)
    if xml.root == "sitemapindex":
        return _children(xml, url, outlet.timezone)
    return collect([_article(values, url, outlet) for values in _urls(xml, url)], url)


def sitemap_entries(xml: CheckedXml, url: str, zone: str) -> Entries:
    """Every address of a sitemap that has passed the gate; the entries of a plain sitemap have no title.

    :raises NotUnderstood: for an index of sitemaps, or another root element.
    """
    return collect([_entry(values, url, zone) for values in _urls(xml, url)], url)


def _children(index: CheckedXml, url: str, zone: str) -> Entries:
    """The children of an index, the newest first.

    Their lastmod says which are the newest, then the date in their address, then their order.

    :raises NotUnderstood: for an index without children.
    """
    reader = _UrlReader(item="sitemap")
    reader.read(index.text)
    ranked: list[tuple[bool, float, tuple[int, ...], int, str]] = []
    for order, values in enumerate(reader.urls):
        child = absolute_url(url, values.get(("sitemap", "loc"), ""))
        if child is None:
            continue
        changed_at = parse_date(values.get(("sitemap", "lastmod")), zone)
        seconds = changed_at.timestamp() if changed_at else 0.0
        date = tuple(-int(number or 0) for number in (_DATES.findall(child) or [("",)])[-1])
        ranked.append((_NO_ARTICLES.search(child) is not None, -seconds, date, order, child))
    if not ranked:
        raise NotUnderstood(url, "is an index without sitemaps")
    return Entries((), further=tuple(child for *_, child in sorted(ranked)))


def _article(values: Values, url: str, outlet: Outlet) -> FeedEntry | str:
    entry = _entry(values, url, outlet.timezone)
    if isinstance(entry, FeedEntry) and _NEWS not in values and outlet.article_key(entry.url) is None:
        return f"an entry without a title: {entry.url}"[:MAX_PROBLEM_CHARS]
    return entry


def _entry(values: Values, url: str, zone: str) -> FeedEntry | str:
    link = absolute_url(url, values.get(_LOC, ""))
    title = plain(values.get(_NEWS_TITLE, ""), MAX_TITLE_CHARS)
    date = values.get(_NEWS_DATE) or values.get(_LASTMOD)
    return entry_or_problem(link, title, "", parse_date(date, zone), None)


def _urls(xml: CheckedXml, url: str) -> list[Values]:
    """The texts of each <url>. In a document that is not well-formed each is read by itself: a fault costs one entry.

    :raises NotUnderstood: for an index of sitemaps, another root element, or a document of damaged entries.
    """
    if xml.root == "sitemapindex":
        raise NotUnderstood(url, "is an index of sitemaps: read one of them")
    if xml.root != "urlset":
        raise NotUnderstood(url, f"is no sitemap: its root is <{xml.root[:MAX_ROOT_CHARS]}>")
    whole = _UrlReader()
    if whole.read(xml.text):
        return whole.urls
    urls = [values for part in _URL_STARTS.split(xml.text)[1:] for values in _urls_of_part(f"<{part}")]
    if not any(_LOC in values for values in urls):
        raise NotUnderstood(url, "is no well-formed XML")
    return urls


def _urls_of_part(markup: str) -> list[Values]:
    """What can be read of one <url> by itself; of a damaged one what stands before the damage."""
    reader = _UrlReader(within=("urlset",))
    reader.read(markup)
    return reader.urls or [reader.values]


class _UrlReader:
    """Collects the texts of the <url> elements by their place, so that those of an image or a video stay apart.

    It reads names without their namespaces, which sitemaps often declare wrongly or not at all. Only an element that
    stands in <url> under a foreign prefix keeps it: an <image:loc> there is not the article's address.
    """

    def __init__(self, within: tuple[str, ...] = (), item: str = "url") -> None:
        self._item = item
        self.urls: list[Values] = []
        self.values: dict[tuple[str, ...], str] = {}
        """The texts of the <url> that is being read."""
        self._path = list(within)
        self._prefix = ""
        """The prefix of the sitemap's own elements."""
        self._text: list[str] = []

    def read(self, markup: str) -> bool:
        """Read a document or a part of one; returns whether it was well-formed to its end."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        try:
            parser.Parse(markup, True)
        except expat.ExpatError:
            return False
        return True

    def _start(self, name: str, _attributes: object) -> None:
        prefix, _, local = name.rpartition(":")
        if local == self._item:
            self._prefix = prefix
        is_foreign = self._path[1:] == [self._item] and prefix != self._prefix and local != "news"
        self._path.append(name if is_foreign else local)
        self._text.clear()
        self.values.setdefault(tuple(self._path[1:]), "")

    def _end(self, _name: str) -> None:
        place = tuple(self._path[1:])
        self.values[place] = self.values.get(place) or "".join(self._text).strip()
        self._text.clear()
        self._path.pop()
        if place == (self._item,):
            self.urls.append(self.values)
            self.values = {}
