"""Finds the city in which an event takes place: the one that a sentence joins to its signing or its meeting.

A city is also a government ("Washington said") or the home of somebody, and a sentence may recall an earlier event, so
only a plain form counts: "signed … in Gyeongju", "talks in Seoul", 경주에서 서명, 서울에서 열린 회담.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from bot.stories.gazetteer import BUILT_IN

CITIES = frozenset(
    {
        *("seoul", "busan", "incheon", "songdo", "daejeon", "daegu", "ulsan", "sejong", "gyeongju", "jeju", "pangyo"),
        *("gwacheon", "suwon", "pohang", "pyeongchang", "washington", "new-york", "san-francisco", "boston", "hawaii"),
        *("los-angeles", "houston", "camp-david", "mar-a-lago", "tokyo", "osaka", "kyoto", "hiroshima", "beijing"),
        *("shanghai", "hong-kong", "taipei", "singapore", "kuala-lumpur", "hanoi", "jakarta", "manila", "bangkok"),
        *("new-delhi", "canberra", "sydney", "ottawa", "toronto", "mexico-city", "london", "edinburgh", "paris"),
        *("berlin", "munich", "brussels", "the-hague", "geneva", "davos", "vienna", "rome", "madrid", "prague"),
        *("warsaw", "riyadh", "abu-dhabi", "dubai", "johannesburg", "belem"),
    }
)
"""Ids of the gazetteer. Cities that are also something else (광주, Sofia, Perth) say nothing."""


class EventPlace(NamedTuple):
    """A city, the act that takes place there (one of ACTS), and the city as it is written."""

    act: str
    city: str
    written: str


_MONTH = "january|february|march|april|may|june|july|august|september|october|november|december"
_BEFORE_ACT = re.compile(
    r"(?:지난|다음) ?(?:해|달|주|번)|작년|올해 초|앞서|내년|내달|당시|[0-9]월(?! ?[0-9]+일)|[0-9]{4}"
    rf"|\b(?:last|next|previous|earlier|after|following|since|before|ahead of|from|during|for|{_MONTH})\b(?! [0-9])"
)
"""Words of another time or another event before the act."""
_BEHIND_CITY = re.compile(rf" (?:last|next|earlier|previously)\b| in (?:{_MONTH}|20[0-9]{{2}})\b(?! [0-9])")
_ENGLISH_ACTS = {
    "signing": r"sign(?:s|ed|ing)?|ink(?:s|ed)|seal(?:s|ed)|signing ceremony",
    "meeting": r"met|meets?|talks|summit|meeting|dialogue",
}
_KOREAN_ACTS = {
    "signing": r"서명|체결|조인",
    "meeting": r"만나|만났|회담|회동|회의|대화",
}
ACTS = tuple(_ENGLISH_ACTS)
_SUBORDINATE = r"\b(?:that|which|who|whom|after|before|when|while|as|since|but|and|with|following|during|from|to)\b"
_REACH = 90
_BEHIND, _BEFORE = 40, 30


def event_places(head: str) -> Iterator[EventPlace]:
    """Yields the cities of a folded headline and lead, in the order of the text."""
    for act, pattern in _english_patterns().items():
        for match in pattern.finditer(head):
            if not _is_other_time(head, match.start(), match.end()):
                yield EventPlace(act, _city_of()[match["city"]], match["city"].title())
    for act, pattern in _korean_patterns().items():
        for match in pattern.finditer(head):
            if not _is_other_time(head, match.start(), match.end()):
                yield EventPlace(act, _city_of()[match["city"]], match["city"])


def _is_other_time(head: str, start: int, end: int) -> bool:
    clause = re.split(r"[,.\n;]", head[max(0, start - _BEFORE) : start])[-1]
    return bool(_BEFORE_ACT.search(clause) or _BEHIND_CITY.match(head, end))


@cache
def _city_of() -> dict[str, str]:
    places = tomllib.loads(BUILT_IN.read_text("utf-8"))["place"]
    return {form: city for city in sorted(CITIES & places.keys()) for form in places[city]}


@cache
def _english_patterns() -> dict[str, re.Pattern[str]]:
    cities = _alternatives(form for form in _city_of() if form.isascii())
    return {
        act: re.compile(
            rf"\b(?:{verbs})\b(?:(?!{_SUBORDINATE})[^.;:,\n]){{0,{_REACH}}}?\b(?:in|at) (?P<city>{cities})\b"
            r"(?!['’]|-| (?:university|bureau|office))"
        )
        for act, verbs in _ENGLISH_ACTS.items()
    }


@cache
def _korean_patterns() -> dict[str, re.Pattern[str]]:
    cities = _alternatives(form for form in _city_of() if not form.isascii())
    return {
        act: re.compile(
            rf"(?<![가-힣])(?P<city>{cities})(?: ?d\.?c\.?|시|특별시|광역시)?(?:에서|서)"
            rf"(?: (?:(?!(?:{cities})(?:에서|서)|(?:뒤|후|이어) )[^.,\n]){{0,{_BEHIND}}}?)? ?(?:{acts})"
        )
        for act, acts in _KOREAN_ACTS.items()
    }


def _alternatives(forms: Iterator[str]) -> str:
    return "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
