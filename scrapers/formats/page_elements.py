"""Reads elements that name an author or a time: their first texts, their names' words, what is around them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from selectolax.lexbor import LexborNode

from scrapers.formats.block_names import Kind, kind_of_name
from scrapers.plain_text import clean

AROUND_ARTICLE = frozenset(["article", "main", "body"])
_AROUND_OTHERS = frozenset(["nav", "figure", "form", "blockquote"])
_FOOTER_OF_ARTICLE = re.compile(r"(?:post|entry|article|story)[-_]?footer", re.IGNORECASE)
_NO_TEXT = frozenset(["script", "style", "noscript", "template", "svg", "button"])
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MAX_NAME_CHARS = 300
_MAX_TEXT_CHARS = 200
_MAX_TEXTS = 40
_MAX_INNER = 400
_MAX_ANCESTORS = 12


def name_words(node: LexborNode, attributes: Iterable[str] = ("class", "id")) -> set[str]:
    """The words of an element's id and classes in lower case: ``articleAuthor`` is article and author."""
    names = " ".join((node.attributes.get(name) or "")[:_MAX_NAME_CHARS] for name in attributes)
    return {word.lower() for word in _WORDS.findall(names.replace("by-line", "byline"))}


def is_of_others(node: LexborNode, kinds: Collection[Kind] = (Kind.OTHER, Kind.READERS)) -> bool:
    """Whether an element belongs to comments, pictures, navigation, a list of other articles, or an aside of the page.

    An aside of the article may name its author and time. ``kinds`` are those of the blocks that count; of readers
    alone, asides and navigation do not.
    """
    around: LexborNode | None = node
    is_aside = False
    for _ in range(_MAX_ANCESTORS):
        if around is None or around.tag in AROUND_ARTICLE:
            return is_aside and (around is None or around.tag != "article")
        attributes = around.attributes
        name = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:_MAX_NAME_CHARS]
        kind = kind_of_name(_FOOTER_OF_ARTICLE.sub("", name))
        if (around.tag in _AROUND_OTHERS and Kind.OTHER in kinds) or kind in kinds:
            return True
        is_aside = is_aside or (around.tag == "aside" and Kind.OTHER in kinds)
        around = around.parent
    return is_aside


def first_texts(node: LexborNode) -> list[str]:
    """The first texts in an element, at most ``_MAX_TEXT_CHARS`` characters of them."""
    if node.is_text_node:
        return [clean((node.text(deep=False) or "")[:_MAX_TEXT_CHARS])]
    texts: list[str] = []
    chars = 0
    for _, inner in zip(range(_MAX_INNER), node.traverse(include_text=True), strict=False):
        parent = inner.parent
        if not inner.is_text_node or (parent is not None and parent.tag in _NO_TEXT):
            continue
        text = clean((inner.text(deep=False) or "")[:_MAX_TEXT_CHARS])
        texts += [text] if text else []
        chars += len(text)
        if chars > _MAX_TEXT_CHARS or len(texts) == _MAX_TEXTS:
            break
    return texts
