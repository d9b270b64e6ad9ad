"""Makes paragraphs of a document's lines: joins what was wrapped, drops page numbers and repeated headers."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from scrapers.formats.boilerplate import is_boilerplate
from scrapers.formats.text_lines import bounded
from scrapers.plain_text import clean

MAX_EDGE_LINES = 3
"""A header or footer has at most so many lines."""
MAX_EDGE_CHARS = 90
SOMETIMES, OFTEN = 0.1, 0.25
LETTER_WIDTH, BLANK_WIDTH = 0.5, 0.35
ROOM_WIDTH = 1.5
"""So much room at a line's end is no error of our estimate: a syllable would have fitted."""
MIN_WRAPPED_LINES = 5
_USUAL = 0.95
_PAGE_NUMBER = re.compile(
    r"\W*\d{1,4}\W*|\W*\d{1,4}\s*(?:/|of|중)\s*\d{1,4}\W*|page\s+\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?", re.IGNORECASE
)
_BULLET = re.compile(
    r"[□■◆◇○●◦ㅇ▪▫◾◽▶▷►•·※☞*\-–—<〈《\[【(]|[①-⑳❶-❿ⅰ-ⅹⅠ-Ⅹ]|붙임|참고\s?\d|별첨"
    r"|(?:\d{1,2}(?:\.\d{1,2}){0,3}|[가-하]|[A-Za-z])[.)]\s"
)
_LETTERHEAD = re.compile(
    r"\W*보\s?도\s?(?:참고\s?|설명\s?|해명\s?)?자\s?료\W*|(?:보도\s?시점|배포\s?(?:일시)?)\s?[:(]?.{0,40}"
    r"|(?:for\s+immediate\s+|press\s+)release",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?。][\"'”’)\]]{0,2}$")
_ENDING_OF_WORD = re.compile(
    r"(?:를|을|은|는|의|와|과|며|에서|에는|으로|에게|까지|부터|했다|한다|된다|했으며|하였다)(?=[\s.,])"
)
_HYPHENATED = re.compile(r"[a-z]-$")
_HANGUL_END = re.compile(r"[가-힣]$")
_HANGUL_START = re.compile(r"[가-힣]")


def paragraphs_of_pages(pages: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The paragraphs of a PDF's pages of lines; a blank at a line's end tells that a word ends there."""
    shown = [_lines(page) for page in pages]
    edges = _repeated_edges(shown)
    lines = [line for page in shown for line in _without_edges(page, edges)]
    return kept(_joined(lines))


def paragraphs_of_text(text: str) -> tuple[str, ...]:
    """The paragraphs of plain text that is wrapped at a column: an empty line or a deeper indent begins a new one."""
    paragraphs: list[list[str]] = [[]]
    indent = 0
    for line in text.splitlines():
        deeper = len(line) - len(line.lstrip()) > indent
        if not line.strip() or deeper:
            paragraphs.append([])
        paragraphs[-1].append(line)
        indent = len(line) - len(line.lstrip())
    return kept(map(" ".join, paragraphs))


def kept(lines: Iterable[str]) -> tuple[str, ...]:
    """Lines cleaned, each once, without boilerplate and rules, within the limits of every text."""
    cleaned = dict.fromkeys(map(clean, lines))
    return bounded(line for line in cleaned if any(map(str.isalnum, line)) and not _is_no_text(line))


def _is_no_text(line: str) -> bool:
    return _LETTERHEAD.fullmatch(line) is not None or is_boilerplate(line)


def _lines(page: Sequence[str]) -> list[str]:
    """The lines that are neither rules nor a letterhead."""
    return [line for line in page if any(map(str.isalnum, line)) and not _LETTERHEAD.fullmatch(clean(line))]


def _edge_key(line: str) -> str:
    """A line without its digits and blanks, so that the footers of two pages are equal."""
    return re.sub(r"[\d\s]+", "", line)


def _repeated_edges(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """The keys of lines that stand at the top or the bottom of most pages."""
    counts: Counter[str] = Counter()
    for page in pages:
        edge = {*page[:MAX_EDGE_LINES], *page[-MAX_EDGE_LINES:]}
        counts.update({_edge_key(line) for line in edge if len(line) <= MAX_EDGE_CHARS and not _ENDS.search(line)})
    least = max(2, len(pages) // 2 + 1)
    return frozenset(key for key, count in counts.items() if count >= least)


def _without_edges(page: Sequence[str], edges: frozenset[str]) -> Iterator[str]:
    last = len(page) - 1
    for index, line in enumerate(page):
        at_edge = index < MAX_EDGE_LINES or index > last - MAX_EDGE_LINES
        if at_edge and (_edge_key(line) in edges or _PAGE_NUMBER.fullmatch(line.strip())):
            continue
        yield line


def _joined(lines: Sequence[str]) -> Iterator[str]:
    """Lines with those that were wrapped as one."""
    width = _usual_width(lines)
    between = _between_syllables(lines, width)
    paragraph: list[str] = []
    previous = ""
    for line in lines:
        if paragraph and _continues(previous, line, width):
            _add_line(paragraph, previous, line, between)
        else:
            yield "".join(paragraph)
            paragraph = [line.strip()]
        previous = line
    yield "".join(paragraph)


def _continues(previous: str, line: str, width: float) -> bool:
    """Whether a line goes on where the one before was wrapped, because its first word did not fit there."""
    start = line.strip()
    if _BULLET.match(start) or (_ENDS.search(previous.strip()) and start[:1].isupper()):
        return False
    first_word = start.split(maxsplit=1)[0]
    return _width(previous) + BLANK_WIDTH + _width(first_word) >= width - ROOM_WIDTH


def _add_line(paragraph: list[str], previous: str, line: str, between: str) -> None:
    """Adds a line to the one before, which is the paragraph's last."""
    start = line.strip()
    if _HYPHENATED.search(previous.rstrip()) and start[:1].islower():
        paragraph[-1] = paragraph[-1][:-1]
    else:
        inside_word = _HANGUL_END.search(previous) and _HANGUL_START.match(line)
        paragraph.append(between if inside_word else " ")
    paragraph.append(start)


def _between_syllables(lines: Sequence[str], width: float) -> str:
    """What stood between two wrapped lines of Hangul: nothing where lines break inside words, else a blank.

    They break inside words where some keep the blank at their end; else where hardly a line had room for the syllable
    that follows it; of few lines where one begins with an ending that is no word.
    """
    in_hangul = [line for line in lines if _HANGUL_END.search(line.rstrip())]
    if sum(line[-1:].isspace() for line in in_hangul) > SOMETIMES * len(in_hangul):
        return ""
    wrapped = [
        line
        for line, following in itertools.pairwise(lines)
        if _HANGUL_END.search(line) and _continues(line, following, width)
    ]
    has_ending = any(map(_ENDING_OF_WORD.match, lines))
    most = OFTEN if has_ending else SOMETIMES if len(wrapped) >= MIN_WRAPPED_LINES else -1.0
    roomy = sum(_width(line) < width - ROOM_WIDTH for line in wrapped)
    return "" if roomy <= most * len(wrapped) else " "


def _usual_width(lines: Sequence[str]) -> float:
    """The width that all but the widest lines keep to: a table or a heading may be wider."""
    widths = sorted(map(_width, lines))
    return widths[int(_USUAL * (len(widths) - 1))] if widths else 0.0


def _width(line: str) -> float:
    """The width of a line in syllables; a Latin letter is half as wide, and a blank less."""
    shown = line.strip()
    syllables = sum(letter >= "\u1100" for letter in shown)
    return syllables + LETTER_WIDTH * (len(shown) - syllables) - (LETTER_WIDTH - BLANK_WIDTH) * shown.count(" ")
