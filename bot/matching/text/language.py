"""Which language a text is in, guessed by script and, for Latin script, by its commonest words."""

from __future__ import annotations

import re
import string
from collections import Counter

_SAMPLE = 4_000
_RANGES = {
    "ja": "\u3040-\u30ff",
    "zh": "\u4e00-\u9fff",
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "ru": "\u0400-\u04ff",
    "ar": "\u0600-\u06ff",
    "hi": "\u0900-\u097f",
    "th": "\u0e00-\u0e7f",
}
_SCRIPTS = tuple((tag, re.compile(f"[{chars}]+")) for tag, chars in _RANGES.items())
_OTHER_SCRIPT = re.compile(f"[{''.join(_RANGES.values())}]")
_NO_HANGUL_ROW = bytes(set(range(256)) - set(range(0xAC, 0xD7)))
_LAST_HANGUL_ROW = re.compile("[\ud700-힣]")
_NO_LATIN_LETTER = bytes(set(range(256)) - set(string.ascii_letters.encode()))
_COMMON = {
    "en": "the of and to in is for on with that by from at its was as has will are this be it",
    "fr": "le la les des et du une est dans pour que qui sur au avec j je pas nous vous ne se ce",
    "de": "der die das und ist von mit den ein eine im für auf nicht zu des dem sich",
    "es": "el los las y es una para que con del por se un en su al",
    "it": "il lo gli e di che per una con del della non sono è dei alla nel",
    "pt": "o os as e do da que para com uma em não dos no na",
    "id": "yang dan di untuk dengan dari pada ini itu sebagai akan tidak adalah",
    "vi": "và của là cho các với trong không được một",
}
_LATIN = {tag: frozenset(words.split()) for tag, words in _COMMON.items()}
_ANY_COMMON = frozenset[str]().union(*_LATIN.values())


def guess(text: str) -> str:
    """``ko`` where Hangul is at home, else the script's language, else the likeliest Latin one; ``und`` if unknown."""
    sample = text[:_SAMPLE]
    latin = len(sample.encode("utf-8", "surrogatepass").translate(None, _NO_LATIN_LETTER))
    hangul = 0 if sample.isascii() else _hangul(sample)
    others = not sample.isascii() and _OTHER_SCRIPT.search(sample) is not None
    counts = {tag: sum(map(len, runs.findall(sample))) if others else 0 for tag, runs in _SCRIPTS}
    tag, most = max(counts.items(), key=lambda item: item[1])
    if hangul and hangul >= most / 2 and hangul * 4 >= latin:
        return "ko"
    if most and tag == "zh" and counts["ja"]:
        tag, most = "ja", most + counts["ja"]
    if most * 3 > latin:
        return tag
    return _latin(sample) if latin else "und"


def _hangul(sample: str) -> int:
    """How many syllables: their code points fill rows of 256, but for the last of these."""
    rows = sample.encode("utf-16-le", "surrogatepass")[1::2]
    last = len(_LAST_HANGUL_ROW.findall(sample)) if 0xD7 in rows else 0
    return len(rows.translate(None, _NO_HANGUL_ROW)) + last


def _latin(sample: str) -> str:
    # the commonest words seldom touch a comma or a quote, and blanks are quickly found
    words = Counter(filter(_ANY_COMMON.__contains__, sample.casefold().split()))
    scores = {tag: sum(words[word] for word in common & words.keys()) for tag, common in _LATIN.items()}
    tag, best = max(scores.items(), key=lambda item: item[1])
    return tag if best > scores["en"] and best >= 2 else "en"
