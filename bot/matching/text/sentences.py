"""Cuts text into sentences, and cuts contexts out of the original without splitting a visible character."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right

from bot.matching.text.korean import is_hangul
from bot.matching.text.normalize import Folded

# a set of first characters stands before everything else, because only such a pattern is searched fast
_END = re.compile(
    r"[\n.!?。](?:(?<=\n)|(?:(?<=[!?。])|(?<=[가-힣)\"'\]]\.)|(?<=\.)(?=[\s\"')\]]|$))"
    r"[\"')\]]{0,64}(?=\s|$|[가-힣\[<☞▲△]))"
)
_LONGEST_END = 70
_SHORT = re.compile(
    r"(?:^|[\s(\"'\-–—/])(?:[a-z]|u\.s|u\.k|u\.n|s|mr|mrs|ms|dr|sen|rep|gov|gen|adm|prof|st|vs|no|inc|co|corp|ltd|jan|feb|mar|"
    r"apr|jun|jul|aug|sep|sept|oct|nov|dec|a\.i|d\.c|e\.g|i\.e)$"
)
_LONGEST_SHORT = 4
_DECIMAL = re.compile(r"\. ?\d")
MAX_CONTEXT = 360
_MAX_RAW_BESIDE = 1_000
MAX_AROUND = 900
"""Characters: a sentence reaches no further from a place, for texts without a full stop."""


_LONGEST_CHARACTER = 64
_MOST_FLAGS = 400
"""Bounds for hostile text: code points of one character, flags in a row."""
_BLOCK = 1 << 15


class Sentences:
    """The bounds of a folded text's sentences, found block by block on demand."""

    __slots__ = ("_blocks", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._blocks: dict[int, list[int]] = {}

    def _starts(self, block: int) -> list[int]:
        """The starts of the sentences in a block of the text and within reach of it."""
        text = self._text
        low = max(0, block * _BLOCK - MAX_AROUND - _LONGEST_END)
        high = min(len(text), (block + 1) * _BLOCK + MAX_AROUND + _LONGEST_END)
        starts = [0] if low == 0 else []
        # the few characters after an end decide it, whatever stands before
        for match in _END.finditer(text, low, min(len(text), high + _LONGEST_END)):
            at, end = match.span()
            if at >= high or end == len(text):
                break
            if text[at] != "." or is_hangul(text[at - 1]) or not _abbreviation(text, at):
                starts.append(end)
        return starts

    def around(self, at: int, before: int = 0, after: int = 0) -> tuple[int, int]:
        """Start and end of the sentence at a place, together with so many sentences before and after it."""
        block = at // _BLOCK
        starts = self._blocks.get(block)
        if starts is None:
            starts = self._blocks[block] = self._starts(block)
        index = bisect_right(starts, at) - 1
        first, following = index - before, index + after + 1
        start = starts[first] if first >= 0 else 0
        end = starts[following] if following < len(starts) else len(self._text)
        return max(start, at - MAX_AROUND), min(end, at + MAX_AROUND)


def _abbreviation(text: str, at: int) -> bool:
    """Is this full stop part of an abbreviation or of a number?"""
    word = text[max(0, at - _LONGEST_SHORT - 1) : at]
    if len(word) > _LONGEST_SHORT and word.isalpha():
        return False
    if "a" <= word[-1:] <= "z" or word[-1:] == "\n":
        return _SHORT.search(text, max(0, at - 8), at) is not None
    return word[-1:].isdigit() and _DECIMAL.match(text, at, at + 3) is not None


class Contexts:
    """The sentences around places of one text, as exact slices of the original; mentions share them."""

    __slots__ = ("_folded", "_high", "_low", "_sentence", "_sentences", "_span")

    def __init__(self, folded: Folded, sentences: Sentences) -> None:
        self._folded, self._sentences = folded, sentences
        self._span = (-1, -1)
        self._low = self._high = 0
        self._sentence = ""

    def around(self, start: int, end: int, inner: tuple[int, int]) -> str:
        """The sentence around a place, cut where it is longer than MAX_CONTEXT characters.

        ``inner``: the same place in the original.
        """
        if not self._holds(start, end, inner):
            span = self._sentences.around(start)
            self._look_at(span)
            if not self._holds(start, end, inner):
                return self._cut(*span, start, end, inner)
        return self._sentence

    def _holds(self, start: int, end: int, inner: tuple[int, int]) -> bool:
        """Is the last sentence the one around this place, and short enough to be shown whole?"""
        begin, stop = self._span
        return begin <= start and end <= stop and self._low <= inner[0] and inner[1] <= self._high

    def _look_at(self, span: tuple[int, int]) -> None:
        self._span, self._low, self._high = span, 0, -1
        first, last = self._folded.original(*span)
        if span[1] - span[0] <= MAX_CONTEXT and last - first <= _MAX_RAW_BESIDE:
            raw = self._folded.raw
            # trimmed as if it held no term: every place between the two bounds has the same sentence
            self._low, self._high = _whole_words(raw, first, last, last, first)
            first, last = _whole_characters(raw, self._low, self._high)
            self._sentence = raw[first:last]

    def _cut(self, begin: int, stop: int, start: int, end: int, inner: tuple[int, int]) -> str:
        stop = max(stop, end)
        if stop - begin > MAX_CONTEXT:
            room = max(20, (MAX_CONTEXT - (end - start)) // 2)
            begin, stop = max(begin, start - room), min(stop, end + room)
        first, last = self._folded.original(begin, stop)
        # runs of blanks and invisible characters counted as one or none above
        first, last = max(first, inner[0] - _MAX_RAW_BESIDE), min(last, inner[1] + _MAX_RAW_BESIDE)
        raw = self._folded.raw
        first, last = _whole_characters(raw, *_whole_words(raw, first, last, *inner))
        return raw[first:last]


def _whole_words(raw: str, first: int, last: int, inner_first: int, inner_last: int) -> tuple[int, int]:
    for _ in range(40):
        if first == 0 or first >= inner_first or raw[first - 1].isspace() or raw[first - 1] in ".!?。\"'”’)]":
            break
        first += 1
    for _ in range(40):
        if last >= len(raw) or last <= inner_last or raw[last].isspace() or raw[last - 1] in ".!?。\"'”’)]":
            break
        last -= 1
    while first < inner_first and raw[first].isspace():
        first += 1
    while last > inner_last and raw[last - 1].isspace():
        last -= 1
    return first, last


def _whole_characters(raw: str, first: int, last: int) -> tuple[int, int]:
    low, high = max(0, first - _LONGEST_CHARACTER), min(len(raw), last + _LONGEST_CHARACTER)
    while low < first < len(raw) and joins(raw, first):
        first -= 1
    while 0 < last < high and joins(raw, last):
        last += 1
    return first, last


def joins(raw: str, at: int) -> bool:
    """Would a cut here split what is seen as one character?"""
    char, before = raw[at], raw[at - 1]
    if " " <= char < "\u0300" or is_hangul(char):
        return before == "\u200d"  # nothing else joins these to what stands before
    if unicodedata.category(char) in ("Mn", "Me", "Mc") or char in "\u200d\ufe0f\ufe0e":
        return True
    if before == "\u200d" or "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f":
        return True
    if "\u1160" <= char <= "\u11ff" and "\u1100" <= before <= "\u11ff":
        return True
    if char == "\n" and before == "\r":
        return True
    if "\U0001f1e6" <= char <= "\U0001f1ff" and "\U0001f1e6" <= before <= "\U0001f1ff":
        run = 0
        while run < min(at, _MOST_FLAGS) and "\U0001f1e6" <= raw[at - 1 - run] <= "\U0001f1ff":
            run += 1
        return run % 2 == 1
    return False
