"""Finds the name that is most like a mistyped one, for who and commitments."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from bot.matching.text.normalize import fold

NEAR_ENOUGH = 0.6
"""The least ratio (difflib's) of two names at which one is offered for the other."""


def nearest_by_letters(typed: str, names: Iterable[str]) -> str | None:
    """Returns the name most like the typed one, by letters, Hangul by its jamo; None if none is like it."""
    by_letters = {unicodedata.normalize("NFD", fold(name)): name for name in names}
    near = get_close_matches(unicodedata.normalize("NFD", fold(typed)), by_letters, n=1, cutoff=NEAR_ENOUGH)
    return by_letters[near[0]] if near else None
