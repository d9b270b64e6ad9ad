"""Who is named: full names, surnames once the full name stands, and misspellings of rare names near their office."""

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
    """Finds the rare names of a lexicon within their edit distance, where a guard word stands in the article."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._guarded = [(o, tuple(map(fold, o.fuzzy_needs))) for o in lexicon.officials if o.fuzzy]
        known = {fold(text).replace("~", "") for o in lexicon.officials for g in o.forms for text in g.texts}
        self._known = frozenset(word for text in known for word in text.split())
        self._patterns = {f: _candidates(f) for o in lexicon.officials for f in o.fuzzy}

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
    """Tokens that could be the name: its initials (first in the pattern: so it is sought fast), about its length."""
    word = fold(fuzzy.word)
    if is_hangul(word[0]):
        return re.compile(rf"[{fuzzy.initials}](?<![가-힣].)[가-힣]{{{len(word) - 2},{len(word) + 4}}}")
    low, high = max(3, len(word) - fuzzy.distance - 1), len(word) + fuzzy.distance - 1
    return re.compile(rf"[{fold(fuzzy.initials)}](?<![a-z0-9].)[a-z]{{{low},{high}}}(?![a-z0-9])")


_folded = lru_cache(maxsize=256)(fold)


def _like(token: str, fuzzy: Fuzzy) -> int:
    """How many characters of the token are the name, 0 if it is another word. An exact name is left to the forms."""
    word = _folded(fuzzy.word)
    if not is_hangul(word[0]):
        return len(token) if 0 < edit_distance(token, word, fuzzy.distance) <= fuzzy.distance else 0
    whole = jamo(word)
    for length in (len(word), len(word) + 1, len(word) - 1):
        part = token[:length]
        if part == word and ends_here(token, length):
            return 0  # the name itself with a particle: 크라치오스와 is no misspelling of it
        near = 0 < edit_distance(jamo(part), whole, fuzzy.distance) <= fuzzy.distance
        if near and len(part) == length and ends_here(token, length):
            return length
    return 0
