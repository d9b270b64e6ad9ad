"""Reads the article's object in a page's ld+json."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from scrapers.canonical_url import absolute_url, canonical_url
from scrapers.formats.json_text import json_values
from scrapers.plain_text import plain

_TYPE = "application/ld+json"
_ARTICLE_ENDS = ("article", "posting", "report", "governmentservice", "claimreview")
"""The ends of the types of articles: NewsArticle, BlogPosting, LiveBlogPosting, Report."""
_OTHER_ENDS = ("comment", "review", "object", "product", "person", "organization", "breadcrumblist", "itemlist")
"""The ends of the types that have dates and authors of their own, which are not the article's."""
_OF_PAGE = ("datePublished", "author", "publisher", "isAccessibleForFree")
"""Values that a page's other objects may hold in the article's place."""
_MAX_BLOCKS = 20
_MAX_NODES = 500
_THIS_PAGE, _NO_PAGE, _ANOTHER_PAGE = 0, 1, 2


def article_in_ld_json(tree: LexborHTMLParser, pages: Sequence[str | None], titles: Sequence[str]) -> dict[str, Any]:
    """The article's object; empty when there is none.

    An object that names this page goes first, then one that names no page; one that names another page counts only
    with a headline that this page shows. Of several the first with such a headline is taken. ``pages`` are the page's
    own addresses, ``titles`` the headlines that it shows. The time, authors and publisher that it lacks are those of
    the page's other objects (``WebPage``), and a reference to an object (``@id``) becomes that object.
    """
    addresses = {canonical_url(page) for page in pages if page}
    base = next(filter(None, pages), "")
    nodes = list(_page_nodes(tree))
    ranked: list[tuple[int, bool, int, dict[str, Any]]] = []
    others: list[dict[str, Any]] = []
    for order, node in enumerate(nodes):
        is_article = _has_type(node, _ARTICLE_ENDS)
        if not is_article and (_has_type(node, _OTHER_ENDS) or not any(map(node.get, _OF_PAGE))):
            continue
        relation = _relation(node, base, addresses)
        if not is_article:
            others += [node] if relation != _ANOTHER_PAGE else []
        elif (is_shown := _is_shown(node, titles)) or relation != _ANOTHER_PAGE:
            ranked.append((relation, not is_shown, order, node))
    article = min(ranked, key=lambda candidate: candidate[:3])[3] if ranked else {}
    of_page = {key: node[key] for node in reversed(others) for key in _OF_PAGE if _is_said(node.get(key))}
    return _with_references(of_page | {key: value for key, value in article.items() if _is_said(value)}, nodes)


def _is_said(value: object) -> bool:
    return bool(value) or value is False


def _with_references(article: dict[str, Any], nodes: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The article with the objects that its authors and publisher refer to."""
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and node.get("name")}

    def resolved(value: object) -> object:
        if isinstance(value, list):
            flat = chain.from_iterable(item if isinstance(item, list) else [item] for item in value[:_MAX_NODES])
            return [resolved(item) for item in islice(flat, _MAX_NODES) if not isinstance(item, list)]
        is_reference = isinstance(value, dict) and not value.get("name") and isinstance(value.get("@id"), str)
        return by_id.get(value["@id"], value) if is_reference and isinstance(value, dict) else value

    return article | {key: resolved(article[key]) for key in ("author", "publisher") if key in article}


def _page_nodes(tree: LexborHTMLParser) -> Iterator[dict[str, Any]]:
    """All objects of the page's ld+json that have a type or a headline."""
    scripts = (node for node in tree.css("script[type]") if _is_ld_json(node.attributes.get("type")))
    for _, script in zip(range(_MAX_BLOCKS), scripts, strict=False):
        yield from (node for node in _nodes(json_values(script.text())) if node.get("@type") or node.get("headline"))


def _has_type(node: dict[str, Any], ends: tuple[str, ...]) -> bool:
    kinds = node.get("@type") or "Article"
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(name, str) and _local_name(name).endswith(ends) for name in names)


def _is_ld_json(kind: str | None) -> bool:
    return (kind or "").split(";")[0].strip().lower() == _TYPE


def _local_name(kind: str) -> str:
    """``NewsArticle`` of ``schema:NewsArticle`` and ``https://schema.org/NewsArticle``, in lower case."""
    return re.split(r"[/:#]", kind)[-1].lower()


def _nodes(data: list[Any]) -> Iterator[dict[str, Any]]:
    """The objects of an ld+json block, outer before inner, without recursion and at most ``_MAX_NODES``."""
    waiting = list(data)
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        value = waiting.pop(0)
        if isinstance(value, dict):
            yield value
            waiting += [value[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in value]
        elif isinstance(value, list):
            waiting += value[:_MAX_NODES]


def _relation(node: dict[str, Any], base: str, addresses: set[str]) -> int:
    """Whether the object names this page, no page, or another one; the site's front page is none."""
    named = [node.get("url"), node.get("mainEntityOfPage"), node.get("@id")]
    inner = [value.get("@id") or value.get("url") if isinstance(value, dict) else value for value in named]
    links = [absolute_url(base, value) for value in inner if isinstance(value, str) and _is_link(value)]
    pages = {canonical_url(link) for link in links if link and (urlsplit(link).path.strip("/") or urlsplit(link).query)}
    if not pages:
        return _NO_PAGE
    return _THIS_PAGE if pages & addresses else _ANOTHER_PAGE


def _is_link(value: str) -> bool:
    return value.strip().startswith(("http://", "https://", "/"))


def _is_shown(node: dict[str, Any], titles: Sequence[str]) -> bool:
    """Whether the object's headline is one of the titles, or part of one, or has one in it."""
    headline = node.get("headline") or node.get("name")
    named = _letters(plain(headline, 500)) if isinstance(headline, str) else ""
    shown = filter(None, map(_letters, titles))
    return bool(named) and any(named in title or title in named for title in shown)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
