"""Splits an element of a page into lines, at block elements and <br>, as a browser shows them."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from scrapers.plain_text import clean

MAX_LINES = 3_000
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
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


def lines_of(node: LexborNode) -> list[str]:
    """The first ``MAX_LINES`` lines of an element in order, cleaned, none empty."""
    lines: list[str] = []
    open_line: list[str] = []

    def close_line() -> None:
        line = clean("".join(open_line))
        open_line.clear()
        if line:
            lines.append(line)

    previous_block: int | None = None
    for inner in node.traverse(include_text=True):
        block = _block_of(inner)
        if block != previous_block or inner.tag == "br":
            close_line()
            if len(lines) >= MAX_LINES:
                return lines
            previous_block = block
        if inner.is_text_node:
            open_line.append(inner.text(deep=False) or "")
    close_line()
    return lines


def _block_of(node: LexborNode) -> int | None:
    """The id of the nearest block element around a node."""
    ancestor: LexborNode | None = node
    while ancestor is not None and ancestor.tag not in _BLOCKS:
        ancestor = ancestor.parent
    return ancestor.mem_id if ancestor is not None else None
