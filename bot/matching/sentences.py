"""Sentences of a folded text, and slices of an original that never cut a character as a person sees it."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right

from bot.matching.normalize import Folded

_END = re.compile(r"\n|(?:[!?。]|(?<=[가-힣)\"'\]])\.|\.(?=[\s\"')\]]|$))[\"')\]]*(?=\s|$|[가-힣\[<☞▲△])")
_SHORT = re.compile(
    r"(?:^|[\s(\"'\-–—/])(?:[a-z]|u\.s|u\.k|u\.n|s|mr|mrs|ms|dr|sen|rep|gov|gen|adm|prof|st|vs|no|inc|co|corp|ltd|jan|feb|mar|"
    r"apr|jun|jul|aug|sep|sept|oct|nov|dec|a\.i|d\.c|e\.g|i\.e)$"
)
MAX_CONTEXT = 360
MAX_AROUND = 900
"""A text without a full stop is no sentence: nothing further away than this speaks for a word."""


class Sentences:
    """Where the sentences of a folded text begin and end."""

    __slots__ = ("_length", "_starts")

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._starts = [0]
        for match in _END.finditer(text):
            if match.group() != "\n" and self._abbreviation(text, match.start()):
                continue
            if match.end() < self._length:
                self._starts.append(match.end())

    @staticmethod
    def _abbreviation(text: str, at: int) -> bool:
        if text[at] != ".":
            return False
        if _SHORT.search(text, max(0, at - 8), at):
            return True
        return at > 0 and text[at - 1].isdigit() and re.match(r"\. ?\d", text[at : at + 3]) is not None

    def index(self, at: int) -> int:
        """The number of the sentence that holds this place."""
        return bisect_right(self._starts, at) - 1

    def span(self, index: int) -> tuple[int, int]:
        """Begin and end of a sentence by number."""
        end = self._starts[index + 1] if index + 1 < len(self._starts) else self._length
        return self._starts[index], end

    def around(self, at: int, before: int = 0, after: int = 0) -> tuple[int, int]:
        """Begin and end of the sentence at a place, with so many neighbours."""
        index = self.index(at)
        first = max(0, index - before)
        last = min(len(self._starts) - 1, index + after)
        start, end = self.span(first)[0], self.span(last)[1]
        return max(start, at - MAX_AROUND), min(end, at + MAX_AROUND)


def context(folded: Folded, sentences: Sentences, start: int, end: int) -> str:
    """The sentence around a place, an exact slice of the original, cut to a safe length where it is very long."""
    begin, stop = sentences.around(start)
    stop = max(stop, end)
    if stop - begin > MAX_CONTEXT:
        room = max(20, (MAX_CONTEXT - (end - start)) // 2)
        begin, stop = max(begin, start - room), min(stop, end + room)
    first, last = folded.original(begin, stop)
    inner_first, inner_last = folded.original(start, end)
    first, last = _whole_words(folded.raw, first, last, inner_first, inner_last)
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
    while 0 < first < len(raw) and joins(raw, first):
        first -= 1
    while 0 < last < len(raw) and joins(raw, last):
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
        while at - 1 - run >= 0 and "\U0001f1e6" <= raw[at - 1 - run] <= "\U0001f1ff":
            run += 1
        return run % 2 == 1
    return False
