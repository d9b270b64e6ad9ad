"""Reads a page's metadata: ld+json, meta tags, its canonical URL."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.canonical_url import absolute_url
from scrapers.formats.author_names import is_address
from scrapers.formats.bylines import byline_of
from scrapers.formats.dates import parse_date
from scrapers.formats.ld_json import article_in_ld_json
from scrapers.formats.shown_dates import shown_dates, time_in_attribute
from scrapers.formats.titles import host_names, page_title
from scrapers.plain_text import clean, plain

_HEADLINES = "[itemprop~=headline]:not(meta), .headline, .entry-title, .post-title, .article-title"
"""What a page whose h1 is another shows its headline in."""
_MAX_META_TAGS = 300
_MAX_META_CHARS = 10_000
_ONE_FOR_EACH = ("author", "creator", "byl")
"""The ends of the names of tags that a page repeats for each author."""
_MAX_HEADINGS = 5
_TITLES = (
    "og:title",
    "twitter:title",
    "dable:title",
    "title",
    "headline",
    "dc.title",
    "parsely-title",
    "sailthru.title",
)
_SITES = ("og:site_name", "application-name", "apple-mobile-web-app-title", "publisher", "dc.publisher")
_TIMES = (
    "article:published_time", "og:article:published_time", "article:published", "article:published:time",
    "datepublished", "date.published", "pubdate", "publishdate", "publish_date", "publish-date", "publisheddate",
    "publication_date", "date", "dc.date.issued", "dcterms.issued", "dc.date", "dc.date.created", "dcterms.created",
    "dcterms.date", "date.available", "parsely-pub-date", "sailthru.date", "swiftype:published_at", "og:pubdate",
    "og:published_time", "originalpublicationdate", "cxenseparse:recs:publishtime", "rnews:datepublished",
)  # fmt: skip
_TIME_NAME = re.compile(r"publi|issue|creat|posted|firstpub|(?:^|[._:-])(?:date|datum|time)")
_OTHER_TIME_NAME = re.compile(r"modif|updat|generat|expir|event|start|end|copyright|publisher|valid|access")


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
    shown_dates: tuple[str, ...] = ()
    """The texts of the elements that usually show the date, where no metadata names one."""
    paywalled: bool = False
    """Whether the page says that readers pay for its text."""


def page_metadata(tree: LexborHTMLParser, url: str, outlet_name: str = "") -> PageMetadata:
    """The metadata of a page, from ld+json first, from meta tags second, and last from what it shows."""
    meta = _meta(tree)
    title = tree.css_first("head title")
    document_title = clean(title.text()) if title else ""
    canonical = _canonical(tree, url)
    meta_titles = [plain(meta[name]) for name in _TITLES if name in meta]
    headings = _headings(tree, {document_title, *meta_titles})
    article = article_in_ld_json(tree, (url, canonical), (document_title, *headings, *meta_titles))
    publisher = article.get("publisher")
    names = (
        *(meta[name] for name in _SITES if name in meta),
        _string(publisher.get("name")) if isinstance(publisher, dict) else "",
        outlet_name,
        *host_names(_host(canonical or url)),
    )
    published = _published(article, meta)
    titles = [title for title in (plain(_string(article.get("headline"))), *meta_titles) if title] or [document_title]
    return PageMetadata(
        url=url,
        title=page_title(titles, headings, names) or page_title([document_title], headings, names),
        published=published,
        byline=byline_of(article, meta, tree, names),
        body=_string(article.get("articleBody")),
        canonical_url=canonical,
        site_name=meta.get("og:site_name", ""),
        document_title=document_title,
        heading=next(filter(None, headings), ""),
        shown_dates=() if published else shown_dates(tree),
        paywalled=_is_paywalled(article.get("isAccessibleForFree"), meta),
    )


def _headings(tree: LexborHTMLParser, titles: Collection[str]) -> list[str]:
    """The texts of the page's h1; where no title is one of them, they may name the site, and a headline follows."""
    headings = [_text(node) for node in tree.css("article h1, h1")[:_MAX_HEADINGS]]
    if any(heading and heading in titles for heading in headings):
        return headings
    return [*headings, *(_text(node) for node in tree.css(_HEADLINES)[:1])]


def _text(node: LexborNode) -> str:
    return clean(node.text(separator=" "))


def _is_paywalled(free: object, meta: dict[str, str]) -> bool:
    """Whether ld+json or a meta tag says so: ``False``, ``"false"``, ``"https://schema.org/False"``, or ``locked``."""
    said = str(meta.get("isaccessibleforfree", "") if free is None else free)
    return said.lower().endswith("false") or meta.get("article:content_tier", "").lower() == "locked"


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _meta(tree: LexborHTMLParser) -> dict[str, str]:
    values: dict[str, str] = {}
    for node in tree.css("meta[content]")[:_MAX_META_TAGS]:
        attributes = node.attributes
        name = (
            (attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or "").strip().lower()
        )
        content = clean((attributes.get("content") or "")[:_MAX_META_CHARS])
        if not name or not content:
            continue
        values[name] = (
            _with(values.get(name, ""), content) if name.endswith(_ONE_FOR_EACH) else values.get(name, content)
        )
    return values


def _with(authors: str, further: str) -> str:
    """The authors of several tags of one name; an address says nothing beside a name."""
    if not authors or (is_address(authors) and not is_address(further)):
        return further
    return authors if further in authors or is_address(further) else f"{authors}, {further}"


def _published(article: dict[str, Any], meta: dict[str, str]) -> str:
    """The first value that is a time: of ld+json, of the usual tags, of any tag whose name says so."""
    usual = (meta[name] for name in _TIMES if name in meta)
    named = (value for name, value in meta.items() if _TIME_NAME.search(name) and not _OTHER_TIME_NAME.search(name))
    said = chain([_string(article.get("datePublished"))], usual, [_string(article.get("dateCreated"))], named)
    return next((value for value in said if value and parse_date(value)), "")


def _string(value: object) -> str:
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value")
    return value if isinstance(value, str) else ""


def _canonical(tree: LexborHTMLParser, url: str) -> str | None:
    link = tree.css_first('link[rel="canonical"][href]')
    href = link.attributes.get("href") if link else None
    return absolute_url(url, href) if href else None


def first_text(tree: LexborHTMLParser, selectors: Iterable[str], attribute: bool = False) -> str:
    """The text of the first element that has any; with ``attribute``, a time in an attribute goes before the text."""
    for selector in selectors:
        for node in tree.css(selector):
            text = (time_in_attribute(node) if attribute else "") or clean(node.text(separator=" "))
            if text:
                return text
    return ""
