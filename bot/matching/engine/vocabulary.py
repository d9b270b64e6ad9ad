"""Searches a text for the lexicon's patterns and the literals of all queries, in one pass with one automaton.

The automaton reports overlapping matches; edges are checked next, and only then the longest match wins. The other order
would lose hits: a longer match that fails its edges must not hide a shorter one that passes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from bot.matching.engine.literals import Literals
from bot.matching.engine.patterns import FlatOwners, FormOwner, Group, Patterns, owner_of_form, patterns_of
from bot.matching.text.edges import SPENT, Match, with_good_edges
from bot.matching.text.korean import ends_here
from bot.matching.text.normalize import fold
from settings.lexicon import Lexicon

_PART = 1 << 16
_COST_PER_HIT = 100
_MAX_COST_PER_SPELLING = 25_000
_MAX_HITS_PER_SPELLING = _MAX_COST_PER_SPELLING // _COST_PER_HIT
"""A spelling counts 250 times in one text and no more, so that a hostile text costs no more."""


class FormHit(NamedTuple):
    """A form with good edges in a text; its sense is not decided yet."""

    start: int
    end: int
    group: int
    term: str


@dataclass(slots=True)
class SearchResult:
    """Everything that one pass over a text found, in the order of the text."""

    hits: list[FormHit] = field(default_factory=list)
    words: dict[str, list[int]] = field(default_factory=dict)
    literals: list[tuple[int, int, str]] = field(default_factory=list)
    masks: list[tuple[int, int, int]] = field(default_factory=list)
    anchors: list[tuple[int, int]] = field(default_factory=list)


class Vocabulary:
    """All terms of the lexicon and of all queries, compiled to one automaton."""

    def __init__(self, lexicon: Lexicon, literals: Iterable[str] = (), deciding: Collection[str] = frozenset()) -> None:
        """``deciding`` are the names of the cues that may decide something where no other form stands."""
        base = patterns_of(lexicon)
        self.groups: tuple[Group, ...] = base.groups
        self.masks = lexicon.masks
        self.mask_patterns = base.mask_patterns
        self._owners = base.owners
        self._literals = Literals(literals)
        self._edges = bytearray(base.edges)
        automaton = AhoCorasick(chain(base.texts, self._literals.patterns(self._edges)), store_patterns=False)
        self._automaton = automaton if self._edges else None
        self._naming = _naming(base, lexicon, deciding)
        self._longest = max(self._literals.longest, *map(len, base.texts), 0)

    def forms(self) -> Iterator[FormOwner]:
        """Every form of the lexicon, with the edges that its group asks for."""
        for index, group in enumerate(self.groups):
            yield from (owner_of_form(index, written, group.kind, group.source) for written in group.source.texts)

    def may_name(self, texts: Sequence[str]) -> list[bool]:
        """Whether each of these folded texts may name anything, found in one pass over all of them.

        False is certain: neither a form but a cue's stands there, nor a literal, a guard word or a deciding cue.
        """
        may = [False] * len(texts)
        if self._automaton is None:
            return may
        flat, naming, first_literal = " ".join(texts).replace("\n", " "), self._naming, len(self._naming)
        found = self._automaton.find_matches_as_indexes(flat, overlapping=True)
        matches = [match for match in found if match[0] >= first_literal or naming[match[0]]]
        starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
        for _, start, _ in with_good_edges(matches, self._edges, flat, 0, 0, len(flat)):
            may[bisect_right(starts, start) - 1] = True
        return may

    def find(self, text: str) -> SearchResult:
        """Search a folded text; linear in its length."""
        search = SearchResult()
        if self._automaton is None or not text:
            return search
        flat, budget = text.replace("\n", " "), _SearchBudget(self._edges)
        for begin in range(0, len(flat), _PART):
            # in parts, because the automaton returns a list, and a hostile text has a match for every character
            low, stop = max(0, begin - self._longest), min(len(flat), begin + _PART)
            matches = self._automaton.find_matches_as_indexes(flat[low:stop], overlapping=True)
            matches = with_good_edges(matches, budget.edges, flat, low, begin, stop)
            few = len(flat) <= _PART and len(matches) < _MAX_HITS_PER_SPELLING
            self._take(search, flat, matches if few else budget.within(matches), budget)
        return search

    def _take(self, search: SearchResult, text: str, matches: Iterable[Match], budget: _SearchBudget) -> None:
        """Give each match to its owners; most need no check beyond the edges."""
        owners, first_literal, hits, words = self._owners, len(self._owners), search.hits, search.words
        for index, start, end in matches:
            if index >= first_literal:
                key = self._literals.key(index - first_literal)
                places = [(start, end, key)] if key else self._literals.begun(index - first_literal, text, start, end)
                if not places:
                    budget.failed(index)
                search.literals += places
                continue
            owned_by = owners[index]
            if isinstance(owned_by, str):
                words.setdefault(owned_by, []).append(start)
                continue
            right, forms, deciding, masks, anchors = owned_by
            if right and not (ends_here(text, end) or text.startswith(right, end)):
                budget.failed(index)
                continue
            for group, term in forms:
                hits.append(FormHit(start, end, group, term))
            for word in deciding:
                words.setdefault(word, []).append(start)
            for mask in masks:
                search.masks.append((start, end, mask))
            for mask in anchors:
                search.anchors.append((start, mask))


def _naming(patterns: Patterns, lexicon: Lexicon, deciding: Collection[str]) -> bytes:
    """A byte for each pattern of the lexicon: whether a text without any of those with a one names nothing."""
    guards = {fold(word) for official in lexicon.officials for word in official.fuzzy_needs}

    def names(owned_by: FlatOwners) -> bool:
        words = (owned_by,) if isinstance(owned_by, str) else owned_by[2]
        groups = () if isinstance(owned_by, str) else [patterns.groups[index] for index, _ in owned_by[1]]
        return not guards.isdisjoint(words) or any(
            group.kind != "cue" or group.name in deciding or group.topic in deciding for group in groups
        )

    return bytes(map(names, patterns.owners))


class _SearchBudget:
    """Limits the cost of each spelling in one text: a match that fails costs one, a hit costs 100."""

    def __init__(self, edges: bytearray) -> None:
        self.edges = edges
        self._costs: dict[int, int] = {}

    def within(self, matches: Iterable[Match]) -> Iterator[Match]:
        """The matches within the budget; a spelling beyond it gets edges that nothing passes."""
        costs, self.edges = self._costs, self.edges if self._costs else self.edges.copy()
        for match in matches:
            cost = costs.get(match[0], 0)
            if cost < _MAX_COST_PER_SPELLING:
                costs[match[0]] = cost + _COST_PER_HIT
                yield match
            else:
                self.edges[match[0]] = SPENT

    def failed(self, index: int) -> None:
        """Pay back what a hit costs more than a failed match."""
        if index in self._costs:
            self._costs[index] -= _COST_PER_HIT - 1
