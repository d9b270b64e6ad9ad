"""Cuts text between graphemes: what a reader sees as one character is never cut in its middle."""

from __future__ import annotations

import unicodedata

_JOINER = "\u200d"
_VARIATIONS = range(0xFE00, 0xFE10)
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_VOWEL_JAMO, _FINAL_JAMO = range(0x1160, 0x11A8), range(0x11A8, 0x1200)
LOOKED_BACK_CHARS = 40
"""A grapheme of more characters is nobody's letter, and may be cut."""


def cut_between_graphemes(text: str, max_chars: int) -> str:
    """Returns at most ``max_chars`` characters of the beginning of a text, which end where a grapheme ends."""
    if len(text) <= max_chars:
        return text
    for end in range(max_chars, max(0, max_chars - LOOKED_BACK_CHARS), -1):
        if not _goes_on(text, end):
            return text[:end]
    return text[:max_chars]


def _goes_on(text: str, at: int) -> bool:
    """Whether the character at ``at`` belongs to the grapheme before it."""
    code = ord(text[at])
    if text[at - 1] == _JOINER or text[at] == _JOINER or code in _VARIATIONS or code in _SKIN_TONES:
        return True
    if code in _FLAG_LETTERS:
        return _flag_letters_before(text, at) % 2 == 1
    return code in _VOWEL_JAMO or code in _FINAL_JAMO or unicodedata.category(text[at]) in ("Mn", "Me", "Mc")


def _flag_letters_before(text: str, at: int) -> int:
    count = 0
    while count < at and ord(text[at - 1 - count]) in _FLAG_LETTERS:
        count += 1
    return count
