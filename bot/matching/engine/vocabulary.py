"""The pass over a text: the lexicon's patterns and the literals of all queries, in one automaton.

The automaton reports overlapping matches; edges are checked next, and only then the longest of what is left wins.
The other order would lose hits: a longer match that fails its edge must not hide a shorter one that stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from bot.matching.engine.literals import Literals
from bot.matching.engine.patterns import FormOwner, Group, owner_of_form, patterns_of
from bot.matching.text.edges import SPENT, Match, standing
from bot.matching.text.korean import ends_here
from settings.lexicon import Lexicon

_PART = 1 << 16
_LOOKS_PER_HIT = 100
_MAX_LOOKS_PER_SPELLING = 25_000
_FEW = _MAX_LOOKS_PER_SPELLING // _LOOKS_PER_HIT
"""A form that stands in one article 250 times says nothing new after that; a hostile text costs no more."""


class FormHit(NamedTuple):
    """A form that stands in a text with good edges; its sense is not decided yet."""

    start: int
    end: int
    group: int
    term: str


@dataclass(slots=True)
class SearchResult:
    """Everything one pass over a text found, in the text's own order."""

    hits: list[FormHit] = field(default_factory=list)
    words: dict[str, list[int]] = field(default_factory=dict)
    literals: list[tuple[int, int, str]] = field(default_factory=list)
    masks: list[tuple[int, int, int]] = field(default_factory=list)
    anchors: list[tuple[int, int]] = field(default_factory=list)


class Vocabulary:
    """All terms of the lexicon and of all queries, compiled into one automaton."""

    def __init__(self, lexicon: Lexicon, literals: Iterable[str] = ()) -> None:
        base = patterns_of(lexicon)
        self.groups: tuple[Group, ...] = base.groups
        self.masks = lexicon.masks
        self.mask_patterns = base.mask_patterns
        self._owners = base.owners
        self._literals = Literals(literals)
        self._edges = bytearray(base.edges)
        automaton = AhoCorasick(chain(base.texts, self._literals.patterns(self._edges)), store_patterns=False)
        self._automaton = automaton if self._edges else None
        self._longest = max(self._literals.longest, *map(len, base.texts), 0)

    def forms(self) -> Iterator[FormOwner]:
        """Every form of the lexicon, as its group wants it to be found."""
        for index, group in enumerate(self.groups):
            yield from (owner_of_form(index, written, group.kind, group.source) for written in group.source.texts)

    def find(self, text: str) -> SearchResult:
        """One pass over a folded text; linear in its length."""
        found = SearchResult()
        if self._automaton is None or not text:
            return found
        flat, looks = text.replace("\n", " "), _SearchBudget(self._edges)
        for begin in range(0, len(flat), _PART):
            # in parts, because the automaton answers with a list: a hostile text is one match for every character
            low, stop = max(0, begin - self._longest), min(len(flat), begin + _PART)
            matches = self._automaton.find_matches_as_indexes(flat[low:stop], overlapping=True)
            matches = standing(matches, looks.edges, flat, low, begin, stop)
            few = len(flat) <= _PART and len(matches) < _FEW
            self._take(found, flat, matches if few else looks.worth(matches), looks)
        return found

    def _take(self, found: SearchResult, text: str, matches: Iterable[Match], looks: _SearchBudget) -> None:
        """Whatever stands goes to its owners; mostly nothing but the edges had to be known for that."""
        owners, known, hits, words = self._owners, len(self._owners), found.hits, found.words
        for index, start, end in matches:
            if index >= known:
                key = self._literals.key(index - known)
                places = [(start, end, key)] if key else self._literals.begun(index - known, text, start, end)
                if not places:
                    looks.failed(index)
                found.literals += places
                continue
            own = owners[index]
            if isinstance(own, str):
                words.setdefault(own, []).append(start)
                continue
            right, forms, sought, masks, anchors = own
            if right and not (ends_here(text, end) or text.startswith(right, end)):
                looks.failed(index)
                continue
            for group, term in forms:
                hits.append(FormHit(start, end, group, term))
            for word in sought:
                words.setdefault(word, []).append(start)
            for mask in masks:
                found.masks.append((start, end, mask))
            for mask in anchors:
                found.anchors.append((start, mask))


class _SearchBudget:
    """How often a text has asked for each spelling: what fails costs a look, what stands costs many."""

    def __init__(self, edges: bytearray) -> None:
        self.edges = edges
        self._seen: dict[int, int] = {}

    def worth(self, matches: Iterable[Match]) -> Iterator[Match]:
        """The matches that may still be looked at. A spelling that was sought too often has no edge that holds."""
        seen, self.edges = self._seen, self.edges if self._seen else self.edges.copy()
        for match in matches:
            looks = seen.get(match[0], 0)
            if looks < _MAX_LOOKS_PER_SPELLING:
                seen[match[0]] = looks + _LOOKS_PER_HIT
                yield match
            else:
                self.edges[match[0]] = SPENT

    def failed(self, index: int) -> None:
        """Gives the rest of a hit's looks back."""
        if index in self._seen:
            self._seen[index] -= _LOOKS_PER_HIT - 1
