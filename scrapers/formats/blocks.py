"""Reads a page as lines of text in a tree of block elements, in one pass over its nodes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Line:
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


class _Reader:
    """One pass over the nodes; ``places`` knows the block of each element, and whether it is inside a link."""

    def __init__(self, body: LexborNode, dropped: Collection[int], hidden: Collection[int]) -> None:
        self.body = body
        self.dropped = dropped
        self.hidden = hidden
        self.blocks = [Block("body", -1, "", is_hidden=False)]
        self.lines: list[Line] = []
        self.places = {body.mem_id: (0, False)}
        self.texts: list[str] = []
        self.linked_chars = self.current = 0
        self.has_heading = False

    def read(self) -> PageBlocks:
        places, dropped = self.places, self.dropped
        for node in self.body.traverse(include_text=True):
            parent = node.parent
            place = places.get(parent.mem_id) if parent is not None else None
            if place is None:
                continue
            tag = node.tag or ""
            if tag == _TEXT:
                text = node.text(deep=False) or ""
                if not text.isspace():
                    self._add_text(text, *place)
                elif self.texts and place[0] == self.current:
                    self.texts.append(" ")
            elif tag not in NO_TEXT and (not dropped or node.mem_id not in dropped):
                if len(self.blocks) + len(self.lines) > MAX_BLOCKS:
                    break
                self._enter(node, tag, *place)
        self._end_line()
        self._close()
        return PageBlocks(self.blocks, self.lines)

    def _add_text(self, text: str, block: int, in_link: bool) -> None:
        if block != self.current:
            self._end_line()
            self.current = block
        self.texts.append(text)
        if in_link:
            self.linked_chars += len(text.strip())

    def _enter(self, node: LexborNode, tag: str, block: int, in_link: bool) -> None:
        if tag == "br":
            self._end_line()
        elif tag in ("img", "picture"):
            self.blocks[block].has_image = True
        elif tag in BLOCKS or node.mem_id in self.hidden:
            self._end_line()
            self.places[node.mem_id] = (len(self.blocks), in_link)
            self.blocks.append(self._block(node, tag, block))
        else:
            self.places[node.mem_id] = (block, in_link or tag == "a")

    def _block(self, node: LexborNode, tag: str, parent: int) -> Block:
        attributes = node.attributes
        name = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"[:_MAX_NAME_CHARS].strip()
        is_heading = tag == "h1" and not self.has_heading
        self.has_heading = self.has_heading or is_heading
        is_hidden = self.blocks[parent].is_hidden or node.mem_id in self.hidden
        return Block(tag, parent, name, is_hidden, holds_heading=is_heading)

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
