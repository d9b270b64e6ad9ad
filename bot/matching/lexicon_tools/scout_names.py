"""Finds misspellings of people's names by their edit distance and, for short names, by words of the office.

A long name is distinct by itself; a short or a Korean one (배경훈 and 배경환 are two people) needs words of the
person's office beside it. Hangul is compared letter by letter, not by syllables.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from bot.matching.engine.forms import spellings
from bot.matching.lexicon_tools.findings import form_entries
from bot.matching.lexicon_tools.sightings import ScoutField, Sighting, person_toml, quoted
from bot.matching.text.edit_distance import edit_distance
from bot.matching.text.korean import ends_here, is_hangul, jamo, latin_right_edge, left_edge
from bot.matching.text.normalize import fold
from bot.model import Reason
from settings.lexicon import Lexicon, Official

_TOKEN = re.compile(r"(?<![가-힣])[가-힣]{3,14}|(?<![a-z0-9])[a-z]{5,20}(?:-[a-z]{2,12})?(?![a-z0-9])")
_ADJACENT_CHARS = 16
_MAX_TOKENS = 200_000
_GUARDS_SHOWN = 4
_SAME_SOUND = {"k": "c", "q": "c", "j": "g"}
_ENGLISH_TITLES = frozenset(
    ["minister", "secretary", "adviser", "advisor", "director", "representative", "counselor", "czar"]
)
_TITLES = ("장관", "차관", "부총리", "실장", "본부장", "수석", "대표", "고문", "특사", "차르", "보좌관", "국장")


@dataclass(frozen=True, slots=True)
class _Name:
    """A written name with the edit distances of its misspellings."""

    official: Official
    word: str
    letters: str
    free: int
    """Up to this distance it is proposed anywhere."""
    guarded: int
    """Up to this distance it is proposed beside a word of the office."""


@dataclass(frozen=True, slots=True)
class _Near:
    name: _Name
    length: int
    distance: int


class NameScout:
    """Finds misspelled names; each token is judged once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._names: defaultdict[str, list[_Name]] = defaultdict(list)
        for official in lexicon.officials:
            for name in _names(official):
                self._names[_initial(name.word)].append(name)
        self._known = known_words(lexicon)
        self._guards = {official.name: _guards(official) for official in lexicon.officials}
        self._refused = {official.name: _refused(official) for official in lexicon.officials}
        self._verdicts: dict[str, _Near | None] = {}

    def candidates(self, text: str) -> list[tuple[int, _Near]]:
        """The places in a folded text of words that are like a name."""
        judged = ((match.start(), self._near(match.group())) for match in _TOKEN.finditer(text))
        return [(start, near) for start, near in judged if near is not None]

    def sightings(self, scouted: ScoutField) -> Iterator[Sighting]:
        """The misspellings in an article that the engine does not accept."""
        text = scouted.field.text
        for at, near in self.candidates(text):
            start, end = _with_surname(near, text, at)
            if scouted.accepted(start, end) or scouted.field.masked.hides("official", start, end):
                continue
            name = near.name.official.name
            if start == end or self._stands_beside(self._refused[name], text, start, end):
                continue
            guards = self._beside_office(near, text, start, end)
            if near.distance <= near.name.free or guards:
                yield self._sighting(near, scouted, start, end, guards)

    def _near(self, token: str) -> _Near | None:
        if token not in self._verdicts:
            if len(self._verdicts) >= _MAX_TOKENS:
                return None
            near_names = [near for name in self._names.get(_initial(token), ()) if (near := self._compare(token, name))]
            self._verdicts[token] = min(near_names, key=lambda near: near.distance, default=None)
        return self._verdicts[token]

    def _compare(self, token: str, name: _Name) -> _Near | None:
        """The distance of a token, without particles and titles, from a name; None for another word."""
        far = max(name.free, name.guarded)
        for length in _lengths(token, name.word):
            part = token[:length]
            if part in self._known or (length < len(token) and not _ends(token, length)):
                if part in self._known and _ends(token, length):
                    return None
                continue
            away = edit_distance(jamo(part), name.letters, far)
            if 0 < away <= far:
                return _Near(name, length, away)
        return None

    @staticmethod
    def _stands_beside(words: Iterable[tuple[str, str]], text: str, start: int, end: int) -> bool:
        before, after = text[max(0, start - 24) : start].rstrip(), text[end : end + 24].lstrip()
        return any(before.endswith(word) if side == "left" else after.startswith(word) for side, word in words)

    def _beside_office(self, near: _Near, text: str, start: int, end: int) -> tuple[str, ...]:
        """The words of this person's office in the article; a Korean name also needs a title directly beside it."""
        official = near.name.official
        titles, offices = self._guards[official.name]
        around = f"{text[max(0, start - _ADJACENT_CHARS) : start]} {text[end : end + _ADJACENT_CHARS]}"
        if official.korean and not any(title in around for title in titles):
            return ()
        present = (word for word in offices if word in text and word not in text[start:end])
        return tuple(islice(present, _GUARDS_SHOWN))

    def _sighting(self, near: _Near, scouted: ScoutField, start: int, end: int, guards: tuple[str, ...]) -> Sighting:
        spelling, official = scouted.field.text[start:end], near.name.official
        free = near.distance <= near.name.free
        more: dict[str, str] = {}
        if not free:
            words = ", ".join(map(quoted, guards))
            more = {"meant": "false", "rules": f'[{{ say = true, where = "article", words = [{words}] }}]'}
        args = {"name": near.name.word, "distance": str(near.distance)}
        why = Reason(
            "scout.name" if free else "scout.name_beside", args | ({} if free else {"words": ", ".join(guards)})
        )
        toml = person_toml(official.name, spelling, more)
        return Sighting(spelling, "official", official.name, why, near.distance, scouted.sentence(start), toml, free)


def known_words(lexicon: Lexicon, split: bool = True) -> frozenset[str]:
    """Every form, deciding word and masked name of the lexicon; with ``split`` also the words inside them."""
    groups = [entry.group for entry in form_entries(lexicon)]
    texts = {spelling for group in groups for text in group.texts for spelling in spellings(text)}
    texts |= {
        fold(word) for group in groups for rule in group.rules for word in (*rule.words, *rule.unless, *rule.near)
    }
    texts |= {fold(word) for words in lexicon.words.values() for word in words}
    texts |= {fold(text) for mask in lexicon.masks for text in mask.texts}
    if split:
        texts |= {word for text in texts for word in re.split(r"[ ·,/-]+", text) if word}
    return frozenset(texts)


def _names(official: Official) -> Iterator[_Name]:
    written = [official.ko.split()[-1], *(fuzzy.word for fuzzy in official.fuzzy)]
    if not official.korean:
        written.append(official.name.split()[-1])
    for word in dict.fromkeys(map(fold, written)):
        letters = jamo(word)
        free, guarded = _limits(len(letters), is_hangul(word[0]), official.korean)
        if guarded:
            yield _Name(official, word, letters, free, guarded)
    if official.korean:
        for given in _given_names(official):
            yield _Name(official, given, given, 0, 2 if len(given) >= 9 else 1)


def _given_names(official: Official) -> Iterator[str]:
    """A Korean's given name in Latin letters, as ``kyung-hoon``."""
    given = fold(official.name).partition(" ")[2]
    if len(given) >= 7:
        yield given


def _with_surname(near: _Near, text: str, start: int) -> tuple[int, int]:
    """The place with the surname, which a Korean's given name in Latin letters needs; an empty one without it."""
    end = start + near.length
    if not near.name.official.korean or is_hangul(text[start]):
        return start, end
    surname = fold(near.name.official.name).split()[0]
    if text.endswith(f"{surname} ", 0, start) and left_edge(text, start - len(surname) - 1):
        return start - len(surname) - 1, end
    after = text.startswith(f" {surname}", end) and latin_right_edge(text, end + len(surname) + 1)
    return (start, end + len(surname) + 1) if after else (start, start)


def _limits(letters: int, hangul: bool, korean: bool) -> tuple[int, int]:
    if korean:
        return 0, int(letters >= 7)
    long = 10 if hangul else 8
    return (1, 3 if hangul else 2) if letters >= long else (0, int(letters >= (7 if hangul else 6)))


def _initial(word: str) -> str:
    """The first consonant or letter; letters of one sound are one."""
    first = jamo(word[0])[0]
    return _SAME_SOUND.get(first, first)


def _lengths(token: str, word: str) -> Iterable[int]:
    if not is_hangul(token[0]):
        return (len(token),)
    return (length for length in (len(word), len(word) - 1, len(word) + 1) if 3 <= length <= len(token))


def _ends(token: str, length: int) -> bool:
    return ends_here(token, length) or token.startswith(_TITLES, length)


def _guards(official: Official) -> tuple[frozenset[str], tuple[str, ...]]:
    """The titles of a person and the words of the office, from the roles and from the rules that accept the name."""
    titles, offices = set[str](), dict[str, None]()
    for role in official.roles:
        *before, last = fold(role.ko).split()
        title = next((known for known in _TITLES if last.endswith(known)), last)
        titles |= {title, *(_ENGLISH_TITLES & set(fold(role.en).replace(",", " ").split()))}
        offices |= dict.fromkeys(word for word in (*before, last.removesuffix(title)) if len(word) >= 3)
    for group in official.forms:
        for rule in group.rules:
            if rule.say and rule.where in ("article", "near", "sentence"):
                offices |= dict.fromkeys(map(fold, rule.words))
    offices |= dict.fromkeys(map(fold, official.fuzzy_needs))
    offices |= {} if official.korean else {fold(official.ko).split()[0]: None, fold(official.name).split()[0]: None}
    return frozenset(titles), tuple(word for word in offices if len(word) >= 3 and word not in titles)


def _refused(official: Official) -> tuple[tuple[str, str], ...]:
    """The words beside which the name is another person's (배우 하정우): from the rules, and reporters always."""
    refused = [(rule.where, fold(word).strip()) for group in official.forms for rule in group.rules
             if not rule.say and rule.where in ("left", "right") for word in rule.words]  # fmt: skip
    return (*dict.fromkeys(refused), ("right", "기자"), ("right", "특파원"), ("left", "배우"), ("right", "배우"))
