"""A piece of a page → its lines: paragraphs by block elements and by <br>, as a reader sees them."""

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
    """The first lines of this node in order, cleaned, none empty."""
    lines: list[str] = []
    open_line: list[str] = []

    def close_line() -> None:
        line = clean("".join(open_line))
        open_line.clear()
        if line:
            lines.append(line)

    previous_block: int | None = None
    for one in node.traverse(include_text=True):
        block = _block_of(one)
        if block != previous_block or one.tag == "br":
            close_line()
            if len(lines) >= MAX_LINES:
                return lines
            previous_block = block
        if one.is_text_node:
            open_line.append(one.text(deep=False) or "")
    close_line()
    return lines


def _block_of(node: LexborNode) -> int | None:
    """The nearest block element around a node."""
    holder: LexborNode | None = node
    while holder is not None and holder.tag not in _BLOCKS:
        holder = holder.parent
    return holder.mem_id if holder is not None else None
