"""Reduces names to the consonants that are heard, so that 두산 and Doosan, 올트먼 and Altman give the same key.

Vowels differ between spellings, so they are left out; consonants that Korean writes with one letter share a class.
"""

from __future__ import annotations

import re
from functools import lru_cache

_LEADS = ("k", "k", "n", "t", "t", "l", "m", "p", "p", "s", "s", "", "c", "c", "c", "k", "t", "p", "h")
_TAILS = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "s", "s", "n", "c",
    "c", "k", "t", "p", "h",
)  # fmt: skip
_MOST_SYLLABLES = 6
LEAST_CONSONANTS = 3
_LATIN = {
    "b": "p", "p": "p", "f": "p", "v": "p", "d": "t", "t": "t", "g": "k", "k": "k", "q": "k", "s": "s", "z": "c",
    "j": "c", "l": "l", "r": "l", "m": "m", "n": "n", "h": "h",
}  # fmt: skip
_LATIN_GROUPS = re.compile(r"tch|tsch|sch|sh|ch|th|ph|ck|ng|qu|x|c(?=[eiy])|c")
_GROUP_SOUNDS = {
    "tch": "c", "tsch": "c", "sch": "s", "sh": "s", "ch": "c", "th": "s", "ph": "p", "ck": "k", "ng": "n", "qu": "k",
    "x": "ks",
}  # fmt: skip


@lru_cache(maxsize=1 << 14)
def hangul_sounds(word: str) -> tuple[str, ...]:
    """Returns the keys of the first two to six syllables of a Hangul word; a particle may follow the name."""
    keys: list[str] = []
    sounds, heard = "", 0
    for at, syllable in enumerate(word[:_MOST_SYLLABLES]):
        code = ord(syllable) - 0xAC00
        # the vowel 으 between consonants stands for no vowel of the name, so nothing is lost by leaving vowels out
        for consonant in _LEADS[code // 588], _TAILS[code % 28]:
            heard += bool(consonant)
            if consonant != sounds[-1:]:
                sounds += consonant
        if at and heard >= LEAST_CONSONANTS:
            keys.append(sounds)
    return tuple(dict.fromkeys(keys))


@lru_cache(maxsize=1 << 14)
def latin_sounds(word: str) -> str:
    """Returns the key of a Latin name, or an empty text where it has too few consonants."""
    lowered = _LATIN_GROUPS.sub(_group, word.lower())
    sounds = "".join(char if char.isupper() else _LATIN.get(char, "").upper() for char in lowered).lower()
    key = _merged(sounds)
    return key if len(key) >= LEAST_CONSONANTS else ""


def _group(match: re.Match[str]) -> str:
    written = match.group()
    if written == "c":
        return "K" if match.end() >= len(match.string) or match.string[match.end()] not in "eiy" else "S"
    return _GROUP_SOUNDS.get(written, "k").upper()


def _merged(sounds: str) -> str:
    """Returns the consonants with doubled ones once: 한화 is hnh, Hannwha too."""
    return re.sub(r"(.)\1+", r"\1", sounds)
