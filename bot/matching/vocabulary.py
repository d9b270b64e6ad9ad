"""The lexicon made searchable: every spelling of every form, deciding word and mask in one automaton.

The automaton reports overlapping matches; edges are checked next, and only then the longest of what is left wins.
The other order would lose hits: a longer match that fails its edge must not hide a shorter one that stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from bot.matching.edges import Edges, edges_of, standing
from bot.matching.forms import spellings
from bot.matching.korean import ends_here, hangul_length, is_hangul, latin_right_edge, left_edge
from bot.matching.literals import LiteralOwner, Literals
from bot.matching.normalize import fold
from settings.lexicon import FormGroup, Lexicon, Mask, Rule

_PART = 1 << 16
_LOOKS_PER_HIT = 50
_MAX_LOOKS_PER_SPELLING = 25_000
"""A form that stands in one article 500 times says nothing new after that; a hostile text costs no more."""


@dataclass(frozen=True, slots=True)
class Group:
    """Forms of one owner, ready to be checked in a text."""

    kind: str
    """pact, sister, official, sector, cue, agency"""
    topic: str
    name: str
    source: FormGroup
    rules: tuple[Rule, ...]
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormOwner:
    """A spelling belongs to a form of a group."""

    group: int
    term: str
    written: str
    any_left: bool
    any_right: bool


@dataclass(slots=True)
class _Pattern:
    forms: list[FormOwner] = field(default_factory=list)
    masks: list[int] = field(default_factory=list)
    anchors: list[int] = field(default_factory=list)
    word: str | None = None


class Hit(NamedTuple):
    """A form that stands in a text with good edges; its sense is not decided yet."""

    start: int
    end: int
    group: int
    term: str


@dataclass(slots=True)
class Found:
    """Everything one pass over a text found, in the text's own order."""

    hits: list[Hit] = field(default_factory=list)
    words: dict[str, list[int]] = field(default_factory=dict)
    literals: list[tuple[int, int, LiteralOwner]] = field(default_factory=list)
    masks: list[tuple[int, int, int]] = field(default_factory=list)
    anchors: list[tuple[int, int]] = field(default_factory=list)


class Vocabulary:
    """All terms of the lexicon and of all queries, compiled into one automaton."""

    def __init__(self, lexicon: Lexicon, literals: Iterable[str] = ()) -> None:
        base = _compiled(lexicon)
        self.groups: tuple[Group, ...] = base.groups
        self.masks = lexicon.masks
        self.mask_patterns = base.mask_patterns
        self._patterns = base.patterns
        self._literals = Literals(literals)
        self._edges = bytearray(base.edges)
        automaton = AhoCorasick(chain(base.texts, self._literals.patterns(self._edges)), store_patterns=False)
        self._automaton = automaton if self._edges else None
        self._longest = max(self._literals.longest, *map(len, base.texts), 0)

    def forms(self) -> Iterator[FormOwner]:
        """Every form of the lexicon, as its group wants it to be found."""
        for index, group in enumerate(self.groups):
            yield from (_owner(index, written, group.kind, group.source) for written in group.source.texts)

    def find(self, text: str) -> Found:
        """One pass over a folded text; linear in its length."""
        found = Found()
        if self._automaton is None or not text:
            return found
        flat = text.replace("\n", " ")
        looks: dict[int, int] = {}
        for begin in range(0, len(flat), _PART):
            # in parts, because the automaton answers with a list: a hostile text is one match for every character
            low, stop = max(0, begin - self._longest), min(len(flat), begin + _PART)
            matches = self._automaton.find_matches_as_indexes(flat[low:stop], overlapping=True)
            for index, start, end in standing(matches, self._edges, flat, low, begin, stop):
                # what fails costs a look, what stands costs many: a hostile text can buy neither for ever
                seen = looks.get(index, 0)
                if seen < _MAX_LOOKS_PER_SPELLING:
                    kept = self._look(found, index, flat, start, end)
                    looks[index] = seen + (_LOOKS_PER_HIT if kept else 1)
        return found

    def _look(self, found: Found, index: int, text: str, start: int, end: int) -> bool:
        known = len(self._patterns)
        if index < known:
            return self._keep(found, index, text, start, end)
        literals = self._literals.standing(index - known, text, start, end)
        found.literals += literals
        return bool(literals)

    def _keep(self, found: Found, index: int, text: str, start: int, end: int) -> bool:
        owner, edge = self._patterns[index], self._edges[index]
        kept = False
        left = edge & 3 != 0 or left_edge(text, start)
        right = edge & 12 != 0 or latin_right_edge(text, end)
        ends = edge & 12 == 12
        if owner.word is not None and _word_edges(text, start, end, left, right):
            found.words.setdefault(owner.word, []).append(start)
            kept = True
        for form in owner.forms:
            if (left or form.any_left) and right and (form.any_right or ends or self._ends(form, text, end)):
                found.hits.append(Hit(start, end, form.group, form.term))
                kept = True
        if owner.masks and _word_edges(text, start, end, left, right):
            found.masks += [(start, end, mask) for mask in owner.masks]
            kept = True
        if owner.anchors:
            found.anchors += [(start, mask) for mask in owner.anchors]
            kept = True
        return kept

    def _ends(self, form: FormOwner, text: str, end: int) -> bool:
        if not is_hangul(text[end - 1]) or ends_here(text, end):
            return True
        return text.startswith(self.groups[form.group].right, end)


def _word_edges(text: str, start: int, end: int, left: bool, right: bool) -> bool:
    """Latin words stand alone; Hangul ones may stand inside a compound."""
    return (left or is_hangul(text[start])) and (right or is_hangul(text[end - 1]))


@dataclass(frozen=True, slots=True)
class _Compiled:
    groups: tuple[Group, ...]
    texts: tuple[str, ...]
    edges: bytes
    patterns: tuple[_Pattern, ...]
    mask_patterns: tuple[re.Pattern[str] | None, ...]


class _ByVersion:
    """A lexicon as a cache key: two of the same version are the same."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def __hash__(self) -> int:
        return hash(self.lexicon.version)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByVersion) and other.lexicon.version == self.lexicon.version


def _compiled(lexicon: Lexicon) -> _Compiled:
    return _compile(_ByVersion(lexicon))


@lru_cache(maxsize=4)
def _compile(key: _ByVersion) -> _Compiled:
    lexicon = key.lexicon
    groups: list[Group] = []
    table: dict[str, _Pattern] = {}
    for kind, topic, name, source in _sources(lexicon):
        groups.append(_group(kind, topic, name, source))
        for written in source.texts:
            owner = _owner(len(groups) - 1, written, kind, source)
            for spelling in spellings(written):
                table.setdefault(spelling, _Pattern()).forms.append(owner)
        for rule in groups[-1].rules:
            _add_words(table, _positional(rule))
    for official in lexicon.officials:
        _add_words(table, map(fold, official.fuzzy_needs))
    for index, mask in enumerate(lexicon.masks):
        _add_mask(table, index, mask)
    patterns = tuple(re.compile(mask.pattern) if mask.pattern else None for mask in lexicon.masks)
    edges = bytes(_edges(text, pattern, groups) for text, pattern in table.items())
    return _Compiled(tuple(groups), tuple(table), edges, tuple(table.values()), patterns)


def _edges(text: str, pattern: _Pattern, groups: list[Group]) -> Edges:
    """Anchors stand anywhere, a Hangul word or mask also inside a compound, some forms too."""
    inside = is_hangul(text[0]) and (pattern.word is not None or bool(pattern.masks))
    left = not (pattern.anchors or inside or any(form.any_left for form in pattern.forms))
    hangul = any(form.any_right or groups[form.group].right for form in pattern.forms)
    within = pattern.anchors or pattern.masks or pattern.word is not None
    return edges_of(text, left, not pattern.anchors, not (hangul or within))


def _sources(lexicon: Lexicon) -> Iterable[tuple[str, str, str, FormGroup]]:
    for topic in (lexicon.pact, *lexicon.sisters, *lexicon.sectors):
        yield from ((topic.kind, topic.id, topic.id, group) for group in topic.forms)
    for official in lexicon.officials:
        yield from (("official", official.name, official.name, group) for group in official.forms)
    for cue in lexicon.cues.values():
        yield from (("cue", cue.topic, cue.name, group) for group in cue.forms)
    for agency in lexicon.agencies:
        yield from (("agency", agency.name, agency.name, group) for group in agency.forms)


def _group(kind: str, topic: str, name: str, source: FormGroup) -> Group:
    right = tuple(map(fold, source.right)) if isinstance(source.right, tuple) else ()
    rules = tuple(_folded_rule(rule) for rule in source.rules)
    return Group(kind, topic, name, source, rules, right)


def _folded_rule(rule: Rule) -> Rule:
    return Rule(
        rule.say, rule.where, tuple(map(fold, rule.words)), rule.within,
        tuple(map(fold, rule.unless)), tuple(map(fold, rule.near)),
    )  # fmt: skip


def _positional(rule: Rule) -> Iterable[str]:
    if rule.where in ("near", "sentence", "article"):
        yield from rule.words
    if rule.where != "right":
        yield from rule.unless
    yield from rule.near


def _add_words(table: dict[str, _Pattern], words: Iterable[str]) -> None:
    for word in words:
        table.setdefault(word, _Pattern()).word = word


def _add_mask(table: dict[str, _Pattern], index: int, mask: Mask) -> None:
    for text in mask.texts:
        table.setdefault(fold(text), _Pattern()).masks.append(index)
    for text in (*mask.block, *mask.anchors):
        table.setdefault(fold(text), _Pattern()).anchors.append(index)


def _owner(index: int, written: str, kind: str, source: FormGroup) -> FormOwner:
    long_hangul = kind == "sector" and hangul_length(written) >= 3
    any_left = source.left == "any" or (source.left is None and long_hangul)
    any_right = source.right == "any" or (source.right != "edge" and long_hangul)
    return FormOwner(index, shown(written), written, any_left, any_right)


def shown(written: str) -> str:
    """A form as a reader sees it, without the lexicon's marks."""
    plain = re.sub(r"\(([a-z]{1,3})\)", lambda m: "y" if m.group(1) == "y" else "", written)
    plain = re.sub(r"(?<=[가-힣])~(?=[가-힣])", "", plain)
    return plain.replace("~-~", "-").replace("~", " ")
