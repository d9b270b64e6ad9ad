"""The words and phrases of all queries: what is sought for each of them, and whose a hit is.

A word's spellings with a blank or hyphen inside are many and long; only their beginning, to just behind that joint,
goes into the automaton. It is rare, so the rest is compared where it stands, and memory and rebuilding stay small.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.matching.edges import CERTAIN, Edges, edges_of, joined
from bot.matching.forms import literal_spellings
from bot.matching.korean import ends_here, is_hangul, latin_right_edge, left_edge
from bot.matching.normalize import fold

_KEPT = 1 << 14
_BEHIND_JOINT = {" ": 1, "-": 2}
_NOBODY = -1


@dataclass(frozen=True, slots=True)
class LiteralOwner:
    """A spelling belongs to a word or phrase of somebody's query."""

    key: str
    term: str
    exact: bool


@dataclass(frozen=True, slots=True)
class Literal:
    """One literal: the spellings that are sought whole, and those of which only the beginning is."""

    owner: LiteralOwner
    whole: tuple[str, ...]
    begun: tuple[str, ...]
    beginnings: tuple[str, ...]
    edges: Edges


@lru_cache(maxsize=_KEPT)
def literal_of(key: str) -> Literal:
    """A literal made ready, and kept: when one subscription comes, the thousands of others are known already."""
    exact, term = owner_of(key).exact, owner_of(key).term
    found = [s for s in ((fold(term),) if exact else literal_spellings(term)) if s.strip()]
    cuts = [0 if at == 0 or exact else _beginning(spelling) for at, spelling in enumerate(found)]
    begun = [(s, s[:cut]) for s, cut in zip(found, cuts, strict=True) if cut]
    whole = tuple(s for s, cut in zip(found, cuts, strict=True) if not cut)
    edges = edges_of(found[0], not (exact and is_hangul(found[0][0])), particles=not exact) if found else CERTAIN
    return Literal(owner_of(key), whole, *_columns(begun), edges)


@lru_cache(maxsize=_KEPT)
def owner_of(key: str) -> LiteralOwner:
    """A literal's key taken apart: a phrase in quotes is meant exactly."""
    exact = len(key) > 2 and key[0] == key[-1] == '"'
    return LiteralOwner(key, key[1:-1] if exact else key, exact)


def _columns(pairs: list[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(spelling for spelling, _ in pairs), tuple(dict.fromkeys(beginning for _, beginning in pairs))


def _beginning(spelling: str) -> int:
    """How much of a spelling is sought: to just behind its first joint; 0 when it must be sought whole."""
    for at, char in enumerate(spelling):
        if char in _BEHIND_JOINT:
            cut = at + 1 + _BEHIND_JOINT[char]
            return cut if cut < len(spelling) else 0
    return 0


class Literals:
    """All literals of one vocabulary, by the number that a spelling has in its automaton."""

    def __init__(self, keys: Iterable[str], known: Mapping[str, int], edges: bytes) -> None:
        self._keys = tuple(dict.fromkeys(keys))
        self.edges = bytearray(edges)
        # at a spelling's number: whose it is, as 2 · place in the keys, + 1 where only the beginning was sought;
        # -1 nobody's; else several owners', who stand in _shared
        self._owners = array("i", [_NOBODY]) * len(edges)
        self._shared: list[tuple[int, ...]] = []
        table = dict(known)
        for number, key in enumerate(self._keys):
            literal = literal_of(key)
            for text in literal.whole:
                self._add(table, text, 2 * number, literal.edges)
            for text in literal.beginnings:
                self._add(table, text, 2 * number + 1, (literal.edges & 3) | (CERTAIN & 12))
        self.texts = list(table)

    def _add(self, table: dict[str, int], text: str, owner: int, edges: Edges) -> None:
        at = table.setdefault(text, len(table))
        if at == len(self._owners):
            self._owners.append(owner)
            self.edges.append(edges)
            return
        self.edges[at] = joined(self.edges[at], edges)
        there = self._owners[at]
        if there == _NOBODY:
            self._owners[at] = owner
        elif there > _NOBODY:
            self._shared.append((there, owner))
            self._owners[at] = -1 - len(self._shared)
        else:
            self._shared[-2 - there] += (owner,)

    def alone(self, index: int) -> LiteralOwner | None:
        """Whose spelling this is, where it is one owner's and sought whole: then its edges have said all."""
        owner = self._owners[index]
        return None if owner < 0 or owner & 1 else owner_of(self._keys[owner >> 1])

    def owners(self, index: int) -> tuple[int, ...]:
        """The numbers of those whose spelling this is; most are one's."""
        there = self._owners[index]
        if there > _NOBODY:
            return (there,)
        return self._shared[-2 - there] if there < _NOBODY else ()

    def standing(self, number: int, text: str, start: int, end: int) -> Iterator[tuple[int, int, LiteralOwner]]:
        """The places at which an owner's literal stands with good edges, given that its spelling was found here."""
        key = self._keys[number >> 1]
        ends = [end]
        if number & 1:
            begun = (s for s in literal_of(key).begun if s.startswith(text[start:end]))
            ends = [start + len(spelling) for spelling in begun if text.startswith(spelling, start)]
        owner = owner_of(key)
        for stop in ends:
            if _good(owner, text, start, stop):
                yield start, stop, owner


def _good(owner: LiteralOwner, text: str, start: int, end: int) -> bool:
    left, right = left_edge(text, start), latin_right_edge(text, end)
    if owner.exact:
        return word_edges(text, start, end, left, right)
    return left and right and (ends_here(text, end) or not is_hangul(text[end - 1]))


def word_edges(text: str, start: int, end: int, left: bool, right: bool) -> bool:
    """Latin words stand alone; Hangul ones may stand inside a compound."""
    return (left or is_hangul(text[start])) and (right or is_hangul(text[end - 1]))
