"""Finds where a Korean or Latin word ends: particles, stacked particles, the copula, and the edges of words."""

from __future__ import annotations

import re

# Longest first inside a group; a chain of up to four covers 으로부터의, 에게서는, 이라는, 이었다고.
_PARTICLES = (
    "으로부터 로부터 으로서 으로써 로서 로써 으로 로 에게서 에게 에서는 에서 에다 에 께서 께 한테서 한테 "
    "까지 부터 조차 마저 마다 밖에 보다 처럼 만큼 대로 만 도 은 는 이 가 을 를 의 와 과 랑 이랑 하고 이나 "
    "나 이든 든 이라도 라도 이라고 라고 이라는 라는 이라며 라며 이라면 라면 이란 란 이자 이며 며 이고 고 "
    "인데 인 일 이다 다 였다 이었다 이었던 였던 입니다 이었 였 임을 임 이라 라 이지만 지만 이니 이야 야 "
    "여서 이어서 든지 이든지 들 씩 뿐 쯤 등 및 간 측 형 급 상 내 외 별 발 용 요 예요 이에요 엔 에는 에선 "
    "에겐 께선 서 니까 이니까 이요 때문 같은 치고 커녕 은커녕 이냐 냐 "
)
PARTICLES = tuple(_PARTICLES.split())
_ENDING = re.compile("(?:" + "|".join(sorted(set(PARTICLES), key=len, reverse=True)) + "){1,4}?(?![가-힣])")
PARTICLE_STARTS = frozenset(particle[0] for particle in PARTICLES)
_LEADS, _VOWELS, _TAILS = 19, 21, 28
_HANGUL_WORD = re.compile(r"[가-힣]")


_CASES = (
    *(("을", "를"), ("은", "는"), ("이", "가"), ("과", "와"), ("과의", "와의"), ("으로", ""), ("이라는", "라는")),
    *((same, same) for same in ("의", "에", "에서", "에서의", "에는", "에서는", "에게", "까지", "부터")),
)
"""Particles that only mark what a word does in its sentence: after a consonant, and after a vowel."""


def is_hangul(char: str) -> bool:
    """Is this a composed Hangul syllable?"""
    return "가" <= char <= "힣"


def continues_word(char: str) -> bool:
    """Does a word that begins behind this character run on from it? Behind 와, 과 and 및 one may begin: AI와반도체."""
    return is_hangul(char) and char not in "와과및"


def is_latin(char: str) -> bool:
    """Is this a letter or digit that would continue a Latin or Greek word?"""
    return char.isalnum() and not is_hangul(char) and not "\u2e80" <= char <= "\uac00" and not char >= "\uf900"


def ends_here(text: str, at: int) -> bool:
    """Does a Hangul word end at this place: no Hangul follows, or only particles and then no Hangul?"""
    if at >= len(text) or not is_hangul(text[at]):
        return True
    return text[at] in PARTICLE_STARTS and _ENDING.match(text, at, min(len(text), at + 16)) is not None


def left_edge(text: str, start: int) -> bool:
    """Does no word of the same script run into this place from the left?"""
    if start == 0:
        return True
    before, first = text[start - 1], text[start]
    if is_hangul(first):
        return not continues_word(before)
    return not (is_latin(first) and is_latin(before))


def latin_right_edge(text: str, end: int) -> bool:
    """Does no Latin letter or digit continue the word? Hangul may follow it directly (AI는, AI반도체)."""
    return end >= len(text) or not (is_latin(text[end]) and is_latin(text[end - 1]))


def right_edge(text: str, end: int) -> bool:
    """Does the word that ends here run on in no letters of its script, but for particles?"""
    return latin_right_edge(text, end) and (ends_here(text, end) or not is_hangul(text[end - 1]))


def has_word(text: str, word: str) -> bool:
    """Does the word stand in the text with its edges, and not as a piece of another word (크라치오 in 크라치오스)?"""
    at = text.find(word) if word else -1
    while at >= 0:
        if left_edge(text, at) and right_edge(text, at + len(word)):
            return True
        at = text.find(word, at + 1)
    return False


def without_particle(word: str) -> str | None:
    """The word before a particle that marks its case (양자컴퓨터를, 6G의, AI와); None where it ends in none.

    The particle has to fit the final consonant before it. A particle that also makes words (로 in 원자로) is left.
    """
    for after_consonant, after_vowel in _CASES:
        for particle in {after_consonant, after_vowel} - {""}:
            stem = word.removesuffix(particle)
            if stem in (word, ""):
                continue
            last = stem[-1]
            fits = not is_hangul(last) or particle == (after_consonant if _has_final(last) else after_vowel)
            if last.isalnum() and fits:
                return stem
    return None


def _has_final(syllable: str) -> bool:
    return (ord(syllable) - 0xAC00) % _TAILS != 0


def hangul_length(text: str) -> int:
    """The number of Hangul syllables in a text."""
    return len(_HANGUL_WORD.findall(text))


def jamo(text: str) -> str:
    """The text with its Hangul taken apart into letters, so that one wrong vowel is one difference."""
    letters: list[str] = []
    for char in text:
        if not is_hangul(char):
            letters.append(char)
            continue
        code = ord(char) - 0xAC00
        letters += [chr(0x1100 + code // (_VOWELS * _TAILS)), chr(0x1161 + code // _TAILS % _VOWELS)]
        if code % _TAILS:
            letters.append(chr(0x11A7 + code % _TAILS))
    return "".join(letters)
