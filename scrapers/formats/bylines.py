"""Finds who wrote a page: in its ld+json, its meta tags, or the elements that usually name the author."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.plain_text import clean, plain

MAX_AUTHORS = 10
MAX_NAME_CHARS = 120
MAX_SHOWN_CHARS = 80
_META = (
    "dable:author", "author", "article:author", "og:article:author", "byl", "parsely-author", "sailthru.author",
    "articleauthor", "article.author", "dc.creator", "dcterms.creator", "cxenseparse:author", "citation_author",
)  # fmt: skip
_SHOWN = (
    "[rel~=author]", "[itemprop~=author] [itemprop~=name]", "[itemprop~=author]",
    ".author-name, .author_name, .author__name, .byline-name, .byline__name, .article-author, .c-byline__author",
    ".byline a, .author a", ".byline, .author",
)  # fmt: skip
_WRITTEN_BY = re.compile(r"writ|author|autor|schrieb|verfasst|écrit|auteur|escrito|geschreven|글|기자", re.IGNORECASE)
_PREFIX = re.compile(r"^(?:written\s+by|by|von|par|por|di|door|text)\b\s*:?\s*", re.IGNORECASE)
_NO_NAME = re.compile(r"[\d@]|https?:|www\.|\.(?:com|net|org)\b", re.IGNORECASE)
_WORD = r"[^\W\d_a-z][\w.'’-]{0,20}"
_NAME = rf"{_WORD}(?:\s(?:(?:de|van|von|der|den|la|le|di|da|al|el|bin)\s){{0,2}}{_WORD}){{1,3}}"
_BY_LINE = re.compile(rf"^(?:By|BY|Von|Par|Por|Door)\s?:?\s({_NAME}(?:\s?(?:,|and|und|et|y|&)\s?{_NAME}){{0,4}})")


def byline_of(
    article: Mapping[str, Any], meta: Mapping[str, str], tree: LexborHTMLParser, site_names: Iterable[str]
) -> str:
    """The names of the authors with commas between them; empty when the page names none.

    An author in a meta tag or an element counts only when it is not the site itself, nor an address.
    """
    sites = {_letters(name) for name in site_names} - {""}
    if names := _names(article.get("author")):
        return ", ".join(names)
    in_meta = next((meta[name] for name in _META if name in meta and _is_author(meta[name], sites)), "")
    if not in_meta and _WRITTEN_BY.search(meta.get("twitter:label1", "")):
        in_meta = meta.get("twitter:data1", "")
    return _person(in_meta) or _shown(tree, sites)


def byline_in_head(lines: Iterable[str]) -> str | None:
    """The names after a By (Von, Par, Por) that opens one of the lines at a page's heading."""
    return next((match[1] for line in lines if (match := _BY_LINE.match(line))), None)


def _names(value: object) -> list[str]:
    people = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(filter(None, map(_name, people[:MAX_AUTHORS]))))


def _name(person: object) -> str:
    if not isinstance(person, dict):
        return _person(person) if isinstance(person, str) else ""
    name = person.get("name")
    if isinstance(name, list) and name:
        name = name[0]
    if not name:
        name = " ".join(str(person[key]) for key in ("givenName", "additionalName", "familyName") if person.get(key))
    return _person(name) if isinstance(name, str) else ""


def _person(name: str) -> str:
    """The name of a person; empty for an address, which some outlets write in its place."""
    name = _PREFIX.sub("", plain(name, MAX_NAME_CHARS))
    return "" if name.startswith(("http://", "https://")) else name


def _is_author(name: str, sites: set[str]) -> bool:
    return bool(_person(name)) and _letters(name) not in sites


def _shown(tree: LexborHTMLParser, sites: set[str]) -> str:
    """The names in the first elements that name an author, side by side."""
    for selector in _SHOWN:
        nodes = [node for node in tree.css(selector)[:MAX_AUTHORS] if _shown_name(node, sites)]
        if nodes:
            beside = [node for node in nodes if _group(node) == _group(nodes[0])]
            return ", ".join(dict.fromkeys(_shown_name(node, sites) for node in beside))
    return ""


def _shown_name(node: LexborNode, sites: set[str]) -> str:
    name = _PREFIX.sub("", clean(node.attributes.get("content") or node.text(separator=" ")))
    is_name = 1 < len(name) <= MAX_SHOWN_CHARS and not _NO_NAME.search(name)
    return name if is_name and _letters(name) not in sites else ""


def _group(node: LexborNode) -> int | None:
    """The id of the element around a node's parent, which holds all authors of one article."""
    parent = node.parent
    around = parent.parent if parent is not None else None
    return around.mem_id if around is not None else None


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
