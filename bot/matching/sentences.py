"""Sentences of a folded text, and slices of an original that never cut a character as a person sees it."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right

from bot.matching.normalize import Folded

# one set of first characters before everything else: only such a pattern is sought fast
_END = re.compile(
    r"[\n.!?。](?:(?<=\n)|(?:(?<=[!?。])|(?<=[가-힣)\"'\]]\.)|(?<=\.)(?=[\s\"')\]]|$))"
    r"[\"')\]]{0,64}(?=\s|$|[가-힣\[<☞▲△]))"
)
_LONGEST_END = 70
_SHORT = re.compile(
    r"(?:^|[\s(\"'\-–—/])(?:[a-z]|u\.s|u\.k|u\.n|s|mr|mrs|ms|dr|sen|rep|gov|gen|adm|prof|st|vs|no|inc|co|corp|ltd|jan|feb|mar|"
    r"apr|jun|jul|aug|sep|sept|oct|nov|dec|a\.i|d\.c|e\.g|i\.e)$"
)
MAX_CONTEXT = 360
MAX_AROUND = 900
"""A text without a full stop is no sentence: nothing further away than this speaks for a word."""


_LONGEST_CHARACTER = 64
_MOST_FLAGS = 400
"""Bounds for what no person ever wrote: a character of more code points, a row of more flags."""
_BLOCK = 1 << 13


class Sentences:
    """Where the sentences of a folded text begin and end, found where somebody asks."""

    __slots__ = ("_blocks", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._blocks: dict[int, list[int]] = {}

    def _starts(self, block: int) -> list[int]:
        """Where sentences start in a block of the text and as far around it as anybody may look."""
        low = max(0, block * _BLOCK - MAX_AROUND - _LONGEST_END)
        high = min(len(self._text), (block + 1) * _BLOCK + MAX_AROUND + _LONGEST_END)
        starts = [0] if low == 0 else []
        # an end is decided by the few characters after it, whatever stands before
        for match in _END.finditer(self._text, low, min(len(self._text), high + _LONGEST_END)):
            at, end = match.span()
            if at >= high or end == len(self._text):
                break
            if self._text[at] != "." or not self._abbreviation(self._text, at):
                starts.append(end)
        return starts

    @staticmethod
    def _abbreviation(text: str, at: int) -> bool:
        if _SHORT.search(text, max(0, at - 8), at):
            return True
        return at > 0 and text[at - 1].isdigit() and re.match(r"\. ?\d", text[at : at + 3]) is not None

    def around(self, at: int, before: int = 0, after: int = 0) -> tuple[int, int]:
        """Begin and end of the sentence at a place, with so many neighbours."""
        block = at // _BLOCK
        starts = self._blocks.get(block)
        if starts is None:
            starts = self._blocks[block] = self._starts(block)
        index = bisect_right(starts, at) - 1
        first, following = index - before, index + after + 1
        start = starts[first] if first >= 0 else 0
        end = starts[following] if following < len(starts) else len(self._text)
        return max(start, at - MAX_AROUND), min(end, at + MAX_AROUND)


def context(folded: Folded, sentences: Sentences, start: int, end: int, inner: tuple[int, int]) -> str:
    """The sentence around a place, an exact slice of the original, cut to a safe length where it is very long.

    ``inner``: the same place in the original.
    """
    begin, stop = sentences.around(start)
    stop = max(stop, end)
    if stop - begin > MAX_CONTEXT:
        room = max(20, (MAX_CONTEXT - (end - start)) // 2)
        begin, stop = max(begin, start - room), min(stop, end + room)
    first, last = folded.original(begin, stop)
    first, last = _whole_words(folded.raw, first, last, *inner)
    return folded.raw[first:last]


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
    low, high = max(0, first - _LONGEST_CHARACTER), min(len(raw), last + _LONGEST_CHARACTER)
    while low < first < len(raw) and joins(raw, first):
        first -= 1
    while 0 < last < high and joins(raw, last):
        last += 1
    return first, last


def joins(raw: str, at: int) -> bool:
    """Would a cut here part what is seen as one character?"""
    char, before = raw[at], raw[at - 1]
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
