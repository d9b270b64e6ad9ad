"""Finds an article's text without selectors: the innermost block that holds most of the page's prose."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from scrapers.formats.block_names import Kind, is_lead, kind_of_name
from scrapers.formats.blocks import Block, Line, PageBlocks
from scrapers.formats.text_lines import bounded

MIN_PROSE_CHARS = 25
"""A letter of Hangul counts for two characters here: its sentences are shorter."""
MIN_UNENDED_CHARS = 100
"""A line with this many characters is prose even where no sentence ends with it."""
MIN_ARTICLE_CHARS = 200
DOMINANT_SHARE = 0.8
"""The search goes into a block that holds this share of the prose around it."""
MIN_PAGE_SHARE = 0.5
"""It never goes into a block with less of the whole page's prose, however many steps led there."""
MAX_WIDGET_CHARS = 400
"""A block that is named like a widget has less prose than this; a wrapper may be named so, too."""
MAX_CAPTION_CHARS = 250
MIN_TEXT_SHARE = 0.7
"""The share of prose that is left without captions; with less of it the pictures' texts are the article."""
MAX_LINKED_SHARE = 0.5
HEAD_LINES = 12
MAX_HEAD_CHARS = 120
MAX_EDGE_LINES = 50
MIN_LEAD_CHARS = 40
MAX_LEAD_LINES = 3
_END_CHARS = 6
_SENTENCE_END = re.compile(r"(?:[.!?。！？…:;]|다)[\"'”’»)\]」』]{0,3}$")
_LEAD_TAGS = frozenset(["p", "h2", "h3", "div"])
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_SUBHEADINGS = _HEADINGS - {"h1"}
_NO_CONTAINERS = _HEADINGS | {"p", "pre", "dd", "dt", "dl"}


@dataclass(frozen=True, slots=True)
class ProseBody:
    """The article's lines, and the lines of prose in the whole page."""

    lines: tuple[str, ...] = ()
    prose_chars: int = 0
    page_lines: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    """Short lines around the heading and before the text, where a page names its author and its time."""
    edges: tuple[str, ...] = ()
    """The lines before and after the text in its block."""


def prose_body(page: PageBlocks) -> ProseBody:
    """The text of the block that holds most of the page's prose.

    What is hidden, or named like comments, consent or lists of other articles, counts only where the rest of the page
    has less than 200 characters of prose; so do sentences of less than 25 characters.
    """
    best = ProseBody()
    for ignored, min_chars in _RULES:
        prose = [prose_chars(line, min_chars) for line in page.lines]
        body = _Search(page, prose, ignored).run()
        if body.prose_chars >= MIN_ARTICLE_CHARS:
            return body
        best = max(best, body, key=lambda candidate: candidate.prose_chars)
    return best


def prose_chars(line: Line, min_chars: int = MIN_PROSE_CHARS) -> int:
    """The number of characters of prose in a line, without twice what its links say; 0 when it is no prose."""
    chars = len(line.text)
    unlinked = chars - 2 * line.linked_chars
    width = (chars + len(line.text.encode())) / 2 - 2 * line.linked_chars
    is_long = width >= MIN_UNENDED_CHARS or _SENTENCE_END.search(line.text[-_END_CHARS:]) is not None
    return unlinked if is_long and width >= min_chars else 0


_Rule = Callable[[Block, int, int], bool]
"""Whether a block is ignored, by its prose and that of the whole page."""


def _nothing(_block: Block, _prose: int, _page_prose: int) -> bool:
    return False


def _hidden(block: Block, _prose: int, _page_prose: int) -> bool:
    return block.is_hidden


_WIDGET, _WIDGET_OF_ARTICLE, _READERS, _OTHER = Kind.WIDGET, Kind.WIDGET_OF_ARTICLE, Kind.READERS, Kind.OTHER
"""A member of an enumeration costs more to look up than what is decided by it."""


def _named_otherwise(block: Block, prose: int, page_prose: int) -> bool:
    """Whether a block is hidden, or has the name of something beside the article and is no wrapper around it."""
    if block.is_hidden or block.holds_heading or not block.name:
        return block.is_hidden
    kind = kind_of_name(block.name)
    if kind is _WIDGET:
        return prose < MAX_WIDGET_CHARS
    if kind is _WIDGET_OF_ARTICLE:
        return prose == 0
    return kind is _READERS or (kind is _OTHER and 2 * prose <= page_prose)


_RULES: tuple[tuple[_Rule, int], ...] = (
    (_named_otherwise, MIN_PROSE_CHARS),
    (_hidden, MIN_PROSE_CHARS),
    (_nothing, MIN_PROSE_CHARS),
    (_named_otherwise, 1),
)
"""The searches in order: which blocks they ignore, and from how many characters a sentence counts."""


class _Search:
    """One search through the blocks of a page; ``left_out`` are those whose lines do not count.

    ``prose``, ``chars`` and ``linked`` are the characters of each block with all blocks in it.
    """

    def __init__(self, page: PageBlocks, line_prose: list[int], ignored: _Rule) -> None:
        self.blocks, self.lines, self.line_prose = page.blocks, page.lines, line_prose
        self.left_out = [False] * len(page.blocks)
        self._count()
        prose, chars, linked = self.prose, self.chars, self.linked
        others = self._other_articles()
        self._leave_out(
            lambda block, index: (
                index in others
                or ignored(block, prose[index], prose[0])
                or (linked[index] > MAX_LINKED_SHARE * chars[index] and prose[index] < MIN_ARTICLE_CHARS)
            )
        )
        self._count()
        self._leave_out_pictures()

    def run(self) -> ProseBody:
        if not self.blocks:
            return ProseBody()
        block = self.blocks[self._container()]
        kept = [index for index in range(block.first, block.end) if not self.left_out[self.lines[index].block]]
        with_prose = [index for index in kept if self.line_prose[index]]
        if not with_prose:
            return ProseBody()
        inner = [*self._lead(with_prose[0], kept), *self._without_edges(kept, with_prose[0], with_prose[-1])]
        inner_set = set(inner)
        return ProseBody(
            lines=bounded(self.lines[index].text for index in inner),
            prose_chars=sum(self.line_prose[index] for index in inner),
            head=self._head(with_prose[0]),
            edges=tuple(self.lines[index].text for index in kept if index not in inner_set)[:MAX_EDGE_LINES],
            page_lines=bounded(
                line.text
                for line, prose in zip(self.lines, self.line_prose, strict=True)
                if prose and not self.left_out[line.block]
            ),
        )

    def _count(self) -> None:
        """Add up the lines of each block that is not left out, from the innermost blocks outwards."""
        left_out, blocks = self.left_out, self.blocks
        prose, chars, linked = ([0] * len(blocks) for _ in range(3))
        self.prose, self.chars, self.linked = prose, chars, linked
        for line, prose_of_line in zip(self.lines, self.line_prose, strict=True):
            index = line.block
            if not left_out[index]:
                prose[index] += prose_of_line
                chars[index] += len(line.text)
                linked[index] += line.linked_chars
        for index in range(len(blocks) - 1, 0, -1):
            if chars[index]:
                parent = blocks[index].parent
                prose[parent] += prose[index]
                chars[parent] += chars[index]
                linked[parent] += linked[index]

    def _leave_out(self, is_ignored: Callable[[Block, int], bool]) -> None:
        """Leave out the blocks with text that are ignored, with all in them."""
        left_out, chars = self.left_out, self.chars
        for index, block in enumerate(self.blocks):
            if index and chars[index]:
                is_heading = block.tag in _HEADINGS
                left_out[index] = left_out[block.parent] or (not is_heading and is_ignored(block, index))

    def _other_articles(self) -> frozenset[int]:
        """The articles with a main heading after one with its text: a page that never ends shows the next."""
        headings = sorted(block.first for block in self.blocks if block.tag == "h1" and block.first >= 0)
        articles = [
            index
            for index, block in enumerate(self.blocks)
            if block.tag == "article" and bisect_left(headings, block.first) < bisect_left(headings, block.end)
        ]
        own = next((index for index in articles if self.prose[index] >= MIN_ARTICLE_CHARS), None)
        if own is None:
            return frozenset()
        return frozenset(index for index in articles if self.blocks[index].first >= self.blocks[own].end)

    def _leave_out_pictures(self) -> None:
        """Leave out pictures with their captions, unless they hold much of the prose."""
        left_out, before = self.left_out, list(self.left_out)
        pictures = []
        for index, block in enumerate(self.blocks):
            if index and self.chars[index] and not left_out[index]:
                is_caption = block.has_image and block.tag != "p" and self.chars[index] <= MAX_CAPTION_CHARS
                pictures += [index] if is_caption and not left_out[block.parent] else []
                left_out[index] = left_out[block.parent] or is_caption
        in_pictures = sum(self.prose[index] for index in pictures)
        if self.prose and self.prose[0] - in_pictures < MIN_TEXT_SHARE * self.prose[0]:
            self.left_out = before
        elif pictures:
            self._count()

    def _lead(self, first: int, kept: list[int]) -> list[int]:
        """The standfirst between the page's heading and the text, which is named so, or stands beside the heading."""
        heading = next((block for block in self.blocks if block.tag == "h1" and 0 <= block.first < first), None)
        if heading is None or heading.first < first - HEAD_LINES:
            return []
        text = "".join(self.lines[index].text for index in kept)
        return [
            index
            for index in range(heading.end, first)
            if index not in kept and self._is_lead(index, heading) and self.lines[index].text not in text
        ][:MAX_LEAD_LINES]

    def _is_lead(self, index: int, heading: Block) -> bool:
        line = self.lines[index]
        block = self.blocks[line.block]
        outer = self.blocks[max(block.parent, 0)]
        if block.is_hidden or len(line.text) < MIN_LEAD_CHARS or 2 * line.linked_chars > len(line.text):
            return False
        if is_lead(block.name) or (is_lead(outer.name) and outer.end - outer.first <= MAX_LEAD_LINES):
            return True
        is_beside = block.parent == heading.parent and block.tag in _LEAD_TAGS and not self.left_out[line.block]
        return is_beside and self.line_prose[index] > 0

    def _head(self, first: int) -> tuple[str, ...]:
        heading = next((block.first for block in self.blocks if block.tag == "h1" and 0 <= block.first < first), first)
        places = range(max(0, heading - HEAD_LINES), min(first, heading + HEAD_LINES))
        shown = [self.lines[index] for index in places]
        return tuple(
            line.text for line in shown if len(line.text) <= MAX_HEAD_CHARS and not self.blocks[line.block].is_hidden
        )

    def _without_edges(self, kept: list[int], first: int, last: int) -> list[int]:
        """The lines from the first prose to the last, with a heading right before and short sentences right after."""
        before = [index for index in kept if index < first][-1:]
        after = [index for index in kept if index > last]
        if before and self.blocks[self.lines[before[0]].block].tag not in _SUBHEADINGS:
            before = []
        end = next((at for at, index in enumerate(after) if not self._continues(index, last)), len(after))
        return before + [index for index in kept if first <= index <= last] + after[:end]

    def _continues(self, index: int, last: int) -> bool:
        """Whether a line is a short sentence in a block beside the last prose."""
        line, of_last = self.lines[index], self.lines[last]
        is_beside = self.blocks[line.block].parent == self.blocks[of_last.block].parent
        is_sentence = not line.linked_chars and _SENTENCE_END.search(line.text[-_END_CHARS:]) is not None
        return is_beside and is_sentence and self.blocks[line.block].tag == self.blocks[of_last.block].tag

    def _container(self) -> int:
        """The innermost block in a row of blocks of which each holds most prose of the one around it.

        Blocks with one tag and name side by side are parts of one text, so the row ends around them.
        """
        prose = self.prose
        kinds = Counter(
            (block.parent, block.tag, block.name) for block, chars in zip(self.blocks, prose, strict=True) if chars
        )
        container = 0
        for index, block in enumerate(self.blocks):
            is_inner = block.parent == container and block.tag not in _NO_CONTAINERS
            if is_inner and prose[index] >= max(1, DOMINANT_SHARE * prose[container], MIN_PAGE_SHARE * prose[0]):
                is_alone = not block.name or kinds[block.parent, block.tag, block.name] == 1
                container = index if is_alone else container
        return container
