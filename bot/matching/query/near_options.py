"""Finds an option whose value is mistyped (``on fryday``, ``for 3x``): its words would be searched for otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.matching.query.names import Names
from bot.matching.query.option_words import OUTLETS, cadence_named
from bot.matching.query.schedule import KOREAN_WEEKDAYS
from bot.matching.query.tokens import QueryToken
from bot.matching.text.edit_distance import edit_distance
from bot.matching.text.korean import jamo
from bot.matching.text.normalize import fold
from handlers.verbs.times import NUMBER_WORDS, WEEKDAYS

_LENGTH = re.compile(r"[0-9]{1,3}|[0-9]{1,4}[a-z가-힣]+")
"""A number with a unit that is none; a year, 6G and 3GPP are words."""
_LEAST_LETTERS, _LONG_LETTERS = 4, 6
"""A word of fewer letters (jamo in Hangul) has too many neighbours; from the second number on two may be wrong."""


def near_option(words: Sequence[QueryToken], names: Names) -> int | None:
    """Returns the place of the first option of a query whose value is nearly one; None where none is.

    What stands in quotes, or behind an operator, belongs to the query.
    """
    for number, keyword in enumerate(words[:-1]):
        is_joined = number > 0 and words[number - 1].kind in ("or", "and", "not", "(")
        if keyword.kind == "word" and not is_joined and _is_mistyped(keyword, words[number + 1 :], names):
            return keyword.position
    return None


def _is_mistyped(keyword: QueryToken, following: Sequence[QueryToken], names: Names) -> bool:
    value = following[0]
    if value.kind != "word":
        return False
    match fold(keyword.text):
        case "on":
            return near_weekday(value.text) is not None
        case "for":
            return _LENGTH.fullmatch(value.text) is not None and names.word(value.text) is None
        case "at":
            return fold(value.text) in NUMBER_WORDS
        case "min":
            unit = following[1].text if len(following) > 1 else ""
            return unit in OUTLETS or _near(unit, OUTLETS) != ""
        case _:
            return cadence_named(keyword) == "weekly" and near_weekday(value.text) is not None


def near_weekday(word: str) -> str | None:
    """Returns the weekday that a mistyped word may have meant (``friday``, 금요일); None for another word."""
    return _near(word, (*WEEKDAYS, *KOREAN_WEEKDAYS.values())) or None


def _near(word: str, known: Iterable[str]) -> str:
    typed = jamo(fold(word))
    if len(typed) < _LEAST_LETTERS:
        return ""
    limit = 2 if len(typed) >= _LONG_LETTERS else 1
    distances = {each: edit_distance(typed, jamo(each), limit) for each in known}
    nearest = min(distances, key=distances.__getitem__)
    return nearest if distances[nearest] <= limit else ""
