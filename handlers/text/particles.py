"""Korean particles chosen by the final consonant of whatever stands before them: Hangul, digits, Latin letters."""

from __future__ import annotations

import unicodedata

_DIGIT_TAILS = {"0": "ㅇ", "1": "ㄹ", "2": "", "3": "ㅁ", "4": "", "5": "", "6": "ㄱ", "7": "ㄹ", "8": "ㄹ", "9": ""}
_LETTER_TAILS = {"L": "ㄹ", "M": "ㅁ", "N": "ㄴ", "R": "ㄹ"}
"""How a letter's own name ends: 엘, 엠, 엔, 알; every other name ends in a vowel."""
_VOWELS = frozenset("aeiouy")


def with_particle(text: str, pair: str) -> str:
    """``text`` with the right one of a pair such as ``을/를`` or ``으로/로``; both where nobody can say."""
    after_consonant, _, after_vowel = pair.partition("/")
    tail = final_consonant(text)
    if tail is None:
        return f"{text}{after_consonant}({after_vowel})"
    if tail == "" or (tail == "ㄹ" and after_vowel == "로"):
        return text + after_vowel
    return text + after_consonant


def final_consonant(text: str) -> str | None:
    """The consonant that a text's last sound ends in: empty for a vowel, None when it cannot be known."""
    said = _last_said(unicodedata.normalize("NFC", text))
    if not said:
        return None
    last = said[-1]
    if "가" <= last <= "힣":
        number = (ord(last) - ord("가")) % 28
        return "" if not number else "ㄹ" if number == 8 else "ㅇ"
    if last in _DIGIT_TAILS:
        return _DIGIT_TAILS[last]
    return _latin_tail(said) if last.isascii() and last.isalpha() else None


def _last_said(text: str) -> str:
    """The text up to its last letter or digit: closing quotes and brackets are silent."""
    end = len(text)
    while end and not text[end - 1].isalnum():
        end -= 1
    return text[:end]


def _latin_tail(said: str) -> str:
    """A word in capitals is spelled letter by letter; any other is read the way Koreans write such names."""
    start = len(said)
    while start and said[start - 1].isascii() and said[start - 1].isalpha():
        start -= 1
    word = said[start:]
    if word.isupper():
        return _LETTER_TAILS.get(word[-1], "")
    word = word.lower()
    if word[-1] in "lmn":
        return "ㄹ" if word[-1] == "l" else "ㄴ"
    if word.endswith("ng"):
        return "ㅇ"
    stopped = word[-1] in "kpt" and len(word) > 1 and word[-2] in _VOWELS
    return "ㄱ" if stopped else ""
