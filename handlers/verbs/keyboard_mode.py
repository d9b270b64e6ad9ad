"""Converts Hangul to the Latin letters on the same keys of the two-set (dubeolsik) keyboard."""

from __future__ import annotations

import unicodedata

_LEADS = ("r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g")
_VOWELS = (
    *("k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl"),
    *("y", "n", "nj", "np", "nl", "b", "m", "ml", "l"),
)
_TAILS = (
    *("", "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx"),
    *("fv", "fg", "a", "q", "qt", "t", "T", "d", "w", "c", "z", "x", "v", "g"),
)
_JAMO = dict(
    zip(
        "ㄱㄲㄳㄴㄵㄶㄷㄸㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅃㅄㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ",
        (
            *("r", "R", "rt", "s", "sw", "sg", "e", "E", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a"),
            *("q", "Q", "qt", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g"),
            *("k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl"),
            *("y", "n", "nj", "np", "nl", "b", "m", "ml", "l"),
        ),
        strict=True,
    )
)
_FIRST, _LAST = ord("가"), ord("힣")


def keys_of(word: str) -> str:
    """Returns the Latin letters on the keys that type a word: ``status`` for ``ㄴㅅㅁ션``, ``rnehr`` for ``구독``."""
    return "".join(_keys_of_letter(letter) for letter in unicodedata.normalize("NFC", word))


def has_lone_jamo(word: str) -> bool:
    """Returns whether a word has a Hangul letter outside a syllable, as no Korean word has."""
    return any(letter in _JAMO for letter in word)


def _keys_of_letter(letter: str) -> str:
    code = ord(letter)
    if not _FIRST <= code <= _LAST:
        return _JAMO.get(letter, letter)
    lead, rest = divmod(code - _FIRST, len(_VOWELS) * len(_TAILS))
    vowel, tail = divmod(rest, len(_TAILS))
    return _LEADS[lead] + _VOWELS[vowel] + _TAILS[tail]
