"""Finds the names and newsroom words of the gazetteer in a text: the same ids in Korean and English."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

BUILT_IN = Path(__file__).parents[2] / "settings" / "gazetteer.toml"


LONG_FORM = 3
GUARD, TERMS = "guard", "term"
"""The table of forms that mean nothing: 인도적 is no India."""


class Sighting(NamedTuple):
    """One entry of the gazetteer that stands in a text."""

    kind: str
    id: str
    start: int


class Gazetteer:
    """An automaton over the forms of all entries."""

    def __init__(self, entries: Mapping[str, Mapping[str, list[str]]]) -> None:
        self._owners = [
            (kind, entry_id, form)
            for kind, of_kind in entries.items()
            for entry_id, forms in of_kind.items()
            for form in forms
        ]
        self._automaton = AhoCorasick([form for *_, form in self._owners], matchkind=MatchKind.LeftmostLongest)

    def find(self, folded: str) -> Iterator[Sighting]:
        """Yields the entries in a folded text: a Latin form as a whole word, a Hangul form where a word begins."""
        for number, start, end in self._automaton.find_matches_as_indexes(folded):
            kind, entry_id, form = self._owners[number]
            if kind != GUARD and (_is_word(folded, start, end) if form[0].isascii() else _begins(folded, start, form)):
                yield Sighting(kind, entry_id, start)


def _is_word(folded: str, start: int, end: int) -> bool:
    """Whether no Latin letter or digit continues the word, a plural s left aside; Hangul may follow it directly."""
    if start and _is_latin(folded[start - 1]):
        return False
    end += folded.startswith("s", end)
    return end >= len(folded) or not _is_latin(folded[end]) or not _is_latin(folded[end - 1])


def _begins(folded: str, start: int, form: str) -> bool:
    """Whether a Hangul word begins here; a long form also stands inside a compound."""
    return len(form) >= LONG_FORM or not start or not "가" <= folded[start - 1] <= "힣"


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


@cache
def built_in() -> Gazetteer:
    """The gazetteer that the program brings along."""
    return Gazetteer(tomllib.loads(BUILT_IN.read_text("utf-8")))
