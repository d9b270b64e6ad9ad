"""Turns an article into hashed features that may be stored where its text must not be.

A feature is a number of 32 bits: its kind in the upper four, a hash below. They stand in the order of the text: a
sentence's own hash is followed by what stands in the sentence, so that a sentence that many texts share weighs nothing.
A sentence that shares nothing with the headline is background: only its figures are kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from operator import add
from zlib import crc32

from bot.stories.features.background import common_features
from bot.stories.features.gazetteer import TERMS, Gazetteer, built_in
from bot.stories.features.milestones import Milestone, is_signing_ahead, milestone_of
from bot.stories.features.numbers import figures
from bot.stories.features.sounds import hangul_sounds, latin_sounds
from bot.stories.features.time_relation import time_relation
from scrapers.headline_marks import unmarked

Features = tuple[int, ...]

SENTENCE, WORD, HEAD, FIGURE, NAME, SOUND, ENTITY, TERM = range(8)
HEAD_ENTITY, HEAD_TERM, HEAD_NAME, HEAD_SOUND, PERSON, SECTOR, RELATION, MILESTONE = range(8, 16)
KINDS, SHIFT = 16, 28
_HASH = (1 << SHIFT) - 1

MAX_CHARACTERS = 1_800
"""Characters of the text that are read: an event is told at the beginning."""
HEADS = 2
"""The headline and the first sentence are the head; without a headline, the first two sentences."""
LEAST_HEAD = 20
"""Characters: a shorter sentence behind the headline is a kicker or a byline."""
COMMON_SHARE = 0.05
"""A feature of this share of older stories connects no sentence with the head."""
MOST_HEADS = 40
_MOST = {WORD: 170, HEAD: MOST_HEADS, FIGURE: 30, NAME: 40, SOUND: 60, ENTITY: 40, TERM: 60}
"""How many features of a kind are kept, the first ones."""
_HEAD_KIND = {FIGURE: HEAD_NAME, NAME: HEAD_NAME, SOUND: HEAD_SOUND, ENTITY: HEAD_ENTITY, TERM: HEAD_TERM}

_DOTS = str.maketrans(dict.fromkeys("·‧ㆍ∙・•⋯…", " "))
_JOINT = re.compile("[·‧ㆍ∙・•-]")
_SYLLABLES = re.compile(rf"(?<![가-힣])(?:[가-힣]{_JOINT.pattern})+[가-힣]")
_NOISE = (
    (("@",), r"\S{1,64}@\S{1,64}"),
    (("://",), r"https?://\S+"),
    (("사진", "photo"), r"^[^\n]{0,12}(?:사진|photo)\s?(?:설명)?\s?[:=/][^\n]{0,120}$"),
    (("=", "사진", "제공", "자료", "photo"), r"[(\[][^)\]\n]{0,30}(?:=|사진|제공|자료|photo)[^)\]\n]{0,30}[)\]]"),
    (("[",), r"\[[a-z0-9.]{4,30}\]"),
    (("기자", "특파원"), r"(?:[가-힣]{2,4}[\s·]{1,3}){1,3}(?:인턴\s?)?(?:기자|특파원)(?:\s?=|(?=\s|$))"),
    (
        ("by", "reporter", "correspondent"),
        r"^(?:by\s+[^\n]{3,60}|[^\n.]{3,50},?\s+(?:staff\s+)?(?:reporter|correspondent)s?)\s*$",
    ),
    (
        ("입력", "수정", "승인", "등록", "published", "updated"),
        r"(?:입력|수정|승인|기사입력|기사등록|최종수정|등록|published|updated)\s*:?\s*[\d:./\s-]{6,24}",
    ),
    (("저작권자", "copyright", "ⓒ", "©"), r"[<(\[]?\s*(?:저작권자|copyright|ⓒ|©)[^\n]*"),
    (("무단",), r"무단\s*전[재제][^\n]*"),
)
"""Bylines, captions, times and licence lines: they say nothing about the event, and no headline sentence begins so.

Before each pattern stand the words of which it needs one: most texts have few of them, and a pattern that need not be
tried at each character of a text takes no time.
"""
_SENTENCE_END = re.compile(r"\n+|(?<=[가-힣]\.)\s+|(?<=[?!])\s+|(?<=[a-z0-9)\"”’][.!?])\s+(?=[\"“‘A-Z가-힣\[(])")
_RUNS = re.compile(r"[가-힣]+|[a-z][a-z'’]*[a-z0-9]|[0-9]+[a-z]*|[一-鿿]|[^\W\d_a-z가-힣一-鿿]{2,}")
_LATIN_NAME = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9]*(?:[-‑][A-Za-z0-9]+)*")
_HANGUL_WORD = re.compile(r"[가-힣]{2,}")
_NOT_LETTERS = re.compile(r"[\W\d_]+")


def _feature(kind: int, text: str) -> int:
    return kind << SHIFT | crc32(text.encode()) & _HASH


AHEAD = _feature(RELATION, "ahead")
SIGNING, SIGNING_AHEAD = _feature(MILESTONE, "signing"), _feature(RELATION, "signing ahead")


def plain(text: str) -> str:
    """Folds a text: dots, quotes and width become one form, letters lower case; 한-미 and 한·미 are 한미."""
    if text.isascii():
        return text.lower()
    joined = _SYLLABLES.sub(lambda match: _JOINT.sub("", match.group()), text)
    return unicodedata.normalize("NFKC", joined.translate(_DOTS)).lower()


def features_of(headline: str, text: str, gazetteer: Gazetteer | None = None) -> Features:
    """Returns the features of an article, sentence by sentence."""
    gazetteer = gazetteer or built_in()
    sentences = sentences_of(headline, text)
    head, first, lead = (plain(" ".join(some)) for some in (sentences[:1], sentences[1:2], sentences[1:3]))
    relation = time_relation(head, lead)
    made = [_feature(RELATION, relation)]
    if relation != "ahead" and (milestone := milestone_of(head, first)):
        made.append(_feature(MILESTONE, milestone))
    if is_signing_ahead(head, first):
        made.append(SIGNING_AHEAD)
    known: dict[int, None] = {}
    left = dict(_MOST)
    heads = HEADS
    for at, sentence in enumerate(sentences):
        is_head = heads > 0 and len(sentence) > (LEAST_HEAD if at else 0)
        heads -= is_head
        found = _features_in(sentence, gazetteer, is_head=is_head)
        if not is_head and not _is_connected(found, known):
            found = [feature for feature in found if feature >> SHIFT == FIGURE]
        if sentence:
            made.append(_feature(SENTENCE, _NOT_LETTERS.sub("", sentence.lower())))
        made += _kept(found, known, left)
    return tuple(made)


def _is_connected(found: Iterable[int], known: dict[int, None]) -> bool:
    """Whether a sentence shares anything telling with what was read before it."""
    common = common_features()
    return any(
        feature in known and feature >> SHIFT != SOUND and common.get(feature, 0.0) <= COMMON_SHARE for feature in found
    )


def _kept(found: Iterable[int], known: dict[int, None], left: dict[int, int]) -> Iterator[int]:
    """Yields what is new, no more of a kind than it may have."""
    for feature in found:
        kind = feature >> SHIFT
        if feature not in known and left.get(kind, 1) > 0:
            known[feature] = None
            if kind in left:
                left[kind] -= 1
            yield feature


def counted_features(features: Iterable[int], is_stock: Callable[[int], bool]) -> Iterator[int]:
    """Yields the features that count: of a stock sentence only figures, which may be new in a template."""
    stock = False
    for feature in features:
        kind = feature >> SHIFT
        if kind == SENTENCE:
            stock = is_stock(feature)
        if not stock or kind == FIGURE:
            yield feature


def topic_features(people: Iterable[str], sectors: Iterable[str]) -> Iterator[int]:
    """Yields the features of the topics that a text names."""
    yield from (_feature(PERSON, name) for name in people)
    yield from (_feature(SECTOR, sector) for sector in sectors)


def milestone_in(features: Iterable[int]) -> int | None:
    """Returns the feature of the milestone that a report tells of, if any."""
    return next((feature for feature in features if feature >> SHIFT == MILESTONE), None)


def milestone_feature(milestone: Milestone) -> int:
    """Returns the feature that stands for a milestone."""
    return _feature(MILESTONE, milestone)


def sentences_of(headline: str, text: str) -> list[str]:
    """Returns the headline, then the sentences of the text's beginning, without bylines, times and licence lines."""
    beginning = text[: MAX_CHARACTERS * 2]
    folded = beginning.casefold()
    noise = _noise(tuple(any(word in folded for word in words) for words, _ in _NOISE))
    body = (noise.sub(" ", beginning) if noise is not None else beginning)[:MAX_CHARACTERS]
    return [unmarked(headline), *(sentence for part in _SENTENCE_END.split(body) if (sentence := part.strip()))]


@lru_cache(maxsize=64)
def _noise(may_stand: tuple[bool, ...]) -> re.Pattern[str] | None:
    """Returns the patterns of noise that may stand in a text as one, or None."""
    patterns = [pattern for (_, pattern), may in zip(_NOISE, may_stand, strict=True) if may]
    return re.compile("|".join(patterns), re.IGNORECASE | re.MULTILINE) if patterns else None


def _features_in(sentence: str, gazetteer: Gazetteer, *, is_head: bool) -> list[int]:
    folded = plain(sentence)
    hashes = [hashed & _HASH for hashed in map(crc32, map(str.encode, words_of(folded)))]
    if is_head:
        found = [kind << SHIFT | hashed for hashed in hashes for kind in (HEAD, WORD)]
    else:
        found = [WORD << SHIFT | hashed for hashed in hashes]
    for kind, value in _specifics(sentence, folded, gazetteer):
        if is_head:
            found.append(_feature(_HEAD_KIND[kind], value))
        found.append(_feature(kind, value))
    return found


def _specifics(sentence: str, folded: str, gazetteer: Gazetteer) -> Iterator[tuple[int, str]]:
    """Yields what both languages can share: figures, Latin names, the sounds of names, gazetteer entries."""
    yield from ((FIGURE, figure) for figure in figures(folded))
    hangul_words = _HANGUL_WORD.findall(sentence)
    for match in _LATIN_NAME.finditer(sentence):
        name = match.group()
        if not hangul_words and name.islower():
            continue
        if len(name) > 1 and _is_name(name, match.start(), in_hangul=bool(hangul_words)):
            yield NAME, name.lower().replace("‑", "-")
            if not hangul_words and name[0].isupper() and (sounds := latin_sounds(name)):
                yield SOUND, sounds
    for word in hangul_words:
        yield from ((SOUND, sounds) for sounds in hangul_sounds(word))
    for sighting in gazetteer.find(folded):
        yield (TERM if sighting.kind == TERMS else ENTITY), sighting.id


def _is_name(word: str, at: int, *, in_hangul: bool) -> bool:
    """Whether a Latin word is a name: any in Korean text; in English one with a capital, not at the beginning."""
    return in_hangul or not (word.islower() or word.istitle()) or (at > 0 and word.istitle())


def words_of(folded: str) -> list[str]:
    """Returns syllable pairs of Hangul words, stems of Latin words, and numbers."""
    words: list[str] = []
    for run in _RUNS.findall(folded):
        first = run[0]
        if "가" <= first <= "힣":
            words += map(add, run, run[1:])
        elif "a" <= first <= "z":
            words.append(stem(run.removesuffix("'s").removesuffix("’s")))
        else:
            words.append(run)
    return words


@lru_cache(maxsize=1 << 14)
def stem(word: str) -> str:
    """Returns a Latin word without the endings of number and tense."""
    for ending, rest in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)] + rest
    return word.removesuffix("e") if len(word) > 4 else word
