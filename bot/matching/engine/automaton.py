"""Finds the places of spellings that stand with good edges, in one pass over a text in UTF-8.

The automaton reports overlapping matches, and of most a single byte beside them says that they are none. A word of two
Latin letters (ai) stands inside many others, so it is searched together with each byte that may stand before a word.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from operator import itemgetter

from ahocorasick_rs import BytesAhoCorasick

from bot.matching.text.edges import (
    ANY_BEFORE,
    BEFORE,
    ENDS_INSIDE,
    LATIN_BEFORE,
    OUTSIDE,
    REFUSE,
    SAID_BEFORE,
    SAID_BEHIND,
    SPENT,
    Edges,
    runs_on,
)
from bot.matching.text.korean import ends_here

Match = tuple[int, int, int]
"""The number of a spelling, and the start and end of its place."""
_PART = 1 << 16
_COST_PER_HIT = 100
_MAX_COST_PER_SPELLING = 25_000
_MAX_HITS_PER_SPELLING = _MAX_COST_PER_SPELLING // _COST_PER_HIT
"""A spelling counts 250 times in one text and no more, so that a hostile text costs no more."""
_SHORT = 2
_MAX_SHORT = 64
"""Spellings of two letters, each of which is searched in 131 ways; further ones are searched as all others are."""
_BEFORE_A_WORD = tuple(
    bytes([byte]) for byte in range(0xC0) if byte >= 0x80 or not (chr(byte).isalnum() or chr(byte) == " ")
)
"""The bytes that may stand before a word, but for the blank, which mostly does."""


class Automaton:
    """Spellings with their edges, by their numbers in the order in which they came."""

    def __init__(self, spellings: Iterable[tuple[str, Edges]]) -> None:
        self._edges = bytearray()
        self._lengths = array("I")
        self._short = array("I")
        """The numbers of the spellings that are searched with the byte before them."""
        automaton = BytesAhoCorasick(self._patterns(spellings))
        self._automaton = automaton if self._edges else None
        self._spellings = len(self._lengths)
        for _ in (*_BEFORE_A_WORD, OUTSIDE):
            self._edges.extend(self._edges[number] for number in self._short)
        self._longest = max(self._lengths, default=0)

    def _patterns(self, spellings: Iterable[tuple[str, Edges]]) -> Iterator[bytes]:
        """A pattern for each spelling; then those of the short ones behind other bytes than the blank."""
        short: list[bytes] = []
        for text, edges in spellings:
            pattern = text.encode()
            if len(pattern) <= _SHORT and edges & BEFORE == LATIN_BEFORE and len(short) < _MAX_SHORT:
                self._short.append(len(self._lengths))
                short.append(pattern)
                pattern, edges = b" " + pattern, edges | ANY_BEFORE
            self._edges.append(edges)
            self._lengths.append(len(text))
            yield pattern
        yield from (byte + pattern for byte in (*_BEFORE_A_WORD, OUTSIDE) for pattern in short)

    def budget(self) -> SearchBudget:
        """The limits of one search."""
        return SearchBudget(self._edges)

    def edges_without(self, numbers: Iterable[int]) -> bytearray:
        """The edges for a search that leaves out the spellings of these numbers."""
        edges = self._edges.copy()
        for number in numbers:
            edges[number] = SPENT
        for at, number in enumerate(self._short * len((*_BEFORE_A_WORD, OUTSIDE)), self._spellings):
            edges[at] = edges[number]
        return edges

    def search(self, text: str, budget: SearchBudget) -> Iterator[Iterable[Match]]:
        """The matches with good edges within the budget, part by part, in a text without line breaks."""
        is_long = len(text) > _PART
        budget.edges = budget.edges.copy() if is_long else budget.edges
        for standing in self.standing(text, budget.edges):
            yield budget.within(standing, is_long) if is_long or not _are_few(standing) else standing

    def standing(self, text: str, edges: bytearray) -> Iterator[list[Match]]:
        """All matches with these edges, part by part, in a text without line breaks.

        In parts, because the automaton returns a list, and a hostile text has a match for every character.
        """
        if self._automaton is None:
            return
        for begin in range(0, len(text), _PART):
            low, stop = max(0, begin - self._longest), min(len(text), begin + _PART)
            part = OUTSIDE + text[low:stop].encode()
            matches = self._automaton.find_matches_as_indexes(part, overlapping=True)
            searched = part + (text[stop : stop + 1].encode() or OUTSIDE)
            yield self._standing(matches, edges, searched, text, low, begin)

    def _standing(
        self, matches: list[Match], edges: bytearray, searched: bytes, text: str, low: int, begin: int
    ) -> list[Match]:
        """The matches with good edges, by their characters; ``searched`` begins with a byte before ``low``.

        Those that end by ``begin`` belong to the part before.
        """
        before, behind, inside = SAID_BEFORE, SAID_BEHIND, ENDS_INSIDE
        lengths, spellings = self._lengths, self._spellings
        standing: list[Match] = []
        at, end_char, is_ascii = 1, low, len(searched) == 2 + len(text)
        for index, start, end in matches:
            edge = edges[index]
            said = before[edge][searched[start - 1]]
            if said and (said == REFUSE or inside[edge & BEFORE][searched[start - 3 : start]]):
                continue
            said = behind[edge][searched[end]]
            if said and (said == REFUSE or runs_on(edge, searched, end)):
                continue
            if end != at:
                end_char += end - at if is_ascii else len(searched[at:end].decode())
                at = end
            if said and runs_on(edge, searched, end) is None and not ends_here(text, end_char):
                continue
            if index >= spellings:
                if inside[LATIN_BEFORE][searched[max(0, start - 2) : start + 1]]:
                    continue
                index = self._short[(index - spellings) % len(self._short)]
            if end_char > begin or not begin:
                standing.append((index, end_char - lengths[index], end_char))
        return standing


def _are_few(matches: list[Match]) -> bool:
    """Whether every spelling is within its budget."""
    if len(matches) < _MAX_HITS_PER_SPELLING:
        return True
    return max(Counter(map(itemgetter(0), matches)).values()) < _MAX_HITS_PER_SPELLING


class SearchBudget:
    """Limits the cost of each spelling in one text: a match that fails costs one, a hit costs 100."""

    def __init__(self, edges: bytearray) -> None:
        self.edges = edges
        """Those of the automaton; of a text in parts a copy, in which a spelling beyond its budget is spent."""
        self._costs: dict[int, int] = {}

    def within(self, matches: Iterable[Match], is_long: bool) -> Iterator[Match]:
        """The matches within the budget."""
        costs = self._costs
        for match in matches:
            cost = costs.get(match[0], 0)
            if cost < _MAX_COST_PER_SPELLING:
                costs[match[0]] = cost + _COST_PER_HIT
                yield match
            elif is_long:
                self.edges[match[0]] = SPENT

    def failed(self, index: int) -> None:
        """Pay back what a hit costs more than a failed match."""
        if index in self._costs:
            self._costs[index] -= _COST_PER_HIT - 1
