"""Reads a page's metadata: ld+json, meta tags, its canonical URL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.canonical_url import absolute_url
from scrapers.formats.ld_json import article_in_ld_json
from scrapers.plain_text import clean, plain

_DATES = "time[datetime], [itemprop=datePublished], .date, .article_date, .published, .byline time"
_MAX_META_TAGS = 300
_MAX_AUTHORS = 5
_TITLES = ("og:title", "twitter:title", "dable:title", "title")
_TIMES = (
    "article:published_time", "og:article:published_time", "datepublished", "pubdate", "publishdate", "date",
    "dc.date.issued", "parsely-pub-date", "sailthru.date",
)  # fmt: skip
_AUTHORS = ("dable:author", "author", "article:author", "og:article:author", "byl", "parsely-author")


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """The metadata of a page; an empty string for what the page does not say."""

    url: str = ""
    title: str = ""
    published: str = ""
    byline: str = ""
    body: str = ""
    canonical_url: str | None = None
    site_name: str = ""
    document_title: str = ""
    heading: str = ""
    """The first h1; the title when there is no other."""
    shown_date: str = ""
    """The text of the element that usually shows the date."""


def page_metadata(tree: LexborHTMLParser, url: str) -> PageMetadata:
    """The metadata of a page, from ld+json first and from meta tags second."""
    meta = _meta(tree)
    title = tree.css_first("head title")
    document_title = clean(title.text()) if title else ""
    heading = first_text(tree, ("article h1", "h1"))
    canonical = _canonical(tree, url)
    article = article_in_ld_json(tree, (url, canonical), (document_title, heading, _first(meta, _TITLES)))
    return PageMetadata(
        url=url,
        title=plain(_string(article.get("headline"))) or _first(meta, _TITLES),
        published=_string(article.get("datePublished")) or _first(meta, _TIMES),
        byline=_author(article.get("author")) or _person(_first(meta, _AUTHORS)),
        body=_string(article.get("articleBody")),
        canonical_url=canonical,
        site_name=meta.get("og:site_name", ""),
        document_title=document_title,
        heading=heading,
        shown_date=first_text(tree, (_DATES,), attribute=True),
    )


def _meta(tree: LexborHTMLParser) -> dict[str, str]:
    values: dict[str, str] = {}
    for node in tree.css("meta[content]")[:_MAX_META_TAGS]:
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = clean(attributes.get("content") or "")
        if name and content:
            values.setdefault(name.strip().lower(), content)
    return values


def _first(meta: dict[str, str], names: tuple[str, ...]) -> str:
    return next((meta[name] for name in names if name in meta), "")


def _string(value: object) -> str:
    if isinstance(value, list) and value:
        value = value[0]
    return value if isinstance(value, str) else ""


def _author(value: object) -> str:
    people = value if isinstance(value, list) else [value]
    names = [
        _string(person.get("name")) if isinstance(person, dict) else _string(person) for person in people[:_MAX_AUTHORS]
    ]
    return ", ".join(name for name in map(_person, names) if name)


def _person(name: str) -> str:
    """The name of a person; empty for an address, which some outlets write in its place."""
    name = plain(name, 120)
    return "" if name.startswith(("http://", "https://")) else name


def _canonical(tree: LexborHTMLParser, url: str) -> str | None:
    link = tree.css_first('link[rel="canonical"][href]')
    href = link.attributes.get("href") if link else None
    return absolute_url(url, href) if href else None


def first_text(tree: LexborHTMLParser, selectors: Iterable[str], attribute: bool = False) -> str:
    """The text of the first element that has any; with ``attribute``, a time in an attribute goes before the text."""
    for selector in selectors:
        for node in tree.css(selector):
            text = (_time_attribute(node) if attribute else "") or clean(node.text(separator=" "))
            if text:
                return text
    return ""


def _time_attribute(node: LexborNode) -> str:
    attributes = node.attributes
    names = ("datetime", "data-published-time", "content")
    return next((attributes[name] or "" for name in names if name in attributes), "")
