"""Measures the similarity of texts: features that survive re-editing, a fingerprint of them, and their Jaccard index.

Hangul is compared by the pairs of syllables inside a word, so that particles, endings and spacing matter little; Latin
script is compared by its words. A fingerprint keeps the smallest hashes of a lead (a bottom-k sketch): it may be
stored where the text must not be. Its first numbers, all below ``FIRST_HASH``, stand for the event type and for the
concepts that the text names, the same in both languages (see ``event_types``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from zlib import crc32

from bot.stories.event_types import concepts_of, main_event_type, number_of
from scrapers.headline_marks import unmarked

Fingerprint = tuple[int, ...]

FIRST_HASH = 1024
"""Numbers below it are event types and concepts, numbers from it on are hashed features."""
MAX_HASHES = 160
MAX_LEAD_CHARACTERS = 700
MIN_TITLE_FEATURES = 4

_DOTS = str.maketrans({"·": " ", "‧": " ", "ㆍ": " ", "∙": " ", "・": " ", "•": " ", "⋯": " ", "…": " "})
_NOISE = re.compile(
    r"\S+@\S+|https?://\S+|[(\[][^)\]=]{1,12}=[^)\]]{2,12}[)\]]|\S{2,4}\s+(?:기자|특파원)(?=\s|=|$)"
    r"|(?:입력|수정|승인|기사입력|기사등록|최종수정|등록|published|updated)\s*:?\s*[\d:./\s]+|[<(\[]?\s*(?:저작권자|copyright)[^\n]*|무단\s*전[재제][^\n]*",
    re.IGNORECASE,
)
_RUNS = re.compile(r"[가-힣]+|[a-z][a-z'’]*[a-z0-9]|[0-9]+[a-z]*|[一-鿿]|[^\W\d_a-z가-힣一-鿿]{2,}")
# fmt: off
_COMMON = frozenset({
    "the", "a", "an", "and", "or", "of", "in", "on", "at", "to", "for", "with", "by", "from", "as", "is", "are",
    "was", "were", "be", "been", "has", "have", "had", "its", "it", "that", "this", "said", "says", "new",
    "after", "over", "under", "will", "would", "their", "more", "than", "not", "but", "which", "who", "also",
    "into", "about", "amid", "south", "korea", "korean", "korea's", "united", "states", "us", "u.s", "republic",
    "rok", "seoul", "washington", "president", "government", "minister", "ministry", "year", "years", "percent",
    "news", "report", "reports", "reported", "according",
})
_COMMON_PAIRS = frozenset({
    "한국", "미국", "정부", "장관", "대통", "통령", "기술", "협력", "이라", "에서", "으로", "한다", "했다",
    "밝혔", "혔다", "이다", "위해", "통해", "대한", "관련", "올해", "지난", "우리", "분야", "한미", "뉴스",
    "기자", "사진", "보도", "발표", "국과", "국의", "부는", "에는", "하는", "하고", "있다", "라고", "다고",
    "것이", "것으", "과학", "학기", "정보", "통신", "연합", "합뉴", "양국", "가운", "운데", "따르", "르면",
    "이번", "계획", "예정",
})
# fmt: on


def plain(text: str) -> str:
    """Folds a text: dots, quotes and width become one form, letters lower case."""
    return unicodedata.normalize("NFKC", text.translate(_DOTS)).lower()


def _features_of_run(run: str) -> Iterable[str]:
    if "가" <= run[0] <= "힣":
        return (run[at : at + 2] for at in range(len(run) - 1)) if len(run) > 1 else ()
    if run[0].isascii() and run[0].isalpha():
        return (run.removesuffix("'s").removesuffix("’s"),)
    return (run,)


def features(text: str) -> frozenset[str]:
    """Returns syllable pairs of Hangul words, Latin words and numbers, without the words that every text holds."""
    every = (feature for run in _RUNS.findall(plain(text)) for feature in _features_of_run(run))
    return frozenset(feature for feature in every if feature not in _COMMON and feature not in _COMMON_PAIRS)


@lru_cache(maxsize=32_768)
def title_features(headline: str) -> frozenset[str]:
    """Returns the features of a headline, common words included: a headline is short, so each word matters."""
    runs = _RUNS.findall(plain(unmarked(headline)))
    return frozenset(feature for run in runs for feature in _features_of_run(run))


def _number(feature: str) -> int:
    number = crc32(feature.encode())
    return number if number >= FIRST_HASH else number + FIRST_HASH


def fingerprint(headline: str, text: str) -> Fingerprint:
    """Returns a report as a few sorted numbers: its event type, the concepts it names, and a sketch of its lead."""
    lead = _NOISE.sub(" ", text[: MAX_LEAD_CHARACTERS * 2])[:MAX_LEAD_CHARACTERS]
    event_type = main_event_type(plain(unmarked(headline)), plain(lead))
    known = {number_of(event_type)} if event_type else set()
    known |= concepts_of(plain(f"{headline}\n{lead}"))
    hashes = sorted({_number(feature) for feature in features(f"{unmarked(headline)}\n{lead}")})
    return (*sorted(known), *hashes[:MAX_HASHES])


def jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    """Returns the share of common features among all features, 0 to 1."""
    shared = len(left & right)
    return shared / (len(left) + len(right) - shared) if shared else 0.0


def sketch_similarity(left: frozenset[int], right: frozenset[int]) -> tuple[float, int]:
    """Estimates the Jaccard index from two bottom-k sketches; returns it with the number of shared hashes.

    It is exact while both texts are short.
    """
    shared = left & right
    if not shared:
        return 0.0, 0
    union = left | right
    if len(union) <= MAX_HASHES:
        return len(shared) / len(union), len(shared)
    smallest = sorted(union)[:MAX_HASHES]
    held = sum(1 for number in smallest if number in shared)
    return held / len(smallest), held


def title_similarity(left: str, right: str) -> float:
    """Returns the Jaccard index of two headlines; of very short ones 1.0 where their words are equal, else 0.0."""
    a, b = title_features(left), title_features(right)
    if min(len(a), len(b)) < MIN_TITLE_FEATURES:
        return 1.0 if a and plain(unmarked(left)).split() == plain(unmarked(right)).split() else 0.0
    return jaccard(a, b)


def count_differently(left: str, right: str) -> bool:
    """Whether two headlines give figures and share none: they belong to a series, as of two quarters."""
    a, b = ({feature for feature in title_features(text) if feature.isdigit()} for text in (left, right))
    return bool(a and b) and a.isdisjoint(b)
