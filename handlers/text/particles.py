"""Chooses Korean particles by the final consonant of the text before them: Hangul, digits, Latin letters."""

from __future__ import annotations

import unicodedata

_DIGIT_FINALS = {"0": "ㅇ", "1": "ㄹ", "2": "", "3": "ㅁ", "4": "", "5": "", "6": "ㄱ", "7": "ㄹ", "8": "ㄹ", "9": ""}
_LETTER_FINALS = {"L": "ㄹ", "M": "ㅁ", "N": "ㄴ", "R": "ㄹ"}
"""Final consonants of the letters' names 엘, 엠, 엔, 알; every other letter's name ends in a vowel."""
_VOWELS = frozenset("aeiouy")
_LONG_VOWELS = frozenset({"ai", "ea", "ee", "ei", "ie", "oa", "ou"})
_ENDS_IN_A_VOWEL_SIGN = ("%", "℃", "+")
"""Signs that are read with a vowel at their end: 퍼센트, 도, 플러스."""


def with_particle(text: str, pair: str) -> str:
    """Returns ``text`` with the fitting particle of a pair such as ``을/를``, or with ``을(를)`` when it is unknown."""
    after_consonant, _, after_vowel = pair.partition("/")
    final = final_consonant(text)
    if final is None:
        return f"{text}{after_consonant}({after_vowel})"
    if final == "" or (final == "ㄹ" and after_vowel == "로"):
        return text + after_vowel
    return text + after_consonant


def final_consonant(text: str) -> str | None:
    """Returns the final consonant of a text's last sound: empty for a vowel, None when it is unknown.

    Any consonant but ㄹ may be returned as ㅇ, because particles tell only ㄹ apart.
    """
    written = unicodedata.normalize("NFC", text)
    spoken = _without_silent_end(written)
    if written[len(spoken) :].startswith(_ENDS_IN_A_VOWEL_SIGN):
        return ""
    if not spoken:
        return None
    last = spoken[-1]
    if "ㄱ" <= last <= "ㅎ":
        return "ㄹ" if last == "ㄹ" else "ㅇ"  # a consonant is read by its name: 기역, 리을
    if "ㅏ" <= last <= "ㅣ":
        return ""
    if "가" <= last <= "힣":
        final_index = (ord(last) - ord("가")) % 28
        return "" if not final_index else "ㄹ" if final_index == 8 else "ㅇ"
    if last in _DIGIT_FINALS:
        return _DIGIT_FINALS[last]
    return _latin_final(spoken) if last.isascii() and last.isalpha() else None


def _without_silent_end(text: str) -> str:
    """Returns the text up to its last letter or digit, because closing quotes and brackets are silent."""
    end = len(text)
    while end and not text[end - 1].isalnum():
        end -= 1
    return text[:end]


def _latin_final(text: str) -> str:
    """Returns the final consonant of a Latin word: capitals are spelled by letter, other words as Koreans read them."""
    start = len(text)
    while start and text[start - 1].isascii() and text[start - 1].isalpha():
        start -= 1
    word = text[start:]
    if word.isupper():
        return _LETTER_FINALS.get(word[-1], "")
    return _read_final(word.lower())


def _read_final(word: str) -> str:
    """Returns the final consonant of a Latin word as it is read: 슬랙, 구글, 폰; 스페이스 and 팩트 have none."""
    vowel_before = len(word) > 1 and word[-2] in _VOWELS
    if word.endswith(("l", "le")):
        return "ㄹ" if len(word) > 1 else ""
    if word[-1] in "mn" or (word[-2:] in ("ne", "me") and word[-3:-2] in _VOWELS):
        return "ㄴ"
    if word.endswith("ng"):
        return "ㅇ"
    if word[-1] in "tk" and word[-3:-1] in _LONG_VOWELS:
        return ""
    return "ㄱ" if word.endswith("ck") or (word[-1] in "ckpt" and vowel_before) else ""
