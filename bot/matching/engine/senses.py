"""Decides the sense of a form in its place by the lexicon's rules; the first rule that holds decides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.matching.engine.field import FieldText, in_list
from bot.matching.engine.patterns import Group
from bot.matching.engine.vocabulary import FormHit
from bot.matching.text.korean import is_latin
from settings.lexicon import Rule

_REACH_CHARS = 48
_NEAR_CHARS = 60
_WORD_CHARS = 8
_GLUE = " \"'-(·"
_MAX_SENTENCE_CHARS = 500
_AGE = re.compile(r"^\(\d\d(?:세)?\)")
"""배경훈(58) 씨: an age between a name and what follows it."""
_FORENAME = re.compile(r"[\"'“‘(]?([A-Z][a-z]+(?:-[A-Za-z][a-z]+)?)")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a form has its meant sense, with the deciding rule and word (None: the form's default)."""

    meant: bool
    rule: Rule | None = None
    word: str = ""


_MEANT, _NOT_MEANT = Verdict(True), Verdict(False)


class Senses:
    """Decides the senses of all forms of one article."""

    def __init__(self, fields: tuple[FieldText, ...], language: str) -> None:
        self._language = language
        self._words = frozenset(word for field in fields for word in field.search.words)
        self._present: dict[tuple[str, ...], tuple[str, ...]] = {}

    def decide(self, group: Group, field: FieldText, hit: FormHit) -> Verdict:
        """The verdict on one form in its place."""
        for rule in group.rules:
            word = self._holds(rule, field, hit)
            if word is not None:
                return Verdict(rule.say, rule, word)
        return _MEANT if group.source.meant else _NOT_MEANT

    def held(self, group: Group, field: FieldText, hit: FormHit) -> tuple[tuple[int, str], ...]:
        """Every rule that holds there, by its number from 1, with the word by which it holds."""
        words = ((number, self._holds(rule, field, hit)) for number, rule in enumerate(group.rules, 1))
        return tuple((number, word) for number, word in words if word is not None)

    def has(self, words: tuple[str, ...]) -> bool:
        """Does any of these words stand in the article?"""
        return bool(self._present_words(words))

    def _present_words(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the words that stand in the article; no other has to be looked for."""
        if words not in self._present:
            self._present[words] = tuple(word for word in words if word in self._words)
        return self._present[words]

    def _holds(self, rule: Rule, field: FieldText, hit: FormHit) -> str | None:
        word = self._word(rule, field, hit)
        if word is None:
            return None
        if (
            rule.near
            and field.near(self._present_words(rule.near), hit.start - _NEAR_CHARS, hit.end + _NEAR_CHARS) is None
        ):
            return None
        return None if rule.unless and self._unless(rule, field, hit) else word

    def _word(self, rule: Rule, field: FieldText, hit: FormHit) -> str | None:
        match rule.where:
            case "right":
                return _to_the_right(rule.words, field.text, hit.end)
            case "left":
                return _to_the_left(rule.words, field.text, hit.start)
            case "near":
                words = self._present_words(rule.words)
                return (
                    field.near(words, hit.start - rule.within - _WORD_CHARS, hit.end + rule.within) if words else None
                )
            case "sentence":
                words = self._present_words(rule.words)
                return field.near(words, *_sentence(field, hit)) if words else None
            case "article":
                return next(iter(self._present_words(rule.words)), None)
            case "list":
                return "list" if in_list(field, hit.start, hit.end) else None
            case "forename":
                return _another_forename(rule.words, field, hit)
            case _:
                foreign = self._language in rule.words
                return self._language if foreign and field.quote(hit.start, hit.end).islower() else None

    def _unless(self, rule: Rule, field: FieldText, hit: FormHit) -> bool:
        match rule.where:
            case "right":
                return _to_the_right(rule.unless, field.text, hit.end) is not None
            case "article" | "forename":
                return bool(self._present_words(rule.unless))
            case "near":
                span = (hit.start - rule.within - _WORD_CHARS, hit.end + rule.within)
                return field.near(self._present_words(rule.unless), *span) is not None
            case _:
                return field.near(self._present_words(rule.unless), *_sentence(field, hit)) is not None


def _sentence(field: FieldText, hit: FormHit) -> tuple[int, int]:
    start, end = field.sentences.around(hit.start)
    return max(start, hit.start - _MAX_SENTENCE_CHARS), min(end, hit.end + _MAX_SENTENCE_CHARS)


def _to_the_right(words: tuple[str, ...], text: str, end: int) -> str | None:
    exact = _AGE.sub("", text[end : end + _REACH_CHARS].replace("\n", " "))
    loose = exact.lstrip(_GLUE)
    genitive = loose[1:].lstrip() if loose.startswith("의") else ""
    if not (loose.startswith(words) or exact.startswith(words) or genitive.startswith(words)):
        return None  # mostly none of them stands there, which this one test shows
    for word in words:
        if not word[0].isalnum():
            if exact.startswith(word):
                return word
        elif loose.startswith(word) or (genitive and genitive.startswith(word)):
            return word
    return None


def _to_the_left(words: tuple[str, ...], text: str, start: int) -> str | None:
    exact = text[max(0, start - _REACH_CHARS) : start].replace("\n", " ")
    loose = exact.rstrip(_GLUE)
    if not (loose.endswith(words) or exact.endswith(words)):
        return None
    for word in words:
        if word[-1] == " " or not word[-1].isalnum():
            if exact.endswith(word):
                return word
        elif loose.endswith(word) and not _runs_on(loose, word):
            return word
    return None


def _another_forename(known: Iterable[str], field: FieldText, hit: FormHit) -> str | None:
    """The forename before a surname, unless it is in ``known`` or stands in a row of capitals, as in headlines."""
    at, _ = field.folded.original(hit.start, hit.end)
    before = field.folded.raw[max(0, at - _REACH_CHARS) : at]
    words = before.split()
    name = _FORENAME.fullmatch(words[-1]) if words and before.endswith(" ") else None
    if name is None or name.group(1).lower() in known:
        return None
    in_row = len(words) > 2 and words[-2][0].isupper() and words[-2][-1].isalpha() and words[-3][-1] not in ".!?"
    return None if in_row else name.group(1)


def _runs_on(text: str, word: str) -> bool:
    """Is a rule's Latin word the tail of a longer one (head in ahead)?"""
    at = len(text) - len(word) - 1
    return at >= 0 and is_latin(word[0]) and is_latin(text[at]) and re.match(r"\w", word) is not None
