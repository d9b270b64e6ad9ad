"""One spelling for text that is written in many, with the way back to the original code points.

Dots, dashes, quotes and the hanja of countries are mapped before NFKC, which would leave some of them apart and turn
ㆍ into a vowel letter. Then every character is folded by itself; runs of white space become one space or line break,
invisible characters go, and letters written as separate jamo are put together.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right

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
    """Code point → folded text, filled as characters are met; remembers which of them do not fold to one character."""

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
        return "\ufffd"  # half a character, as broken JSON brings it: nothing else could search it
    folded = unicodedata.normalize("NFKC", char).casefold()
    if len(folded) == 1 and ("\u00c0" <= folded <= "\u04ff" or "\u1e00" <= folded <= "\u1fff"):
        # Krátios is Kratios: an accent is part of how a name is typed, not of which name it is
        base = unicodedata.normalize("NFKD", folded)[0]
        return base.casefold()
    return folded or char


_FOLD = _Fold()
_REGULAR_BREAKS = rf"[{_INVISIBLE}]+|[^\S\n]*\n\s*|\s{{2,}}|[{_JAMO}]+[{_INVISIBLE}]*"
_UNEVEN = re.compile(_REGULAR_BREAKS)


class Folded:
    """A text in one spelling; ``original(start, end)`` says which code points a slice of it came from."""

    __slots__ = ("_even", "_norm_at", "_orig_at", "_orig_end", "raw", "text")

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self._norm_at: list[int] = [0]
        self._orig_at: list[int] = [0]
        self._even: list[bool] = [True]
        self._orig_end: list[int] = [0]
        self.text = self._fold()

    def _fold(self) -> str:
        whole = self.raw.translate(_FOLD)
        breaks = _uneven_spans(self.raw, len(whole) == len(self.raw))
        if not breaks:
            return whole
        pieces: list[str] = []
        length = done = 0
        for start, end in breaks:
            if start > done:
                length = self._add(pieces, length, self.raw[done:start].translate(_FOLD), done, start, True)
            length = self._add(pieces, length, _fold_span(self.raw[start:end]), start, end, False)
            done = end
        if done < len(self.raw):
            self._add(pieces, length, self.raw[done:].translate(_FOLD), done, len(self.raw), True)
        return "".join(pieces)

    def _add(self, pieces: list[str], length: int, folded: str, start: int, end: int, even: bool) -> int:
        if folded:
            self._norm_at.append(length)
            self._orig_at.append(start)
            self._orig_end.append(end)
            self._even.append(even)
            pieces.append(folded)
        return length + len(folded)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The code points of the original that the slice ``text[start:end]`` stands for."""
        first, _ = self._char(start)
        if end <= start:
            return first, first
        _, last = self._char(end - 1)
        while last < len(self.raw) and unicodedata.combining(self.raw[last]):
            last += 1
        return first, last

    def _char(self, index: int) -> tuple[int, int]:
        if index >= len(self.text):
            return len(self.raw), len(self.raw)
        at = bisect_right(self._norm_at, index) - 1
        if not self._even[at]:
            return self._orig_at[at], self._orig_end[at]
        begin = self._orig_at[at] + index - self._norm_at[at]
        return begin, begin + 1


def _uneven_spans(raw: str, same_length: bool) -> list[tuple[int, int]]:
    if raw.isascii() and "  " not in raw and "\n" not in raw and "\r" not in raw and "\t" not in raw:
        return []
    pattern = _UNEVEN
    # a snapshot: other threads may be reading other articles
    met = [] if same_length and not _FOLD.uneven else sorted(char for char in tuple(_FOLD.uneven) if char in raw)
    if met:
        pattern = re.compile(f"{_REGULAR_BREAKS}|[{re.escape(''.join(met))}]")
    return [m.span() for m in pattern.finditer(raw) if m.end() - m.start() > 1 or not m.group().isspace()]


def _fold_span(span: str) -> str:
    if span.isspace():
        return "\n" if any(char in "\n\r\u2028\u2029" for char in span) else " "
    composed = unicodedata.normalize("NFC", re.sub(f"[{_INVISIBLE}]", "", span))
    return composed.translate(_FOLD)


def fold(text: str) -> str:
    """The text in the engine's one spelling, when the way back is not needed."""
    return Folded(text).text
