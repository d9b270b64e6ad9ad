"""The lexicon made searchable: every spelling of every form, deciding word and mask in one automaton.

The automaton reports overlapping matches; edges are checked next, and only then the longest of what is left wins.
The other order would lose hits: a longer match that fails its edge must not hide a shorter one that stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from bot.matching.forms import literal_spellings, spellings
from bot.matching.korean import ends_here, hangul_length, is_hangul, latin_right_edge, left_edge
from bot.matching.normalize import fold
from settings.lexicon import FormGroup, Lexicon, Mask, Rule

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


@dataclass(frozen=True, slots=True)
class LiteralOwner:
    """A spelling belongs to a word or phrase of somebody's query."""

    key: str
    term: str
    exact: bool


@dataclass(slots=True)
class _Pattern:
    forms: list[FormOwner] = field(default_factory=list)
    masks: list[int] = field(default_factory=list)
    anchors: list[int] = field(default_factory=list)
    word: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
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
        owners = _owners_of(dict.fromkeys(literals))
        texts = [*base.texts, *(spelling for spelling in owners if spelling not in base.table)]
        self._literals = [owners.get(text, ()) for text in texts] if owners else []
        self._automaton = AhoCorasick(texts) if texts else None

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
        counts: dict[int, int] = {}
        known = len(self._patterns)
        for index, start, end in self._automaton.find_matches_as_indexes(flat, overlapping=True):
            seen = counts.get(index, 0)
            if seen < _MAX_LOOKS_PER_SPELLING:
                # what fails its edges costs a look, what stands costs many: a hostile text can buy neither for ever
                kept = index < known and self._keep(found, self._patterns[index], flat, start, end)
                if self._literals and self._literals[index]:
                    kept = _keep_literals(found, self._literals[index], flat, start, end) or kept
                counts[index] = seen + (_LOOKS_PER_HIT if kept else 1)
        return found

    def _keep(self, found: Found, owner: _Pattern, text: str, start: int, end: int) -> bool:
        kept = False
        left = left_edge(text, start)
        right = latin_right_edge(text, end)
        if owner.word is not None and _word_edges(text, start, end, left, right):
            found.words.setdefault(owner.word, []).append(start)
            kept = True
        for form in owner.forms:
            if (left or form.any_left) and right and (form.any_right or self._ends(form, text, end)):
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


def _keep_literals(found: Found, owners: tuple[LiteralOwner, ...], text: str, start: int, end: int) -> bool:
    left, right = left_edge(text, start), latin_right_edge(text, end)
    kept = False
    for literal in owners:
        if literal.exact:
            good = _word_edges(text, start, end, left, right)
        else:
            good = left and right and (ends_here(text, end) or not is_hangul(text[end - 1]))
        if good:
            found.literals.append((start, end, literal))
            kept = True
    return kept


def _owners_of(keys: Iterable[str]) -> dict[str, tuple[LiteralOwner, ...]]:
    """Whose literal each spelling is; most belong to one, and those share its tuple."""
    owners: dict[str, tuple[LiteralOwner, ...]] = {}
    for key in keys:
        owner, found = _literal(key)
        for spelling in found:
            owners[spelling] = owners[spelling] + owner if spelling in owners else owner
    return owners


@lru_cache(maxsize=1 << 15)
def _literal(key: str) -> tuple[tuple[LiteralOwner], tuple[str, ...]]:
    """A literal and its spellings, kept: when one subscription comes, the thousands of others are known already."""
    exact = len(key) > 2 and key[0] == key[-1] == '"'
    term = key[1:-1] if exact else key
    found = (fold(term),) if exact else literal_spellings(term)
    return (LiteralOwner(key, term, exact),), tuple(spelling for spelling in found if spelling.strip())


@dataclass(frozen=True, slots=True)
class _Compiled:
    groups: tuple[Group, ...]
    table: dict[str, _Pattern]
    texts: tuple[str, ...]
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
    return _Compiled(tuple(groups), table, tuple(table), tuple(table.values()), patterns)


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
