"""Finds the known word that is most like a mistyped one, and offers the line with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from handlers.requests import Unclear
from handlers.verbs.grammar import Line, Token, unclear

NEAR_NAME, NEAR_WORD = 0.6, 0.7
"""The least ratio (difflib's) at which one is offered for another: a name, and a word of a few with other meanings."""


def nearest_by_letters(typed: str, known: Iterable[str], cutoff: float = NEAR_NAME) -> str | None:
    """Returns the word most like the typed one, by letters, Hangul by its jamo; None if none is like it."""
    by_letters = {_letters(word): word for word in known}
    near = get_close_matches(_letters(typed), by_letters, n=1, cutoff=cutoff)
    return by_letters[near[0]] if near else None


def unclear_word(line: Line, token: Token, code: str, known: Iterable[str], example: str | None = None) -> Unclear:
    """Says that this word is not understood: offers the line with the known word that is like it, or an example."""
    near = nearest_by_letters(token.text, known, NEAR_WORD)
    if near is None or _letters(near) == _letters(token.text):
        return unclear(token, code, example, example=example is not None)
    end = token.position + len(token.text)
    return unclear(token, code, (line.text[: token.position] + near + line.text[end:]).strip())


def _letters(word: str) -> str:
    return unicodedata.normalize("NFKD", word.casefold())
