"""The literals of all queries (words and phrases that the lexicon does not know): their patterns and their places.

Spellings with a blank or hyphen inside are many and long, so only their beginning, to a little behind that joint, goes
into the automaton. A beginning is rare, so the rest is compared in the text, and memory and rebuilding stay small.
Every literal has patterns of its own, also where two are alike: no subscription's hits depend on the others.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from bot.matching.engine.forms import literal_spellings
from bot.matching.text.edges import ANY_BEHIND, BEFORE, CERTAIN, Edges, edges_of
from bot.matching.text.korean import ends_here, is_hangul, latin_right_edge
from bot.matching.text.normalize import fold

_MAX_CACHED = 1 << 14
_SYLLABLES, _LETTERS = 1, 6
"""Characters of a beginning behind its joint: more cost memory, fewer match where no literal stands."""


LiteralPlace = tuple[int, int, str]
"""Start, end, and the key of the literal that stands there."""


class LiteralOwner(NamedTuple):
    """A word or phrase of a query, taken apart from its key."""

    key: str
    term: str
    exact: bool


class _LiteralPatterns(NamedTuple):
    """The patterns of one literal: whole spellings, beginnings of spellings, and the edges of both."""

    whole: tuple[str, ...]
    beginnings: tuple[str, ...]
    longest: int
    edges: Edges


def owner_of(key: str) -> LiteralOwner:
    """The literal of a key; a phrase in quotes is exact."""
    term = term_of(key)
    return LiteralOwner(key, term, term is not key)


def term_of(key: str) -> str:
    """The term of a literal's key, without the quotes around a phrase."""
    return key[1:-1] if len(key) > 2 and key[0] == key[-1] == '"' else key


def spellings_of(owner: LiteralOwner) -> tuple[str, ...]:
    """The folded spellings of a literal, as typed first; no spelling for a literal of blanks."""
    spelled = (fold(owner.term),) if owner.exact else literal_spellings(owner.term)
    return spelled if spelled[0].strip() else ()


@lru_cache(maxsize=1 << 10)
def _spellings_of(key: str) -> tuple[str, ...]:
    return spellings_of(owner_of(key))


@lru_cache(maxsize=_MAX_CACHED)
def _patterns_of(key: str) -> _LiteralPatterns:
    """The patterns of a literal, cached: a new subscription does not make those of the others anew."""
    owner = owner_of(key)
    spelled = _spellings_of(key)
    if not spelled:
        return _LiteralPatterns((), (), 0, CERTAIN)
    cuts = [0 if owner.exact else _beginning(spelling) for spelling in spelled]
    whole = tuple(spelling for spelling, cut in zip(spelled, cuts, strict=True) if not cut)
    beginnings = dict.fromkeys(spelling[:cut] for spelling, cut in zip(spelled, cuts, strict=True) if cut)
    # Hangul in quotes may stand inside a compound
    left = not (owner.exact and is_hangul(spelled[0][0]))
    edges = edges_of(spelled[0], left, particles=not owner.exact)
    return _LiteralPatterns(whole, tuple(beginnings), max(map(len, (*whole, *beginnings))), edges)


def _beginning(spelling: str) -> int:
    """The length of a spelling's beginning, to a little behind its first joint; 0 where it is searched whole."""
    for at, char in enumerate(spelling):
        if char in " -":
            hangul = is_hangul(spelling[at + 1 : at + 2])
            cut = at + 1 + (_SYLLABLES if hangul and char == " " else _LETTERS)
            return cut if cut < len(spelling) else 0
    return 0


class Literals:
    """All literals of one vocabulary, by the number of each pattern among theirs."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = tuple(dict.fromkeys(keys))
        self._numbers = array("I")
        """For each pattern: twice the place of its key, and one more for a beginning."""
        self.longest = 0
        """Characters of the longest pattern made so far."""

    def patterns(self, edges: bytearray) -> Iterator[str]:
        """Every pattern, once; its edges are appended to ``edges``."""
        # more literals than the cache holds would only evict each other
        patterns_of = _patterns_of if len(self._keys) <= _MAX_CACHED else _patterns_of.__wrapped__
        for number, key in enumerate(self._keys):
            patterns = patterns_of(key)
            self.longest = max(self.longest, patterns.longest)
            for text in patterns.whole:
                self._numbers.append(2 * number)
                edges.append(patterns.edges)
                yield text
            for text in patterns.beginnings:
                self._numbers.append(2 * number + 1)
                edges.append((patterns.edges & BEFORE) | ANY_BEHIND)
                yield text

    def key(self, pattern: int) -> str | None:
        """The key of a pattern that is a whole spelling; None for a beginning."""
        number = self._numbers[pattern]
        return None if number & 1 else self._keys[number >> 1]

    def begun(self, pattern: int, text: str, start: int, end: int) -> list[LiteralPlace]:
        """The places of whole spellings, with good edges, whose beginning was found at this place."""
        key = self._keys[self._numbers[pattern] >> 1]
        beginning = text[start:end]
        spelled = (spelling for spelling in _spellings_of(key) if spelling.startswith(beginning))
        ends = (start + len(spelling) for spelling in spelled if text.startswith(spelling, start))
        return [(start, stop, key) for stop in ends if _ends_well(text, stop)]


def _ends_well(text: str, end: int) -> bool:
    return latin_right_edge(text, end) and (ends_here(text, end) or not is_hangul(text[end - 1]))
