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

from bot.matching.edges import SPENT, Edges, Match, edges_of, standing
from bot.matching.forms import spellings
from bot.matching.korean import ends_here, hangul_length, is_hangul, is_latin
from bot.matching.literals import Literals
from bot.matching.normalize import fold
from settings.lexicon import FormGroup, Lexicon, Mask, Rule

_PART = 1 << 16
_LOOKS_PER_HIT = 100
_MAX_LOOKS_PER_SPELLING = 25_000
_FEW = _MAX_LOOKS_PER_SPELLING // _LOOKS_PER_HIT
"""A form that stands in one article 250 times says nothing new after that; a hostile text costs no more."""


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


class _Edged(NamedTuple):
    """A spelling with what must not stand beside it: a pattern of its own, so that its edges decide for all owners."""

    text: str
    edges: Edges
    right: tuple[str, ...] = ()
    """What may follow beside particles; the edges cannot say that."""


@dataclass(slots=True)
class _Owners:
    """Who is told where a spelling stands; mostly one, and thousands are held while a lexicon is built."""

    forms: tuple[tuple[int, str], ...] = ()
    words: tuple[str, ...] = ()
    masks: tuple[int, ...] = ()
    anchors: tuple[int, ...] = ()

    def flat(self, right: tuple[str, ...]) -> _Flat:
        if self.words and not (self.forms or self.masks or self.anchors or right):
            return self.words[0]
        return right, self.forms, self.words, self.masks, self.anchors


_Flat = str | tuple[tuple[str, ...], tuple[tuple[int, str], ...], tuple[str, ...], tuple[int, ...], tuple[int, ...]]
"""Mostly a spelling is a deciding word and nothing else: then it is kept alone."""
_Table = dict[_Edged, _Owners]


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
    literals: list[tuple[int, int, str]] = field(default_factory=list)
    masks: list[tuple[int, int, int]] = field(default_factory=list)
    anchors: list[tuple[int, int]] = field(default_factory=list)


class Vocabulary:
    """All terms of the lexicon and of all queries, compiled into one automaton."""

    def __init__(self, lexicon: Lexicon, literals: Iterable[str] = ()) -> None:
        base = _compiled(lexicon)
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
            yield from (_owner(index, written, group.kind, group.source) for written in group.source.texts)

    def find(self, text: str) -> Found:
        """One pass over a folded text; linear in its length."""
        found = Found()
        if self._automaton is None or not text:
            return found
        flat, looks = text.replace("\n", " "), _Looks(self._edges)
        for begin in range(0, len(flat), _PART):
            # in parts, because the automaton answers with a list: a hostile text is one match for every character
            low, stop = max(0, begin - self._longest), min(len(flat), begin + _PART)
            matches = self._automaton.find_matches_as_indexes(flat[low:stop], overlapping=True)
            matches = standing(matches, looks.edges, flat, low, begin, stop)
            few = len(flat) <= _PART and len(matches) < _FEW
            self._take(found, flat, matches if few else looks.worth(matches), looks)
        return found

    def _take(self, found: Found, text: str, matches: Iterable[Match], looks: _Looks) -> None:
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
                hits.append(Hit(start, end, group, term))
            for word in sought:
                words.setdefault(word, []).append(start)
            for mask in masks:
                found.masks.append((start, end, mask))
            for mask in anchors:
                found.anchors.append((start, mask))


class _Looks:
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


@dataclass(frozen=True, slots=True)
class _Compiled:
    groups: tuple[Group, ...]
    texts: tuple[str, ...]
    edges: bytes
    owners: tuple[_Flat, ...]
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
    table: _Table = {}
    for kind, topic, name, source in _sources(lexicon):
        groups.append(_group(kind, topic, name, source))
        for written in source.texts:
            owner = _owner(len(groups) - 1, written, kind, source)
            for spelling in spellings(written):
                _add_form(table, spelling, owner, groups[-1].right)
        for rule in groups[-1].rules:
            _add_words(table, _positional(rule))
    for official in lexicon.officials:
        _add_words(table, map(fold, official.fuzzy_needs))
    for index, mask in enumerate(lexicon.masks):
        _add_mask(table, index, mask)
    patterns = tuple(re.compile(mask.pattern) if mask.pattern else None for mask in lexicon.masks)
    owners = tuple(own.flat(edged.right) for edged, own in table.items())
    return _Compiled(
        tuple(groups), tuple(e.text for e in table), bytes(e.edges for e in table), owners, patterns
    )  # fmt: skip


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
    if all(_folded(words) is words for words in (rule.words, rule.unless, rule.near)):
        return rule
    return Rule(rule.say, rule.where, _folded(rule.words), rule.within, _folded(rule.unless), _folded(rule.near))


@lru_cache(maxsize=1 << 11)
def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    """Many rules share a list of words: it is kept once, and not even that where folding changes nothing."""
    folded = tuple(map(fold, words))
    return words if folded == words else folded


def _positional(rule: Rule) -> Iterable[str]:
    if rule.where in ("near", "sentence", "article"):
        yield from rule.words
    if rule.where != "right":
        yield from rule.unless
    yield from rule.near


def _add_form(table: _Table, spelling: str, form: FormOwner, right: tuple[str, ...]) -> None:
    right = () if form.any_right or not is_hangul(spelling[-1]) else right
    edges = edges_of(spelling, not form.any_left, particles=not (form.any_right or right))
    table.setdefault(_Edged(spelling, edges, right), _Owners()).forms += ((form.group, form.term),)


def _inside(table: _Table, text: str) -> _Owners:
    """Latin words and masks stand alone; Hangul ones may stand inside a compound."""
    return table.setdefault(_Edged(text, edges_of(text, not is_hangul(text[0]))), _Owners())


def _add_words(table: _Table, words: Iterable[str]) -> None:
    for word in words:
        _inside(table, word).words = (word,)


def _add_mask(table: _Table, index: int, mask: Mask) -> None:
    for text in mask.texts:
        _inside(table, fold(text)).masks += (index,)
    for text in map(fold, (*mask.block, *mask.anchors)):
        table.setdefault(_Edged(text, edges_of(text, False, False)), _Owners()).anchors += (index,)


def _owner(index: int, written: str, kind: str, source: FormGroup) -> FormOwner:
    long_hangul = kind == "sector" and hangul_length(written) >= 3
    # "any" is for Hangul compounds: a Latin word never runs on (the bio in Rubio)
    any_left = not is_latin(written[0]) and (source.left == "any" or (source.left is None and long_hangul))
    any_right = source.right == "any" or (source.right != "edge" and long_hangul)
    return FormOwner(index, shown(written), written, any_left, any_right)


def shown(written: str) -> str:
    """A form as a reader sees it, without the lexicon's marks."""
    plain = re.sub(r"\(([a-z]{1,3})\)", lambda m: "y" if m.group(1) == "y" else "", written)
    plain = re.sub(r"(?<=[가-힣])~(?=[가-힣])", "", plain)
    return plain.replace("~-~", "-").replace("~", " ")
