"""Finds the words of the lexicon that a mistyped word of a query may have meant."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.matching.engine.patterns import ByVersion
from bot.matching.query.names import TOPIC_WORDS, names_of
from bot.matching.query.nodes import And, Or, Query, Word, leaves
from bot.matching.query.schedule import CADENCE_WORDS, CADENCES
from bot.matching.query.show import show
from bot.matching.text.edit_distance import edit_distance
from bot.matching.text.korean import is_hangul, jamo
from bot.matching.text.normalize import fold
from settings.lexicon import Lexicon

MOST = 3
_PARTS = re.compile(r"[\W_]+")
_SHORT_LETTERS, _LONG_LETTERS = 4, 6
"""A word of fewer letters (of jamo in Hangul) has too many neighbours; from the second number on two may be wrong."""


def near_words(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The words of the lexicon that are one or two letters off, as they print, the nearest first; three at most.

    Hangul is compared by its jamo, so that one wrong vowel is one difference.
    """
    typed = jamo(fold(word))
    if len(typed) < _SHORT_LETTERS or not any(letter.isalpha() for letter in typed):
        return ()
    limit = 2 if len(typed) >= _LONG_LETTERS else 1
    found: dict[str, tuple[int, int, str]] = {}
    for letters, shown in _vocabulary(ByVersion(lexicon)):
        if abs(len(letters) - len(typed)) > limit or (letters != typed and typed in _PARTS.split(letters)):
            continue  # energy is no mistyped x-energy: it is one of its words
        distance = edit_distance(typed, letters, limit)
        if distance <= limit:
            rank = (distance, abs(len(letters) - len(typed)), letters)
            found[shown] = min(rank, found.get(shown, rank))
    return tuple(sorted(found, key=found.__getitem__))[:MOST]


def near_cadence(word: str) -> str | None:
    """The cadence that a mistyped word may have meant: one letter off, or said twice (매일매일); None for another."""
    typed = fold(word)
    for known, cadence in {**{each: each for each in CADENCES}, **CADENCE_WORDS}.items():
        letters = jamo(known)
        is_near = len(letters) >= _SHORT_LETTERS and edit_distance(jamo(typed), letters, 1) <= 1
        if is_near or typed == known * 2:
            return cadence
    return None


def words_of(query: Query) -> tuple[str, ...]:
    """The words of a query that the lexicon does not know, in their order; phrases are none."""
    return tuple(dict.fromkeys(leaf.text for leaf in leaves(query) if isinstance(leaf, Word)))


def wanted_words(query: Query) -> frozenset[str]:
    """The words of a query that the lexicon does not know and that are not left out by it."""
    match query:
        case Word(text):
            return frozenset({text})
        case And(children) | Or(children):
            return frozenset().union(*map(wanted_words, children))
        case _:
            return frozenset()


@lru_cache(maxsize=4)
def _vocabulary(key: ByVersion) -> tuple[tuple[str, str], ...]:
    """Each word of the lexicon by its letters, with the query that it stands for as it prints."""
    names = names_of(key.lexicon)
    known = {word: show(query) for word, query in names.words.items()}
    for handle, person in names.handles.items():
        known.setdefault(handle, show(names.person(person)))
    for word, topic in TOPIC_WORDS.items():  # officials alone is a word, and may mean the topic
        known.setdefault(word, f"topic:{topic}")
    return tuple((jamo(word), shown) for word, shown in known.items() if _is_one_word(word))


def _is_one_word(word: str) -> bool:
    return " " not in word and any(letter.isalpha() or is_hangul(letter) for letter in word)
