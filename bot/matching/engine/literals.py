"""The words and phrases of all queries: what is sought for each of them, and where it stands.

A word's spellings with a blank or hyphen inside are many and long; only their beginning, to a little behind that joint,
goes into the automaton. It is rare, so the rest is compared where it stands, and memory and rebuilding stay small.
Every owner has patterns of its own, also where two seek the same: nobody's hits depend on what others ask for.
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

_KEPT = 1 << 14
_SYLLABLES, _LETTERS = 1, 6
"""How much is sought behind a joint: more costs memory, less finds beginnings that nothing comes of."""


LiteralPlace = tuple[int, int, str]
"""Start, end, and the key of the literal that stands there."""


class LiteralOwner(NamedTuple):
    """A spelling belongs to a word or phrase of somebody's query."""

    key: str
    term: str
    exact: bool


class _Sought(NamedTuple):
    """What goes into the automaton for one literal: spellings, beginnings of spellings, and the edges of both."""

    whole: tuple[str, ...]
    beginnings: tuple[str, ...]
    longest: int
    edges: Edges


def owner_of(key: str) -> LiteralOwner:
    """A literal's key taken apart: a phrase in quotes is meant exactly."""
    term = term_of(key)
    return LiteralOwner(key, term, term is not key)


def term_of(key: str) -> str:
    """What a literal's key seeks, without the quotes around a phrase."""
    return key[1:-1] if len(key) > 2 and key[0] == key[-1] == '"' else key


def spellings_of(owner: LiteralOwner) -> tuple[str, ...]:
    """The folded spellings of a literal; the first is the one that was typed. None for a literal of blanks."""
    found = (fold(owner.term),) if owner.exact else literal_spellings(owner.term)
    return found if found[0].strip() else ()


@lru_cache(maxsize=1 << 10)
def _spellings_of(key: str) -> tuple[str, ...]:
    return spellings_of(owner_of(key))


@lru_cache(maxsize=_KEPT)
def _sought(key: str) -> _Sought:
    """Kept: when one subscription comes, the thousands of others are known already."""
    owner = owner_of(key)
    found = _spellings_of(key)
    if not found:
        return _Sought((), (), 0, CERTAIN)
    cuts = [0 if owner.exact else _beginning(spelling) for spelling in found]
    whole = tuple(spelling for spelling, cut in zip(found, cuts, strict=True) if not cut)
    beginnings = dict.fromkeys(spelling[:cut] for spelling, cut in zip(found, cuts, strict=True) if cut)
    # Hangul in quotes may stand inside a compound
    left = not (owner.exact and is_hangul(found[0][0]))
    edges = edges_of(found[0], left, particles=not owner.exact)
    return _Sought(whole, tuple(beginnings), max(map(len, (*whole, *beginnings))), edges)


def _beginning(spelling: str) -> int:
    """How much of a spelling is sought: to a little behind its first joint; 0 when it must be sought whole."""
    for at, char in enumerate(spelling):
        if char in " -":
            hangul = is_hangul(spelling[at + 1 : at + 2])
            cut = at + 1 + (_SYLLABLES if hangul and char == " " else _LETTERS)
            return cut if cut < len(spelling) else 0
    return 0


class Literals:
    """All literals of one vocabulary, by the number that each pattern has among theirs."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = tuple(dict.fromkeys(keys))
        self._numbers = array("I")
        """At a pattern's number: twice its owner's place among the keys, and one more for a beginning."""
        self.longest = 0
        """Characters of the longest pattern that was asked for so far."""

    def patterns(self, edges: bytearray) -> Iterator[str]:
        """Every pattern, once; its edges are put behind those that stand there."""
        # more than can be kept would only push each other out
        sought_of = _sought if len(self._keys) <= _KEPT else _sought.__wrapped__
        for number, key in enumerate(self._keys):
            sought = sought_of(key)
            self.longest = max(self.longest, sought.longest)
            for text in sought.whole:
                self._numbers.append(2 * number)
                edges.append(sought.edges)
                yield text
            for text in sought.beginnings:
                self._numbers.append(2 * number + 1)
                edges.append((sought.edges & BEFORE) | ANY_BEHIND)
                yield text

    def key(self, pattern: int) -> str | None:
        """Whose pattern this is, if it is a spelling as a whole: then it stands wherever the pattern's edges hold."""
        number = self._numbers[pattern]
        return None if number & 1 else self._keys[number >> 1]

    def begun(self, pattern: int, text: str, start: int, end: int) -> list[LiteralPlace]:
        """Where the spellings stand of which only the beginning was found, with good edges, at this place."""
        key = self._keys[self._numbers[pattern] >> 1]
        begun = (s for s in _spellings_of(key) if s.startswith(text[start:end]) and text.startswith(s, start))
        ends = (start + len(spelling) for spelling in begun)
        return [(start, stop, key) for stop in ends if _ends_well(text, stop)]


def _ends_well(text: str, end: int) -> bool:
    return latin_right_edge(text, end) and (ends_here(text, end) or not is_hangul(text[end - 1]))
