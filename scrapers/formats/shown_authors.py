"""Finds the authors in the elements that name them: by rel, itemprop, or a word of their id and classes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.formats.author_names import distinct, names_more, shown_person
from scrapers.formats.block_names import Kind
from scrapers.formats.page_elements import AROUND_ARTICLE, first_texts, is_of_others, name_words
from scrapers.plain_text import clean

MAX_SHOWN_AUTHORS = 10
_MAX_NODES = 60
_MAX_BETWEEN = 6
_MAX_BETWEEN_CHARS = 60
"""Authors of one article have at most so many elements and characters between them."""
_MARKED = "[rel~=author], [itemprop~=author], [itemprop~=creator]"
_ATTRIBUTES = ("class", "id", "data-component", "data-testid")
_NAMED = ", ".join(
    f"[{attribute}*={word} i]"
    for attribute in _ATTRIBUTES
    for word in ("author", "byline", "by-line", "autor", "auteur", "reporter", "writer", "contributor", "journalist")
)
_LINKED = ", ".join(f"a[href*='/{word}/' i]" for word in ("author", "authors", "autor", "auteur", "journalist", "by"))
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
    for nodes in (_marked(tree), _named(tree), _linked(tree), _anywhere(tree)):
        last: LexborNode | None = None
        names: list[str] = []
        for node in nodes:
            if (last is None or _follows(node, last)) and (found := _names_in(node, sites)):
                last = node
                names += found
        if names:
            return distinct(names)[:MAX_SHOWN_AUTHORS]
    return []


def _marked(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    return (node for node in tree.css(_MARKED)[:_MAX_NODES] if not is_of_others(node))


def _named(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    return (node for node in tree.css(_NAMED)[:_MAX_NODES] if _is_named_author(node) and not is_of_others(node))


def _linked(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    """The links to the page of an author; one of several words, because a link to a list is no name."""
    return (node for node in tree.css(_LINKED)[:_MAX_NODES] if " " in _said(node) and not is_of_others(node))


def _anywhere(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    """The marked elements of the whole page, where none of the article names an author; never a reader's."""
    return (node for node in tree.css(_MARKED)[:_MAX_NODES] if not is_of_others(node, (Kind.READERS,)))


def _is_named_author(node: LexborNode) -> bool:
    is_named = any(map(_AUTHOR.fullmatch, name_words(node, _ATTRIBUTES)))
    return is_named and node.tag not in AROUND_ARTICLE and not _is_beside(node)


def _is_beside(node: LexborNode) -> bool:
    """Whether an element is named for what stands beside an author: a picture, a role, a date."""
    return any(map(_NO_AUTHOR.fullmatch, name_words(node, _ATTRIBUTES)))


def _names_in(node: LexborNode, sites: set[str]) -> list[str]:
    """The names in an element: those of its parts that are marked or linked, else that of its text."""
    if content := node.attributes.get("content"):
        return list(filter(None, [shown_person(clean(content), sites)]))
    texts = first_texts(node)
    whole = shown_person(clean(" ".join(texts)), sites)
    for selector in ("[itemprop~=name]", "[class*=name i]", "a"):
        inner = (part for part in node.css(selector)[:MAX_SHOWN_AUTHORS] if part != node and not _is_beside(part))
        parts = [shown_person(_said(part), sites) for part in inner]
        if any(parts):
            return [whole] if names_more(whole, parts) else list(filter(None, parts))
    names = filter(None, (whole, *(shown_person(text, sites) for text in texts)))
    return list(islice(names, 1))


def _said(node: LexborNode) -> str:
    return clean(node.attributes.get("content") or " ".join(first_texts(node)))


def _follows(node: LexborNode, last: LexborNode) -> bool:
    """Whether an element, or the one around it, comes soon after the last author or the element around that one."""
    parent = node.parent
    wanted = {node.mem_id, parent.mem_id if parent is not None else node.mem_id}
    for level in (last, last.parent):
        beside = level.next if level is not None else None
        for _ in range(_MAX_BETWEEN):
            if beside is None or beside.mem_id in wanted:
                break
            beside = beside.next if len(" ".join(first_texts(beside))) <= _MAX_BETWEEN_CHARS else None
        if beside is not None and beside.mem_id in wanted:
            return True
    return False
