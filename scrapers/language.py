"""Guesses the language of a text: by its script and, in Latin script, by its most frequent words.

It imports nothing but the standard library, because the bot's text engine uses it too.
"""

from __future__ import annotations

import re
import string

_SAMPLE_CHARS = 4_000
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
_LATIN_PER_HANGUL = 4
"""A Korean headline may hold this many Latin letters for each syllable: AI·6G 협력 MOU 체결 OSTP."""
_LATIN_PER_OTHER = 3
_LEAST_WORDS = 2
"""A text in another language than English has at least this many of its frequent words."""
_COMMON = {
    "en": "the of and to in is for on with that by from at its was as has will are this be it",
    "fr": "le la les des et du une dans pour que qui sur au avec j je pas nous vous ne se ce",
    "de": "der die das und ist von den ein eine im für auf nicht zu des dem sich",
    "es": "el las y es una para que del por se en su al",
    "it": "il lo gli e di che una del della non sono è dei alla nel",
    "pt": "o os e da que para com uma em não dos na",
    "id": "yang dan di untuk dengan dari pada ini itu sebagai akan tidak adalah",
    "vi": "và của là cho các với trong không được một",
}
"""The lists leave out words that English headlines use too: no, do, as, per, con, un, los, mit, est."""
_LATIN = {tag: frozenset(words.split()) for tag, words in _COMMON.items()}
LANGUAGES = ("ko", *_COMMON, *_RANGES)
"""Every language that a text may be found to be in."""
_ANY_COMMON = frozenset[str]().union(*_LATIN.values())


def guess_language(text: str) -> str:
    """The language tag of a text's first 4,000 characters.

    ``ko`` when Hangul prevails, else the language of the prevailing script, else the likeliest one in Latin letters;
    ``und`` for a text without letters.
    """
    sample = text[:_SAMPLE_CHARS]
    latin = len(sample.encode("utf-8", "surrogatepass").translate(None, _NO_LATIN_LETTER))
    hangul = 0 if sample.isascii() else _hangul_count(sample)
    if sample.isascii() or _OTHER_SCRIPT.search(sample) is None:
        if hangul and hangul * _LATIN_PER_HANGUL >= latin:
            return "ko"
        return _latin_language(sample) if latin else "und"
    counts = {tag: sum(map(len, runs.findall(sample))) for tag, runs in _SCRIPTS}
    tag, most = max(counts.items(), key=lambda item: item[1])
    if hangul and hangul >= most / 2 and hangul * _LATIN_PER_HANGUL >= latin:
        return "ko"
    if tag == "zh" and counts["ja"]:
        tag, most = "ja", most + counts["ja"]
    if most * _LATIN_PER_OTHER > latin:
        return tag
    return _latin_language(sample) if latin else "und"


def _hangul_count(sample: str) -> int:
    """The number of Hangul syllables; their code points fill whole rows of 256, except the last row."""
    rows = sample.encode("utf-16-le", "surrogatepass")[1::2]
    last = len(_LAST_HANGUL_ROW.findall(sample)) if 0xD7 in rows else 0
    return len(rows.translate(None, _NO_HANGUL_ROW)) + last


def _latin_language(sample: str) -> str:
    """The language that most of the commonest words belong to, each counted once (La La Land is not French)."""
    # splitting at blanks is fast, and frequent words rarely have a comma or a quotation mark beside them
    words = _ANY_COMMON.intersection(sample.casefold().split())
    if len(words) < _LEAST_WORDS:
        return "en"
    scores = {tag: len(common & words) for tag, common in _LATIN.items()}
    tag, best = max(scores.items(), key=lambda item: item[1])  # English is first and wins a tie
    return tag if best >= _LEAST_WORDS else "en"
