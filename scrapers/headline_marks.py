"""Headline marks: the labels that outlets set before a headline ([속보], BREAKING:, [정정]), in one list.

A mark stands in brackets, or a colon, a bar or a dash follows it. The same word inside a sentence is no mark:
"Breaking bad habits", "Urgent care clinics grow" and "긴급 점검" have none.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

_FLASH = r"속보|긴급(?:\s?속보)?|urgent|breaking(?:\snews)?"
_CORRECTION = r"정정(?:\s?보도)?|바로잡습니다|corrected|correction|retracted|retraction"
_OTHER = r"단독|업데이트|updated?(?:\s?\d{1,2})?|exclusive"
_WORD = re.compile(
    rf"(?P<flash>{_FLASH}|[1-9]보|flash)|(?P<correction>{_CORRECTION})|(?P<other>{_OTHER}|종합(?:\d보?)?|단신|상보|lead)",
    re.IGNORECASE,
)
"""One mark in brackets; several words are marks in brackets alone, because a sentence may begin with them."""
_NOISE = r"[^\w\[(<【〈［〔]{0,3}"
"""An outlet may set a bullet or a quotation mark before a mark."""
_IN_BRACKETS = re.compile(rf"{_NOISE}[\[(<【〈［〔]\s*([\w\s/·,|]{{1,30}}?)\s*[\])>】〉］〕]\s*")
_BEFORE_A_SIGN = re.compile(
    rf"{_NOISE}(?:(?P<flash>{_FLASH}|(?-i:FLASH))|(?P<correction>{_CORRECTION})|(?P<other>{_OTHER}))"
    r"(?:\s*[:：|｜](?!\d)"  # no mark: "Update 2:30 p.m."
    r"|(?:\s*[–—]|\s+-\s)(?!\s*(?-i:[a-z]))"  # no mark: "Breaking — and mending — the rules"
    r"|(?-i:(?<=[A-Z0-9])-))\s*",  # a mark: "UPDATE 2-Deal signed"; none: "Breaking-up is hard"
    re.IGNORECASE,
)


def is_flash(headline: str) -> bool:
    """Whether a mark says that the article is still being written ([속보], [1보], URGENT:, BREAKING –)."""
    return "flash" in _kinds_and_rest(headline)[0]


def is_correction(headline: str) -> bool:
    """Whether a mark says that the article corrects or retracts what was published ([정정], CORRECTED:)."""
    return "correction" in _kinds_and_rest(headline)[0]


def unmarked(headline: str) -> str:
    """The headline without the marks before it."""
    return _kinds_and_rest(headline)[1]


def without_marks(headline: str, kinds: Collection[str]) -> str:
    """The headline without its leading marks of these kinds (``flash``, ``correction``); whole if nothing is left."""
    marks, rest = _marks_and_rest(headline)
    kept = "".join(text for mark_kinds, text in marks if not mark_kinds <= set(kinds))
    return f"{kept}{rest}" if rest.strip() else headline


def _kinds_and_rest(headline: str) -> tuple[frozenset[str], str]:
    """The kinds of all leading marks (``flash``, ``correction``, ``other``), and the headline behind them."""
    marks, rest = _marks_and_rest(headline)
    return frozenset[str]().union(*(kinds for kinds, _ in marks)), rest


@lru_cache(maxsize=1 << 9)
def _marks_and_rest(headline: str) -> tuple[tuple[tuple[frozenset[str], str], ...], str]:
    """Each leading mark with its kinds, and the headline behind them."""
    marks: list[tuple[frozenset[str], str]] = []
    while True:
        mark = _IN_BRACKETS.match(headline)
        kinds = _kinds_in_brackets(mark[1]) if mark else set()
        if not kinds:
            mark = _BEFORE_A_SIGN.match(headline)
            kinds = {mark.lastgroup or ""} if mark else set()
        if mark is None or not kinds:
            return tuple(marks), headline
        marks.append((frozenset(kinds), mark[0]))
        headline = headline[mark.end() :]


def _kinds_in_brackets(content: str) -> set[str]:
    """The kinds of the marks in one pair of brackets; none when the brackets hold another word too ("[긴급 점검]")."""
    words = [_WORD.fullmatch(word.strip()) for word in re.split(r"[/·,|]", content)]
    return {word.lastgroup or "" for word in words if word} if all(words) else set()
