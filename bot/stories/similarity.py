"""How alike two texts are: features that survive re-editing, a small fingerprint of them, and an honest Jaccard.

Hangul is compared by the pairs of syllables inside a word, so that particles, endings and spacing cost little; Latin
script by its words. A fingerprint keeps the smallest hashes of a lead (a bottom-k sketch): it is what may be stored of
a text that must not be stored itself. Its first numbers, all below ``FIRST_HASH``, say what kind of event the text
reports and which well-known things it names, in either language (see ``occasions``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from zlib import crc32

from bot.stories.event_types import concepts_of, main_occasion, number_of
from scrapers.headline_marks import unmarked

Fingerprint = tuple[int, ...]

FIRST_HASH = 1024
"""Numbers below it are occasions and concepts, numbers from it on are hashed features."""
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
_COMMON = frozenset(
    {
        "the",
        "a",
        "an",
        "and",
        "or",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "with",
        "by",
        "from",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "has",
        "have",
        "had",
        "its",
        "it",
        "that",
        "this",
        "said",
        "says",
        "new",
        "after",
        "over",
        "under",
        "will",
        "would",
        "their",
        "more",
        "than",
        "not",
        "but",
        "which",
        "who",
        "also",
        "into",
        "about",
        "amid",
        "south",
        "korea",
        "korean",
        "korea's",
        "united",
        "states",
        "us",
        "u.s",
        "republic",
        "rok",
        "seoul",
        "washington",
        "president",
        "government",
        "minister",
        "ministry",
        "year",
        "years",
        "percent",
        "news",
        "report",
        "reports",
        "reported",
        "according",
    }
)
_COMMON_PAIRS = frozenset(
    {
        "한국",
        "미국",
        "정부",
        "장관",
        "대통",
        "통령",
        "기술",
        "협력",
        "이라",
        "에서",
        "으로",
        "한다",
        "했다",
        "밝혔",
        "혔다",
        "이다",
        "위해",
        "통해",
        "대한",
        "관련",
        "올해",
        "지난",
        "우리",
        "분야",
        "한미",
        "뉴스",
        "기자",
        "사진",
        "보도",
        "발표",
        "국과",
        "국의",
        "부는",
        "에는",
        "하는",
        "하고",
        "있다",
        "라고",
        "다고",
        "것이",
        "것으",
        "과학",
        "학기",
        "정보",
        "통신",
        "연합",
        "합뉴",
        "양국",
        "가운",
        "운데",
        "따르",
        "르면",
        "이번",
        "계획",
        "예정",
    }
)


def plain(text: str) -> str:
    """One form for what looks the same: dots, quotes and width folded, lower case."""
    return unicodedata.normalize("NFKC", text.translate(_DOTS)).lower()


def _features_of_run(run: str) -> Iterable[str]:
    if "가" <= run[0] <= "힣":
        return (run[at : at + 2] for at in range(len(run) - 1)) if len(run) > 1 else ()
    if run[0].isascii() and run[0].isalpha():
        return (run.removesuffix("'s").removesuffix("’s"),)
    return (run,)


def features(text: str) -> frozenset[str]:
    """What is compared: syllable pairs of Hangul words, Latin words, numbers; words that every text holds left out."""
    found = (feature for run in _RUNS.findall(plain(text)) for feature in _features_of_run(run))
    return frozenset(feature for feature in found if feature not in _COMMON and feature not in _COMMON_PAIRS)


@lru_cache(maxsize=32_768)
def title_features(headline: str) -> frozenset[str]:
    """The features of a headline. Common words count here: a title is short and its wording is the point."""
    runs = _RUNS.findall(plain(unmarked(headline)))
    return frozenset(feature for run in runs for feature in _features_of_run(run))


def _number(feature: str) -> int:
    number = crc32(feature.encode())
    return number if number >= FIRST_HASH else number + FIRST_HASH


def fingerprint(headline: str, text: str) -> Fingerprint:
    """What a report is about, as a few numbers: its occasion, the things it names, and a sketch of its lead."""
    lead = _NOISE.sub(" ", text[: MAX_LEAD_CHARACTERS * 2])[:MAX_LEAD_CHARACTERS]
    occasion = main_occasion(plain(unmarked(headline)), plain(lead))
    known = {number_of(occasion)} if occasion else set()
    known |= concepts_of(plain(f"{headline}\n{lead}"))
    hashes = sorted({_number(feature) for feature in features(f"{unmarked(headline)}\n{lead}")})
    return (*sorted(known), *hashes[:MAX_HASHES])


def jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    """Shared features among all features, 0 to 1."""
    shared = len(left & right)
    return shared / (len(left) + len(right) - shared) if shared else 0.0


def sketch_likeness(left: frozenset[int], right: frozenset[int]) -> tuple[float, int]:
    """Jaccard estimated from two bottom-k sketches (exact while both texts are short), and how much was shared."""
    shared = left & right
    if not shared:
        return 0.0, 0
    union = left | right
    if len(union) <= MAX_HASHES:
        return len(shared) / len(union), len(shared)
    smallest = sorted(union)[:MAX_HASHES]
    held = sum(1 for number in smallest if number in shared)
    return held / len(smallest), held


def title_likeness(left: str, right: str) -> float:
    """Jaccard of two headlines; 0 when one is too short to say."""
    a, b = title_features(left), title_features(right)
    if min(len(a), len(b)) < MIN_TITLE_FEATURES:
        return 1.0 if a and plain(unmarked(left)).split() == plain(unmarked(right)).split() else 0.0
    return jaccard(a, b)


def count_differently(left: str, right: str) -> bool:
    """Whether two headlines give figures and share none: a series (first quarter, second quarter), no re-edit."""
    a, b = ({feature for feature in title_features(text) if feature.isdigit()} for text in (left, right))
    return bool(a and b) and a.isdisjoint(b)
