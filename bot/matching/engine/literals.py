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

from bot.matching.engine.forms import MAX_BLANKS, is_spelling, literal_spellings, without_joints
from bot.matching.text.edges import ANY_BEHIND, BEFORE, CERTAIN, Edges, edges_of
from bot.matching.text.korean import is_hangul, right_edge
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
    edges: Edges
    is_folded: bool
    """Whether the key is the first spelling, and ends with a letter or digit."""


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


@lru_cache(maxsize=_MAX_CACHED)
def _patterns_of(key: str) -> _LiteralPatterns:
    """The patterns of a literal, cached: a new subscription does not make those of the others anew."""
    owner = owner_of(key)
    spelled = spellings_of(owner)
    if not spelled:
        return _LiteralPatterns((), (), CERTAIN, False)
    cuts = [0 if owner.exact else _beginning(spelling) for spelling in spelled]
    whole = tuple(spelling for spelling, cut in zip(spelled, cuts, strict=True) if not cut)
    beginnings = dict.fromkeys(spelling[:cut] for spelling, cut in zip(spelled, cuts, strict=True) if cut)
    # Hangul in quotes may stand inside a compound
    left = not (owner.exact and is_hangul(spelled[0][0]))
    edges = edges_of(spelled[0], left, particles=not owner.exact)
    return _LiteralPatterns(whole, tuple(beginnings), edges, spelled[0] == key and key[-1].isalnum())


def _beginning(spelling: str) -> int:
    """The length of a spelling's beginning, to a little behind its first joint; 0 where it is searched whole."""
    for at, char in enumerate(spelling):
        if char in " -":
            hangul = is_hangul(spelling[at + 1 : at + 2])
            cut = at + 1 + (_SYLLABLES if hangul and char == " " else _LETTERS)
            return cut if cut < len(spelling) else 0
    return 0


BEGINNING, AS_TYPED = 1, 2
"""Bits of a pattern's number: it is the beginning of spellings, of which the key itself is the first."""


class Literals:
    """All literals of one vocabulary, by the number of each pattern among theirs."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.keys = tuple(dict.fromkeys(keys))
        self.numbers = array("I")
        """For each pattern: four times the place of its key, with the bits above."""

    def patterns(self) -> Iterator[tuple[str, Edges]]:
        """Every pattern with its edges, once."""
        # more literals than the cache holds would only evict each other
        patterns_of = _patterns_of if len(self.keys) <= _MAX_CACHED else _patterns_of.__wrapped__
        for number, key in enumerate(self.keys):
            patterns = patterns_of(key)
            for text in patterns.whole:
                self.numbers.append(4 * number)
                yield text, patterns.edges
            for text in patterns.beginnings:
                is_typed = key.startswith(text) and patterns.is_folded
                self.numbers.append(4 * number + BEGINNING + (AS_TYPED if is_typed else 0))
                yield text, (patterns.edges & BEFORE) | ANY_BEHIND


def begun(number: int, key: str, text: str, start: int) -> list[LiteralPlace]:
    """The places of a literal's spellings, with good edges, where the beginning of one was found."""
    if number & AS_TYPED and text.startswith(key, start):
        end = start + len(key)  # no other spelling has these letters here
        return [(start, end, key)] if text.startswith(" ", end) or right_edge(text, end) else []
    plain, solid = _plain_and_solid(key)
    window = text[start : start + max(len(plain), len(solid) + MAX_BLANKS)]
    if not without_joints(window).startswith(solid):
        return []
    lengths = {len(plain), *range(len(solid), len(solid) + MAX_BLANKS + 1)}
    ends = (
        start + length for length in lengths if length <= len(window) and is_spelling(window[:length], plain, solid)
    )
    return [(start, end, key) for end in ends if right_edge(text, end)]


@lru_cache(maxsize=1 << 12)
def _plain_and_solid(key: str) -> tuple[str, str]:
    plain = fold(term_of(key)).strip()
    return plain, without_joints(plain)
