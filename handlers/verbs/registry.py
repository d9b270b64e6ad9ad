"""Finds every verb of this folder, and the verb that a word names, nearly names or was meant to name.

A module of this folder with a ``VERB`` is a verb; no list has to be edited for a new one.
"""

from __future__ import annotations

import pkgutil
import re
import unicodedata
from difflib import get_close_matches
from functools import cache
from importlib import import_module

from handlers import verbs
from handlers.verbs.keyboard_mode import keys_of
from handlers.verbs.verb import GROUPS, Verb

_WORD = re.compile(r'for me$|(?:[^\s"]*"[^"]*")+\S*|\S+')
"""A word of a line; what stands in quotation marks is one."""
_SPAN = re.compile(r"([0-9]{1,4})([mhdw])")
_UNITS = {"m": "분", "h": "시간", "d": "일", "w": "주"}
_NEAR_ENOUGH = 0.6
"""The least ratio (difflib's) of two words at which one is offered for the other."""


@cache
def all_verbs() -> tuple[Verb, ...]:
    """Returns every verb by group, and within a group by ``order``."""
    modules = [import_module(f"{verbs.__name__}.{module.name}") for module in pkgutil.iter_modules(verbs.__path__)]
    named = [verb for module in modules if isinstance(verb := getattr(module, "VERB", None), Verb)]
    return tuple(sorted(named, key=lambda verb: (GROUPS.index(verb.group), verb.order, verb.name)))


def most_used_verbs() -> tuple[Verb, ...]:
    """Returns the few verbs that help lists first."""
    return tuple(sorted((verb for verb in all_verbs() if verb.most_used), key=lambda verb: verb.most_used))


def verb_named(word: str) -> Verb | tuple[Verb, ...]:
    """Returns the verb that a word names, whole or by a unique beginning; else every verb that it could be."""
    typed = unicodedata.normalize("NFC", word).casefold()
    whole = [verb for verb in all_verbs() if typed in verb.words]
    candidates = whole or [verb for verb in all_verbs() if any(name.startswith(typed) for name in verb.words)]
    return candidates[0] if len(candidates) == 1 else tuple(candidates)


def unique_beginning(verb: Verb, *, korean: bool = False) -> str:
    """Returns the shortest beginning that names no other verb, of at least three letters or one syllable."""
    name = verb.korean if korean else verb.name
    return next(name[:end] for end in range(1 if korean else 3, len(name) + 1) if verb_named(name[:end]) == verb)


def verb_by_keys(word: str) -> tuple[Verb, str] | None:
    """Returns the verb that these keys type in the other mode, and its word: ``ㄴㅅㅁ션`` status, ``rnehr`` 구독.

    A beginning needs three keys, because two are too few to tell a slip from a word; a whole word always counts.
    """
    keys = keys_of(word).casefold()
    for verb in all_verbs():
        for name in verb.words:
            if name.isascii() == word.isascii():
                continue
            verb_keys = keys_of(name).casefold()
            if keys == verb_keys or (len(keys) >= 3 and verb_keys.startswith(keys)):
                return verb, name
    return None


def nearest_verb(word: str) -> str | None:
    """Returns the name of a verb that looks most like an unknown word, by letters (Hangul by its jamo)."""
    names = {unicodedata.normalize("NFD", name): (verb, name) for verb in all_verbs() for name in verb.words}
    typed = unicodedata.normalize("NFD", word.casefold())
    for spelling in get_close_matches(typed, names, n=3, cutoff=_NEAR_ENOUGH):
        verb, name = names[spelling]
        if not verb.only_if_near or _letters_off(spelling, typed) <= 1:
            return name
    return None


def _letters_off(one: str, other: str) -> int:
    return abs(len(one) - len(other)) + sum(a != b for a, b in zip(one, other, strict=False))


def korean_line(line: str) -> str:
    """Puts a line into Korean: its verb, the words of the verb's own, and time spans; the line means the same."""
    word, _, rest = line.partition(" ")
    verb = verb_named(word)
    if not isinstance(verb, Verb):
        return line
    words = (_korean_word(typed, verb) for typed in _WORD.findall(rest))
    return " ".join(part for part in (verb.korean, *words) if part)


def _korean_word(word: str, verb: Verb) -> str:
    if word.casefold() in verb.korean_words:
        return verb.korean_words[word.casefold()]
    span = _SPAN.fullmatch(word)
    return f"{span[1]}{_UNITS[span[2]]}" if span and verb.korean_words else word
