"""Searches a text for the lexicon's patterns and the literals of all queries, mostly in one pass with one automaton.

Edges are checked before the longest match wins. The other order would lose hits: a longer match that fails its edges
must not hide a shorter one that passes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain
from typing import NamedTuple

from bot.matching.engine.automaton import Match, SearchBudget
from bot.matching.engine.compiled import Compiled, compiled
from bot.matching.engine.literals import BEGINNING, begun
from bot.matching.engine.patterns import FormOwner, Group, owner_of_form, patterns_of
from bot.matching.text.korean import ends_here
from settings.lexicon import Lexicon


class FormHit(NamedTuple):
    """A form with good edges in a text; its sense is not decided yet."""

    start: int
    end: int
    group: int
    term: str


_NEW_HIT = FormHit._make
"""As the constructor, in half of its time."""


def _places() -> defaultdict[str, list[int]]:
    return defaultdict(list)


@dataclass(slots=True)
class SearchResult:
    """Everything that one pass over a text found, in the order of the text."""

    hits: list[FormHit] = field(default_factory=list)
    words: defaultdict[str, list[int]] = field(default_factory=_places)
    literals: list[tuple[int, int, str]] = field(default_factory=list)
    masks: list[tuple[int, int, int]] = field(default_factory=list)
    anchors: list[tuple[int, int]] = field(default_factory=list)


class Vocabulary:
    """All terms of the lexicon and of all queries, compiled to one automaton, or two where a few came later."""

    def __init__(self, lexicon: Lexicon, literals: Iterable[str] = (), deciding: Collection[str] = frozenset()) -> None:
        """``deciding``: see `compiled`."""
        base = patterns_of(lexicon)
        self.groups: tuple[Group, ...] = base.groups
        self.masks = lexicon.masks
        self.mask_patterns = base.mask_patterns
        self.parts, self._gone = compiled(lexicon, literals, deciding)

    def forms(self) -> Iterator[FormOwner]:
        """Every form of the lexicon, with the edges that its group asks for."""
        for index, group in enumerate(self.groups):
            yield from (owner_of_form(index, written, group.kind, group.source) for written in group.source.texts)

    def may_name(self, texts: Sequence[str]) -> list[bool]:
        """Whether each of these folded texts may name anything, found in one pass over all of them.

        False is certain: neither a form but a cue's stands there, nor a literal, a guard word or a deciding cue.
        """
        may = [False] * len(texts)
        starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
        flat = " ".join(texts).replace("\n", " ")
        for part in self.parts:
            for _, start, _ in chain.from_iterable(part.automaton.standing(flat, part.naming_edges)):
                may[bisect_right(starts, start) - 1] = True
        return may

    def find(self, text: str) -> SearchResult:
        """Search a folded text; linear in its length."""
        search, flat = SearchResult(), text.replace("\n", " ")
        for part in self.parts:
            budget = part.automaton.budget()
            for matches in part.automaton.search(flat, budget):
                _take(part, search, flat, matches, budget)
        if self._gone:
            search.literals = [place for place in search.literals if place[2] not in self._gone]
        return search


def _take(part: Compiled, search: SearchResult, text: str, matches: Iterable[Match], budget: SearchBudget) -> None:
    """Give each match to its owners; most need no check beyond the edges."""
    owners, first_literal, words = part.owners, len(part.owners), search.words
    keys, numbers, literals, hits = part.literals.keys, part.literals.numbers, search.literals, search.hits
    for index, start, end in matches:
        if index >= first_literal:
            number = numbers[index - first_literal]
            key = keys[number >> 2]
            if not number & BEGINNING:
                literals.append((start, end, key))
            elif places := begun(number, key, text, start):
                literals += places
            else:
                budget.failed(index)
            continue
        owned_by = owners[index]
        if isinstance(owned_by, str):
            words[owned_by].append(start)
            continue
        right, forms, deciding, masks, anchors = owned_by
        if right and not (ends_here(text, end) or text.startswith(right, end)):
            budget.failed(index)
            continue
        for group, term in forms:
            hits.append(_NEW_HIT((start, end, group, term)))
        for word in deciding:
            words[word].append(start)
        for mask in masks:
            search.masks.append((start, end, mask))
        for mask in anchors:
            search.anchors.append((start, mask))
