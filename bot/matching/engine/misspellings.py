"""Finds misspellings of rare names, in articles that hold a guard word of the person's office."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.matching.engine.field import FieldText
from bot.matching.engine.senses import Senses
from bot.matching.text.edit_distance import edit_distance
from bot.matching.text.korean import ends_here, is_hangul, jamo
from bot.matching.text.normalize import fold
from settings.lexicon import Fuzzy, Lexicon, Official

_MAX_TOKENS = 3_000


@dataclass(frozen=True, slots=True)
class Misspelling:
    """A place where a rare name stands with a letter or two wrong."""

    official: str
    term: str
    start: int
    end: int


class Misspellings:
    """Finds the rare names of a lexicon within their edit distance."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._guarded = [
            (official, tuple(map(fold, official.fuzzy_needs))) for official in lexicon.officials if official.fuzzy
        ]
        known = {
            fold(text).replace("~", "")
            for official in lexicon.officials
            for group in official.forms
            for text in group.texts
        }
        self._known = frozenset(word for text in known for word in text.split())
        self._patterns = {fuzzy: _candidates(fuzzy) for official in lexicon.officials for fuzzy in official.fuzzy}

    def find(self, field: FieldText, senses: Senses) -> Iterator[Misspelling]:
        """The misspellings in one field."""
        for official, needs in self._guarded:
            if senses.has(needs):
                for fuzzy in official.fuzzy:
                    yield from self._tokens(field, official, fuzzy)

    def _tokens(self, field: FieldText, official: Official, fuzzy: Fuzzy) -> Iterator[Misspelling]:
        verdicts: dict[str, int] = {}
        for match in self._patterns[fuzzy].finditer(field.text):
            token = match.group()
            if token not in verdicts and len(verdicts) < _MAX_TOKENS:
                verdicts[token] = 0 if token in self._known else _like(token, fuzzy)
            length = verdicts.get(token, 0)
            if length and not field.masked.hides("official", match.start(), match.start() + length):
                yield Misspelling(official.name, fuzzy.word, match.start(), match.start() + length)


def _candidates(fuzzy: Fuzzy) -> re.Pattern[str]:
    """A pattern of tokens that could be the name: its initials (first, so that it is fast) and about its length."""
    word = fold(fuzzy.word)
    if is_hangul(word[0]):
        return re.compile(rf"[{fuzzy.initials}](?<![가-힣].)[가-힣]{{{len(word) - 2},{len(word) + 4}}}")
    low, high = max(3, len(word) - fuzzy.distance - 1), len(word) + fuzzy.distance - 1
    return re.compile(rf"[{fold(fuzzy.initials)}](?<![a-z0-9].)[a-z]{{{low},{high}}}(?![a-z0-9])")


_folded = lru_cache(maxsize=256)(fold)


def _like(token: str, fuzzy: Fuzzy) -> int:
    """The number of the token's characters that are the misspelled name; 0 for another word or the exact name."""
    word = _folded(fuzzy.word)
    if not is_hangul(word[0]):
        return len(token) if 0 < edit_distance(token, word, fuzzy.distance) <= fuzzy.distance else 0
    whole = jamo(word)
    for length in (len(word), len(word) + 1, len(word) - 1):
        part = token[:length]
        if part == word and ends_here(token, length):
            return 0  # the exact name with a particle, 크라치오스와, is no misspelling
        near = 0 < edit_distance(jamo(part), whole, fuzzy.distance) <= fuzzy.distance
        if near and len(part) == length and ends_here(token, length):
            return length
    return 0
