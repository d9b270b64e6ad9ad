"""Articles about quantum computers that are like no other, so that each is a story of its own."""

from __future__ import annotations

from hashlib import sha256

_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def headline_of(number: int) -> str:
    """The headline of the story with this number."""
    word = _word(number)
    return f"{word} {word[::-1]}z qubit {1000 + number}"


def text_of(number: int) -> str:
    """The text of the story with this number."""
    return f"{_word(number)} a quantum computer {2000 + number}."


def _word(number: int) -> str:
    return sha256(str(number).encode()).hexdigest().translate(_LETTERS)[:12]
