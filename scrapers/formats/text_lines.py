"""Splits elements of a page into lines, at block elements and <br>, as a browser shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborNode

from scrapers.plain_text import clean

MAX_LINES = 3_000
MAX_TEXT_CHARS = 200_000
"""Forty thousand words. Dozens of patterns judge each line several times, and would take seconds for two million."""
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)


def lines_of(nodes: Iterable[LexborNode]) -> tuple[str, ...]:
    """The lines of elements in order, cleaned, none empty: ``MAX_LINES`` and ``MAX_TEXT_CHARS`` of them all at most."""
    return bounded(line for node in nodes for line in _lines_of(node))


def bounded(lines: Iterable[str]) -> tuple[str, ...]:
    """The first ``MAX_LINES`` lines, cut after ``MAX_TEXT_CHARS`` characters, without empty ones."""
    kept: list[str] = []
    left_chars = MAX_TEXT_CHARS
    for line in filter(None, lines):
        kept.append(line[:left_chars])
        left_chars -= len(kept[-1])
        if left_chars == 0 or len(kept) == MAX_LINES:
            break
    return tuple(kept)


def _lines_of(node: LexborNode) -> Iterator[str]:
    open_line: list[str] = []
    previous_block: int | None = None
    for inner in node.traverse(include_text=True):
        block = _block_of(inner)
        if block != previous_block or inner.tag == "br":
            yield clean("".join(open_line))
            open_line.clear()
            previous_block = block
        if inner.is_text_node:
            open_line.append(inner.text(deep=False) or "")
    yield clean("".join(open_line))


def _block_of(node: LexborNode) -> int | None:
    """The id of the nearest block element around a node."""
    ancestor: LexborNode | None = node
    while ancestor is not None and ancestor.tag not in BLOCKS:
        ancestor = ancestor.parent
    return ancestor.mem_id if ancestor is not None else None
