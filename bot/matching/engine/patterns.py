"""Compiles a lexicon to patterns: every spelling of every form, deciding word and mask, with edges and owners."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from bot.matching.engine.forms import plural, spellings
from bot.matching.text.edges import Edges, edges_of
from bot.matching.text.korean import hangul_length, is_hangul, is_latin
from bot.matching.text.normalize import fold
from settings.lexicon import FormGroup, Lexicon, Mask, Rule


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
    """A form of a group, which owns its spellings."""

    group: int
    term: str
    written: str
    any_left: bool
    any_right: bool


class _Edged(NamedTuple):
    """A spelling with its edges: one pattern, so that the edges decide for all of its owners."""

    text: str
    edges: Edges
    right: tuple[str, ...] = ()
    """Texts that may follow besides particles; the edges cannot express them."""


@dataclass(slots=True)
class _Owners:
    """The owners of a spelling; mostly one, and thousands of these live while a lexicon is compiled."""

    forms: tuple[tuple[int, str], ...] = ()
    words: tuple[str, ...] = ()
    masks: tuple[int, ...] = ()
    anchors: tuple[int, ...] = ()

    def flat(self, right: tuple[str, ...]) -> FlatOwners:
        """The owners in the small form that a vocabulary keeps."""
        if len(self.words) == 1 and not (self.forms or self.masks or self.anchors or right):
            return self.words[0]
        return right, self.forms, self.words, self.masks, self.anchors


FlatOwners = (
    str | tuple[tuple[str, ...], tuple[tuple[int, str], ...], tuple[str, ...], tuple[int, ...], tuple[int, ...]]
)
"""A spelling that is only a deciding word, as most are, is kept as that word alone."""
_Table = dict[_Edged, _Owners]


@dataclass(frozen=True, slots=True)
class Patterns:
    """A compiled lexicon; texts, edges and owners have the same order."""

    groups: tuple[Group, ...]
    texts: tuple[str, ...]
    edges: bytes
    owners: tuple[FlatOwners, ...]
    mask_patterns: tuple[re.Pattern[str] | None, ...]


class ByVersion:
    """A lexicon as a cache key: two of the same version are equal."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def __hash__(self) -> int:
        return hash(self.lexicon.version)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ByVersion) and other.lexicon.version == self.lexicon.version


def patterns_of(lexicon: Lexicon) -> Patterns:
    """The patterns of a lexicon, compiled once for each version."""
    return _compile(ByVersion(lexicon))


@lru_cache(maxsize=4)
def _compile(key: ByVersion) -> Patterns:
    lexicon = key.lexicon
    groups: list[Group] = []
    table: _Table = {}
    for kind, topic, name, source in _sources(lexicon):
        groups.append(_group(kind, topic, name, source))
        for written in source.texts:
            owner = owner_of_form(len(groups) - 1, written, kind, source)
            for spelling in spellings(written):
                _add_form(table, spelling, owner, groups[-1].right)
        for rule in groups[-1].rules:
            _add_words(table, _positional(rule))
    for official in lexicon.officials:
        _add_words(table, map(fold, official.fuzzy_needs))
    for index, mask in enumerate(lexicon.masks):
        _add_mask(table, index, mask)
    patterns = tuple(re.compile(mask.pattern) if mask.pattern else None for mask in lexicon.masks)
    owners = tuple(owned.flat(edged.right) for edged, owned in table.items())
    texts, edges = tuple(edged.text for edged in table), bytes(edged.edges for edged in table)
    return Patterns(tuple(groups), texts, edges, owners, patterns)


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
    """The folded words; many rules share a list, so it is kept once, or not at all where folding changes nothing."""
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
    """The owners of a word or mask: a Latin one needs edges, a Hangul one may stand inside a compound."""
    return table.setdefault(_Edged(text, edges_of(text, not is_hangul(text[0]))), _Owners())


def _add_words(table: _Table, words: Iterable[str]) -> None:
    for word in words:
        for spelling in dict.fromkeys((word, plural(word))):
            owners = _inside(table, spelling)
            owners.words = owners.words if word in owners.words else (*owners.words, word)


def _add_mask(table: _Table, index: int, mask: Mask) -> None:
    for text in mask.texts:
        _inside(table, fold(text)).masks += (index,)
    for text in map(fold, (*mask.block, *mask.anchors)):
        table.setdefault(_Edged(text, edges_of(text, False, False)), _Owners()).anchors += (index,)


def owner_of_form(index: int, written: str, kind: str, source: FormGroup) -> FormOwner:
    """A form with the edges that its group, the one with this number, asks for."""
    long_hangul = kind == "sector" and hangul_length(written) >= 3
    # "any" is for Hangul compounds: a Latin word needs its edges (the bio in Rubio)
    any_left = not is_latin(written[0]) and (source.left == "any" or (source.left is None and long_hangul))
    any_right = source.right == "any" or (source.right != "edge" and long_hangul)
    return FormOwner(index, shown(written), written, any_left, any_right)


def shown(written: str) -> str:
    """A form as people read it, without the lexicon's marks."""
    if "~" not in written and "(" not in written:
        return written
    plain = re.sub(r"\(([a-z]{1,3})\)", lambda match: "y" if match.group(1) == "y" else "", written)
    plain = re.sub(r"(?<=[가-힣])~(?=[가-힣])", "", plain)
    return plain.replace("~-~", "-").replace("~", " ")
