"""Finds the authors in the elements that name them: by rel, itemprop, or a word of their id and classes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.formats.author_names import distinct, shown_person
from scrapers.formats.page_elements import AROUND_ARTICLE, first_texts, is_of_others, name_words
from scrapers.plain_text import clean

MAX_SHOWN_AUTHORS = 10
_MAX_NODES = 60
_MARKED = "[rel~=author], [itemprop~=author], [itemprop~=creator]"
_ATTRIBUTES = ("class", "id", "data-component", "data-testid")
_NAMED = ", ".join(
    f"[{attribute}*={word} i]"
    for attribute in _ATTRIBUTES
    for word in ("author", "byline", "by-line", "autor", "auteur", "reporter", "writer", "contributor", "journalist")
)
_AUTHOR = re.compile(
    r"\w*(?:author|autor)(?:s|in|en|es)?(?:names?)?|bylines?|(?:writer|reporter|contributor|auteur|journalist)s?(?:names?)?"
)
_NO_AUTHOR = re.compile(
    r"(?:comment|image|icon|photo|picture)s?|form|reply|quote|bio|biography|desc|description|about|img|pic|avatar|share"
    r"|social|twitter|facebook|follow|label|title|role|job|position|count|date|time|archive|search|filter|related"
    r"|topic|publisher|affiliation"
)
"""Words of what stands beside an author, and of readers and pictures."""


def shown_authors(tree: LexborHTMLParser, sites: set[str]) -> list[str]:
    """The names in the first elements that name an author, side by side; ``sites`` are what the site is called."""
    for nodes in (_marked(tree), _named(tree)):
        group: int | None = None
        names: list[str] = []
        for node in nodes:
            if group is not None and _group(node) != group:
                continue
            if found := _names_in(node, sites):
                group = _group(node)
                names += found
        if names:
            return distinct(names)[:MAX_SHOWN_AUTHORS]
    return []


def _marked(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    return (node for node in tree.css(_MARKED)[:_MAX_NODES] if not is_of_others(node))


def _named(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    return (node for node in tree.css(_NAMED)[:_MAX_NODES] if _is_named_author(node) and not is_of_others(node))


def _is_named_author(node: LexborNode) -> bool:
    words = name_words(node, _ATTRIBUTES)
    return (
        node.tag not in AROUND_ARTICLE
        and any(map(_AUTHOR.fullmatch, words))
        and not any(map(_NO_AUTHOR.fullmatch, words))
    )


def _names_in(node: LexborNode, sites: set[str]) -> list[str]:
    """The names in an element: those of its parts that are marked or linked, else that of its text."""
    for selector in ("[itemprop~=name]", "a"):
        parts = [shown_person(_said(part), sites) for part in node.css(selector)[:MAX_SHOWN_AUTHORS] if part != node]
        if any(parts):
            return list(filter(None, parts))
    if content := node.attributes.get("content"):
        return list(filter(None, [shown_person(clean(content), sites)]))
    texts = first_texts(node)
    names = (shown_person(clean(text), sites) for text in (" ".join(texts), *texts))
    return list(filter(None, [next(filter(None, names), "")]))


def _said(node: LexborNode) -> str:
    return clean(node.attributes.get("content") or " ".join(first_texts(node)))


def _group(node: LexborNode) -> int | None:
    """The id of the element around a node's parent, which holds all authors of one article."""
    parent = node.parent
    around = parent.parent if parent is not None else None
    return around.mem_id if around is not None else None
