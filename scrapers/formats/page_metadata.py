"""Reads a page's metadata: ld+json, meta tags, its canonical URL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.canonical_url import absolute_url
from scrapers.formats.bylines import byline_of
from scrapers.formats.dates import parse_date
from scrapers.formats.ld_json import article_in_ld_json
from scrapers.formats.titles import host_names, page_title
from scrapers.plain_text import clean, plain

_DATES = (
    "[itemprop~=datePublished], time[pubdate], [itemprop=published]",
    "time[datetime], .date, .article_date, .published, .byline time, .article-date, .publish-date, .post-date",
)
_MAX_META_TAGS = 300
_MAX_HEADINGS = 5
_MAX_DATES = 3
_MAX_DATE_CHARS = 200
_TITLES = ("og:title", "twitter:title", "dable:title", "title")
_TIMES = (
    "article:published_time", "og:article:published_time", "article:published", "article:published:time",
    "datepublished", "date.published", "pubdate", "publishdate", "publish_date", "publish-date", "publisheddate",
    "publication_date", "date", "dc.date.issued", "dcterms.issued", "dc.date", "dc.date.created", "dcterms.created",
    "dcterms.date", "date.available", "parsely-pub-date", "sailthru.date", "swiftype:published_at", "og:pubdate",
    "og:published_time", "originalpublicationdate", "cxenseparse:recs:publishtime", "rnews:datepublished",
)  # fmt: skip


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
    headings = [clean(node.text(separator=" ")) for node in tree.css("article h1, h1")[:_MAX_HEADINGS]]
    canonical = _canonical(tree, url)
    meta_titles = [meta[name] for name in _TITLES if name in meta]
    article = article_in_ld_json(tree, (url, canonical), (document_title, *headings, *meta_titles))
    publisher = article.get("publisher")
    names = (
        meta.get("og:site_name", ""),
        _string(publisher.get("name")) if isinstance(publisher, dict) else "",
        outlet_name,
        *host_names(_host(canonical or url)),
    )
    published = _string(article.get("datePublished")) or _first(meta, _TIMES)
    titles = [title for title in (plain(_string(article.get("headline"))), *meta_titles) if title] or [document_title]
    return PageMetadata(
        url=url,
        title=page_title(titles, headings, names),
        published=published,
        byline=byline_of(article, meta, tree, names),
        body=_string(article.get("articleBody")),
        canonical_url=canonical,
        site_name=meta.get("og:site_name", ""),
        document_title=document_title,
        heading=next(filter(None, headings), ""),
        shown_dates=_shown_dates(tree) if parse_date(published) is None else (),
        paywalled=_is_paywalled(article.get("isAccessibleForFree"), meta),
    )


def _is_paywalled(free: object, meta: dict[str, str]) -> bool:
    """Whether ld+json or a meta tag says so: ``False``, ``"false"``, ``"https://schema.org/False"``, or ``locked``."""
    said = str(meta.get("isaccessibleforfree", "") if free is None else free)
    return said.lower().endswith("false") or meta.get("article:content_tier", "").lower() == "locked"


def _shown_dates(tree: LexborHTMLParser) -> tuple[str, ...]:
    nodes = [node for selector in _DATES for node in tree.css(selector)[:_MAX_DATES]]
    texts = [text for node in nodes for text in (_time_attribute(node), clean(node.text(separator=" "))) if text]
    return tuple(dict.fromkeys(text[:_MAX_DATE_CHARS] for text in texts))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


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
    names = ("datetime", "data-published-time", "data-pubdate", "content")
    return next((attributes[name] or "" for name in names if name in attributes), "")
