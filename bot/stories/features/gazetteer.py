"""Finds the names and newsroom words of the gazetteer in a text: the same ids in Korean and English."""

from __future__ import annotations

import re
import tomllib
from array import array
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

BUILT_IN = Path(__file__).parents[3] / "settings" / "gazetteer.toml"


_TABLE = re.compile(r"^(?=\[)", re.MULTILINE)
LONG_FORM = 3
GUARD, TERMS, PLACES = "guard", "term", "place"
"""The table of forms that mean nothing: 인도적 is no India."""


class Sighting(NamedTuple):
    """One entry of the gazetteer that stands in a text."""

    kind: str
    id: str
    start: int


class Gazetteer:
    """An automaton over the forms of all entries."""

    def __init__(self, entries: Mapping[str, Mapping[str, list[str]]]) -> None:
        named = [(kind, *entry) for kind, of_kind in entries.items() for entry in of_kind.items()]
        self._entries = [(kind, entry_id) for kind, entry_id, _ in named]
        self._owners = array("H", (at for at, (*_, forms) in enumerate(named) for _ in forms))
        """The entry of each form of the automaton, by its number."""
        self._automaton = AhoCorasick(
            [form for *_, forms in named for form in forms], matchkind=MatchKind.LeftmostLongest, store_patterns=False
        )

    def find(self, folded: str) -> Iterator[Sighting]:
        """Yields the entries in a folded text: a Latin form as a whole word, a Hangul form where a word begins."""
        for number, start, end in self._automaton.find_matches_as_indexes(folded):
            kind, entry_id = self._entries[self._owners[number]]
            if kind != GUARD and (_is_word if folded[start].isascii() else _begins)(folded, start, end):
                yield Sighting(kind, entry_id, start)


def _is_word(folded: str, start: int, end: int) -> bool:
    """Whether no Latin letter or digit continues the word, a plural s left aside; Hangul may follow it directly."""
    if start and _is_latin(folded[start - 1]):
        return False
    end += folded.startswith("s", end)
    return end >= len(folded) or not _is_latin(folded[end]) or not _is_latin(folded[end - 1])


def _begins(folded: str, start: int, end: int) -> bool:
    """Whether a Hangul word begins here; a long form also stands inside a compound."""
    return end - start >= LONG_FORM or not start or not "가" <= folded[start - 1] <= "힣"


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


@cache
def built_in() -> Gazetteer:
    """The gazetteer that the program brings along, parsed table by table: all keys at once would take 3 MB more."""
    return Gazetteer({kind: of_kind for table in _tables() for kind, of_kind in tomllib.loads(table).items()})


def forms_of(kind: str) -> dict[str, list[str]]:
    """Reads the forms of each entry of a kind by its id."""
    table = next(table for table in _tables() if table.startswith(f"[{kind}]"))
    forms: dict[str, list[str]] = tomllib.loads(table)[kind]
    return forms


def _tables() -> list[str]:
    return _TABLE.split(BUILT_IN.read_text("utf-8"))
