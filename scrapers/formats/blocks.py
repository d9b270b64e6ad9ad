"""Reads a page as lines of text in a tree of block elements, in one pass over its nodes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.formats.text_lines import BLOCKS
from scrapers.plain_text import clean

NO_TEXT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "svg",
        "math",
        "button",
        "select",
        "textarea",
        "label",
        "figcaption",
        "nav",
        "footer",
        "aside",
        "object",
        "video",
        "audio",
        "canvas",
        "dialog",
        "head",
    ]
)
"""Elements whose text is never the article's."""
_HIDDEN = "[hidden], [aria-hidden=true], [style*='display:none' i], [style*='display: none' i]"
MAX_BLOCKS = 30_000
"""Blocks and lines of one page that are read; an ordinary page has some thousands."""
_MAX_NAME_CHARS = 300
_TEXT = "-text"
"""The tag of a text node."""


class Line(NamedTuple):
    """A line of text, as a browser shows it, with the index of its block."""

    text: str
    block: int
    linked_chars: int


@dataclass(slots=True)
class Block:
    """A block element: its lines and those of all blocks in it are ``lines[first:end]``."""

    tag: str
    parent: int
    name: str
    """Its id and classes."""
    is_hidden: bool
    holds_heading: bool = False
    """Whether the page's first h1 is in it."""
    has_image: bool = False
    first: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class PageBlocks:
    """The blocks of a page in the order of their start tags, the body first; a block comes after its parent."""

    blocks: list[Block]
    lines: list[Line]


def page_blocks(tree: LexborHTMLParser, dropped: Collection[str] = ()) -> PageBlocks:
    """The blocks and lines of a page, without the elements that the selectors in ``dropped`` name."""
    body = tree.body
    if body is None:
        return PageBlocks([], [])
    without = {node.mem_id for selector in dropped for node in tree.css(selector)}
    hidden = {node.mem_id for node in tree.css(_HIDDEN)}
    return _Reader(body, without - {body.mem_id}, hidden).read()


_WITHOUT_TEXT, _BLOCK, _BREAK, _PICTURE, _LINK = range(1, 6)
_ROLES = {
    **dict.fromkeys(BLOCKS, _BLOCK),
    **dict.fromkeys(NO_TEXT, _WITHOUT_TEXT),
    **dict.fromkeys(("img", "picture"), _PICTURE),
    "br": _BREAK,
    "a": _LINK,
}
"""What an element is to the lines around it; one that is not listed is a part of its line."""


class _Reader:
    """One pass over the nodes, without those inside of elements that have no text."""

    def __init__(self, body: LexborNode, dropped: Collection[int], hidden: Collection[int]) -> None:
        self.body = body
        self.dropped = dropped
        self.hidden = hidden
        self.blocks = [Block("body", -1, "", is_hidden=False)]
        self.lines: list[Line] = []
        self.texts: list[str] = []
        self.linked_chars = self.current = 0
        self.has_heading = False

    def read(self) -> PageBlocks:
        node, block, in_link = self.body.first_child, 0, False
        outer: list[tuple[LexborNode | None, int, bool]] = []  # what follows an open element, and what is around it
        while node is not None or outer:
            if node is None:
                node, block, in_link = outer.pop()
                continue
            tag, following = node.tag or "", node.next
            if tag == _TEXT:
                if node.is_empty_text_node:
                    self._add_blank(block)
                else:
                    self._add_text(node.text(deep=False) or "", block, in_link)
            else:
                if len(self.blocks) + len(self.lines) > MAX_BLOCKS and tag not in NO_TEXT:
                    break
                inner = self._enter(node, tag, block, in_link)
                if inner is not None and (child := node.first_child) is not None:
                    outer.append((following, block, in_link))
                    node, (block, in_link) = child, inner
                    continue
            node = following
        self._end_line()
        self._close()
        return PageBlocks(self.blocks, self.lines)

    def _add_blank(self, block: int) -> None:
        if self.texts and block == self.current:
            self.texts.append(" ")

    def _add_text(self, text: str, block: int, in_link: bool) -> None:
        if text.isspace():
            self._add_blank(block)
            return
        if block != self.current:
            self._end_line()
            self.current = block
        self.texts.append(text)
        if in_link:
            self.linked_chars += len(text.strip())

    def _enter(self, node: LexborNode, tag: str, block: int, in_link: bool) -> tuple[int, bool] | None:
        """The block and link around the nodes in an element; None where these are not read."""
        role = _ROLES.get(tag)
        if role == _WITHOUT_TEXT or (self.dropped and node.mem_id in self.dropped):
            return None
        if role == _BREAK:
            self._end_line()
            return None
        if role == _PICTURE:
            self.blocks[block].has_image = True
            return None
        is_hidden = bool(self.hidden) and node.mem_id in self.hidden
        if role != _BLOCK and not is_hidden:
            return block, in_link or role == _LINK
        if self.texts:
            self._end_line()
        name = f"{node.id or ''} {node.attrs.get('class') or ''}"[:_MAX_NAME_CHARS].strip()
        is_heading = tag == "h1" and not self.has_heading
        self.has_heading = self.has_heading or is_heading
        self.blocks.append(Block(tag, block, name, is_hidden or self.blocks[block].is_hidden, is_heading))
        return len(self.blocks) - 1, in_link

    def _end_line(self) -> None:
        if not self.texts:
            return
        if text := clean("".join(self.texts)):
            block = self.blocks[self.current]
            block.first = len(self.lines) if block.first < 0 else block.first
            self.lines.append(Line(text, self.current, min(self.linked_chars, len(text))))
            block.end = len(self.lines)
        self.texts.clear()
        self.linked_chars = 0

    def _close(self) -> None:
        """Give each block the range of its inner blocks, from the innermost outwards."""
        for block in reversed(self.blocks[1:]):
            parent = self.blocks[block.parent]
            parent.holds_heading = parent.holds_heading or block.holds_heading
            parent.has_image = parent.has_image or block.has_image
            if block.end > 0:
                parent.end = max(parent.end, block.end)
                parent.first = block.first if parent.first < 0 else min(parent.first, block.first)
