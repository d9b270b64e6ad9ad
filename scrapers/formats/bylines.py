"""Finds who wrote a page: in its ld+json, its meta tags, or the elements that usually name the author."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from scrapers.formats.author_names import NAME_WORD, NAMES, distinct, letters, person
from scrapers.formats.shown_authors import shown_authors

MAX_AUTHORS = 10
_MAX_META_CHARS = 400
_META = (
    "dable:author", "author", "article:author", "og:article:author", "byl", "parsely-author", "sailthru.author",
    "dc.creator", "dcterms.creator", "citation_author", "cxenseparse:author",
)  # fmt: skip
_META_WORDS = re.compile(r"(?:author(?:s|[._-]?names?)?|byl(?:ine)?|creator|reporter|writer)$")
"""The last word of any other tag's name that holds an author: ``citation_author``, ``dc.creator``."""
_ACCOUNT = re.compile(r"^twitter|card|image|photo|banner|app|web")
_WRITTEN_BY = re.compile(r"writ|author|autor|schrieb|verfasst|écrit|auteur|escrito|geschreven|글|기자", re.IGNORECASE)
_BY_LINE = re.compile(rf"^(?:By|BY|[Vv]on|Par|Por|Door)\s?:?\s({NAMES})")
_LABELLED = re.compile(
    rf"^(?:(?i:posted|written|reported)\s[Bb]y|Author|Autor(?:in)?|Auteur|Text)\s?:?\s({NAMES}|{NAME_WORD})(?=$|\s)"
)


def byline_of(
    article: Mapping[str, Any], meta: Mapping[str, str], tree: LexborHTMLParser, site_names: Iterable[str]
) -> str:
    """The names of the authors with commas between them; empty when the page names none.

    An author in a meta tag or an element counts only when it is not the site itself, nor an address.
    """
    sites = {letters(name) for name in site_names} - {""}
    names = _names(article.get("author")) or _names(article.get("creator"))
    return ", ".join(names) or _in_meta(meta, sites) or ", ".join(shown_authors(tree, sites))


def byline_in_head(lines: Iterable[str]) -> str | None:
    """The names after a By (Von, Par, Por) that opens one of the lines at a page's heading."""
    return next((match[1] for line in lines if (match := _BY_LINE.match(line) or _LABELLED.match(line))), None)


def _names(value: object) -> list[str]:
    people = value if isinstance(value, list) else [value]
    return distinct(map(_name, people[:MAX_AUTHORS]))


def _name(of: object) -> str:
    if isinstance(of, list):
        return ", ".join(filter(None, (person(name) for name in of[:MAX_AUTHORS] if isinstance(name, str))))
    if not isinstance(of, dict):
        return person(of) if isinstance(of, str) else ""
    parts = (of.get(key) for key in ("givenName", "additionalName", "familyName"))
    name = of.get("name") or " ".join(part for part in parts if isinstance(part, str) and part)
    return "" if isinstance(name, dict) else _name(name)


def _in_meta(meta: Mapping[str, str], sites: set[str]) -> str:
    """The author in the first of the tags that names one; several tags of one name were joined with commas."""
    others = (name for name in meta if _META_WORDS.search(name) and not _ACCOUNT.search(name))
    labels = (meta.get(f"twitter:label{number}", "") for number in "12")
    labelled = (meta.get(f"twitter:data{n}", "") for n, label in enumerate(labels, 1) if _WRITTEN_BY.search(label))
    said = (*(meta[name] for name in (*_META, *others) if name in meta), *labelled)
    names = (person(value, _MAX_META_CHARS) for value in said)
    return next((name for name in names if name and letters(name) not in sites), "")
