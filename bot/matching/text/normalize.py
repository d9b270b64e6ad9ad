"""Normalizes text to one spelling, with a map back to the original code points.

Dots, dashes, quotes and the hanja of countries are mapped before NFKC, which would leave some of them apart and turn
ㆍ into a vowel letter. Then every character is folded by itself; runs of white space become one space or line break,
invisible characters are dropped, and letters written as separate jamo are composed.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right
from functools import lru_cache

_DOTS = "·‧∙⋅•・ㆍᆞ･⋯●◦﹒"
_DASHES = "-‐‑‒–—―−﹣－~～〜"
_SINGLE = "'‘’‚‛′´＇`"
_DOUBLE = '"“”„‟″＂「」『』'
_HANJA = {"韓": "한", "美": "미", "日": "일", "英": "영", "中": "중", "北": "북", "獨": "독", "佛": "불", "對": "대"}
_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe00-\ufe0f\u0300-\u036f"
_JAMO = "\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff"


def _by_hand() -> dict[str, str]:
    table = dict(_HANJA)
    for chars, plain in ((_DOTS, "·"), (_DASHES.replace("~", ""), "-"), (_SINGLE, "'"), (_DOUBLE, '"')):
        table.update(dict.fromkeys(chars, plain))
    table.update({"～": "~", "〜": "~", "…": "…", "ⓒ": "ⓒ", "\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n"})
    return table


class _Fold(dict[int, str]):
    """Code point → folded text, filled on demand; keeps the characters that do not fold to exactly one character."""

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()
        for char, plain in _by_hand().items():
            self[ord(char)] = plain

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = _fold_char(char)
        if len(folded) != 1:
            self.uneven.add(char)
        self[code] = folded
        return folded


def _fold_char(char: str) -> str:
    if char.isspace():
        return " "
    if "\ud800" <= char <= "\udfff":
        return "\ufffd"  # half a character, as broken JSON has it: it cannot be searched otherwise
    folded = unicodedata.normalize("NFKC", char).casefold()
    if len(folded) == 1 and ("\u00c0" <= folded <= "\u04ff" or "\u1e00" <= folded <= "\u1fff"):
        # Krátios is Kratios: an accent does not make another name
        base = unicodedata.normalize("NFKD", folded)[0]
        return base.casefold()
    return folded or char


_FOLD = _Fold()
_SAME_ASCII = "".join(char for char in map(chr, range(0x80)) if _FOLD[ord(char)] == char)
_CHANGED = re.compile(f"[^{re.escape(_SAME_ASCII)}가-힣]+")
"""Runs of characters that may fold to others; of a Korean text they are few."""
_CHARS_A_RUN = 8
"""A text with more runs than one in so many characters is folded as a whole."""
_RAGGED = (" \n", "\n ", "\n\n")
_ODD = re.compile(f"[{_INVISIBLE}{_JAMO}]")
_HIDDEN = re.compile(f"[{_INVISIBLE}]")
_MAX_KNOWN_SPANS = 1_000
_MAX_MARKS = 64
"""A letter ends after so many marks, so that a hostile text costs no more."""


class Folded:
    """A normalized text; ``original(start, end)`` maps a slice of it to the original code points."""

    __slots__ = ("_norm_at", "_orig_at", "_steps", "raw", "text")

    def __init__(self, raw: str) -> None:
        self.raw = raw
        # pieces of the folded text, in order: where each begins in the folded text and in the original, and its step.
        # step n > 0: every original character became n characters; n < 0: -n characters became the piece as a whole
        self._norm_at = array("I", (0,))
        self._orig_at = array("I", (0,))
        self._steps = array("i", (1,))
        self.text = self._fold()

    def _fold(self) -> str:
        whole, breaks = _translated(self.raw)
        return self._joined(whole, breaks) if breaks else whole

    def _joined(self, whole: str, breaks: _Breaks) -> str:
        pieces: list[str] = []
        length = done = whole_at = 0
        for match in breaks.pattern.finditer(self.raw):
            start, end = match.span()
            if start > done:
                pieces.append(whole[whole_at : whole_at + start - done])
                self._add(length, done, 1)
                length, whole_at = length + start - done, whole_at + start - done
            folded, covered, step = breaks.folded(match.group())
            if folded:
                pieces.append(folded)
                self._add(length, start, step)
            length, whole_at, done = length + len(folded), whole_at + covered, end
        if done < len(self.raw):
            pieces.append(whole[whole_at:])
            self._add(length, done, 1)
        return "".join(pieces)

    def _add(self, norm_at: int, orig_at: int, step: int) -> None:
        self._norm_at.append(norm_at)
        self._orig_at.append(orig_at)
        self._steps.append(step)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The code points of the original that the slice ``text[start:end]`` stands for."""
        raw = self.raw
        if len(self._steps) == 1 and start < end <= len(raw):
            first, last = start, end
        else:
            first, last = self._span(start, end)
            if end <= start:
                return first, last
        far = min(len(raw), last + _MAX_MARKS)
        while last < far and raw[last] > "\u02ff" and unicodedata.combining(raw[last]):
            last += 1
        return first, last

    def _span(self, start: int, end: int) -> tuple[int, int]:
        piece = bisect_right(self._norm_at, start) - 1
        next_at = self._norm_at[piece + 1] if piece + 1 < len(self._norm_at) else len(self.text)
        if self._steps[piece] == 1 and start < end <= next_at:
            # mostly both ends lie in one piece that is as long as its original
            first = self._orig_at[piece] + start - self._norm_at[piece]
            return first, first + end - start
        first = self._char(start)[0]
        return first, first if end <= start else self._char(end - 1)[1]

    def _char(self, index: int) -> tuple[int, int]:
        if index >= len(self.text):
            return len(self.raw), len(self.raw)
        piece = bisect_right(self._norm_at, index) - 1
        step = self._steps[piece]
        if step < 0:
            return self._orig_at[piece], self._orig_at[piece] - step
        begin = self._orig_at[piece] + (index - self._norm_at[piece]) // step
        return begin, begin + 1


def _translated(raw: str) -> tuple[str, _Breaks | None]:
    """The text folded character by character, and the breaks where that is not enough; mostly there are none."""
    whole, is_changed = _folded_by_character(raw)
    uneven = _FOLD.uneven.intersection(raw) if len(whole) != len(raw) else frozenset()
    ragged = "  " in whole or ("\n" in whole and any(pair in whole for pair in _RAGGED))
    odd = uneven or ragged or (is_changed and not raw.isascii() and _ODD.search(raw))
    return whole, _Breaks(frozenset(uneven), ragged) if odd else None


def _folded_by_character(raw: str) -> tuple[str, bool]:
    """The text with each character folded, and whether any may have changed."""
    if raw.isascii():
        return raw.translate(_FOLD), True  # which is fast for ASCII alone
    most_runs = len(raw) // _CHARS_A_RUN + 1
    whole, runs = _CHANGED.subn(_folded_run, raw, most_runs)
    return (whole, runs > 0) if runs < most_runs else (raw.translate(_FOLD), True)


def _folded_run(run: re.Match[str]) -> str:
    return run[0].translate(_FOLD)


class _Breaks:
    """The runs of a text that do not fold character by character, and their folded text."""

    def __init__(self, uneven: frozenset[str], ragged: bool) -> None:
        self.pattern, self._table = _break_pattern(uneven, ragged)
        self._known: dict[str, tuple[str, int, int]] = {}

    def folded(self, span: str) -> tuple[str, int, int]:
        """The folded span, the number of characters that ``translate`` made of it, and its step."""
        known = self._known.get(span)
        if known is None:
            known = self._made(span)
            if len(span) < 9 and len(self._known) < _MAX_KNOWN_SPANS:
                self._known[span] = known
        return known

    def _made(self, span: str) -> tuple[str, int, int]:
        own = self._table.get(ord(span[0]))
        covered = len(span.translate(_FOLD))
        return (span.translate(self._table), covered, len(own)) if own else (_fold_span(span), covered, -len(span))


@lru_cache(maxsize=256)
def _break_pattern(uneven: frozenset[str], ragged: bool) -> tuple[re.Pattern[str], dict[int, str]]:
    """Runs of blanks (if there are any), of invisible characters, of jamo, and of characters that grow alike.

    The first character stands in a set of its own, because only such a pattern is searched fast.
    """
    table = {ord(char): _fold_span(char) for char in sorted(uneven) if not _HIDDEN.match(char)}
    first = rf"{_INVISIBLE}{_JAMO}" + (r"\s" if ragged else "")
    runs = [rf"(?<=[{_INVISIBLE}])[{_INVISIBLE}]*", rf"(?<=[{_JAMO}])[{_JAMO}]*[{_INVISIBLE}]*"]
    runs += [r"(?<=\s)\s+"] if ragged else []
    for size in sorted({len(folded) for folded in table.values()}):
        alike = re.escape("".join(chr(code) for code, folded in table.items() if len(folded) == size))
        first += alike
        runs.append(f"(?<=[{alike}])[{alike}]*")
    return re.compile(f"[{first}](?:{'|'.join(runs)})"), table


def _fold_span(span: str) -> str:
    if span.isspace():
        return "\n" if any(char in "\n\r\u2028\u2029" for char in span) else " "
    return unicodedata.normalize("NFC", _HIDDEN.sub("", span)).translate(_FOLD)


def fold(text: str) -> str:
    """The normalized text, for callers that need no map back."""
    whole, breaks = _translated(text)
    return Folded(text).text if breaks else whole
