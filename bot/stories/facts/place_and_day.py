"""Finds the city and the day of an event: those that a sentence joins to its signing, its meeting or its launch.

A city is also a government ("Washington said") or the home of somebody, a day may be that of the announcement, and a
sentence may recall an earlier event, so only a plain form counts: "signed in Gyeongju on Oct. 29", 29일 경주에서 서명.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from bot.stories.features.gazetteer import PLACES, forms_of

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


class Circumstance(NamedTuple):
    """A city or a day, the act that it belongs to (one of ACTS), and how it is written."""

    act: str
    value: str
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
    "launch": r"launch(?:es|ed)?|lift(?:s|ed)? off",
}
_KOREAN_ACTS = {"signing": r"서명|체결|조인", "meeting": r"만나|만났|회담|회동|회의|대화", "launch": r"발사"}
ACTS = tuple(_ENGLISH_ACTS)
_SUBORDINATE = r"\b(?:that|which|who|whom|after|before|when|while|as|since|but|and|with|following|during|from|to)\b"
_SENTENCE_END = r"(?<!\.[a-z])\. (?![0-9])"
_REACH = 90
_BEHIND, _BEFORE = 40, 30
_SHORT_MONTH = r"jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec"
_ENGLISH_DAY = (
    rf"(?P<written>(?:{_MONTH}|(?:{_SHORT_MONTH})\.?) (?P<day>[0-3]?[0-9])(?:st|nd|rd|th)?)\b(?!,? ?20[0-9][0-9])"
)
"""A date with its year is told of the past."""
_KOREAN_DAY = (
    r"(?<![0-9.~∼-])(?P<written>(?:1?[0-9]월 ?)?(?P<day>[0-3]?[0-9])일)"
    r"(?! ?(?:동안|간|째|까지|부터|자|이후|전|뒤|후))"
)
_SAID = re.compile(r"[가-힣]{0,4}(?:다고|라고|기로 했다고) (?![0-9]{1,2}일)")
"""Behind the act: the day may be that of the announcement (29일 … 서명했다고 밝혔다), unless another one follows."""


def event_places(head: str) -> Iterator[Circumstance]:
    """Yields the cities of a folded headline and lead, in the order of the text."""
    for pattern in (_english_city, _korean_city):
        for act in ACTS:
            for match in pattern(act).finditer(head):
                if not (_is_other_time(head, match.start()) or _BEHIND_CITY.match(head, match.end())):
                    city = match["city"]
                    yield Circumstance(act, _city_of()[city], city.title() if city.isascii() else city)


def event_days(head: str) -> Iterator[Circumstance]:
    """Yields the days of the month of a folded headline and lead, in the order of the text."""
    for pattern in (_english_day, _korean_day):
        for act in ACTS:
            for match in pattern(act).finditer(head):
                is_told = _SAID.match(head, match.end())
                if 1 <= int(match["day"]) <= 31 and not (_is_other_time(head, match.start()) or is_told):
                    yield Circumstance(act, match["day"].lstrip("0"), match["written"].capitalize())


def _is_other_time(head: str, start: int) -> bool:
    clause = re.split(r"[,.\n;]", head[max(0, start - _BEFORE) : start])[-1]
    return bool(_BEFORE_ACT.search(clause))


@cache
def _city_of() -> dict[str, str]:
    places = forms_of(PLACES)
    return {form: city for city in sorted(CITIES & places.keys()) for form in places[city]}


def _english(act: str, behind: str) -> re.Pattern[str]:
    """An act, and behind it in the same clause a city or a day."""
    between = rf"(?:(?!{_SUBORDINATE}|{_SENTENCE_END})[^;:,\n]){{0,{_REACH}}}?"
    return re.compile(rf"\b(?:{_ENGLISH_ACTS[act]})\b{between}\b{behind}")


def _korean(act: str, before: str, not_between: str) -> re.Pattern[str]:
    """A city or a day, and behind it in the same clause an act."""
    between = rf"(?:(?!{not_between}|(?:뒤|후|이어) )[^.,\n]){{0,{_BEHIND}}}?"
    return re.compile(rf"{before}(?: {between})? ?(?:{_KOREAN_ACTS[act]})")


@cache
def _english_city(act: str) -> re.Pattern[str]:
    cities = _alternatives(form for form in _city_of() if form.isascii())
    return _english(act, rf"(?:in|at) (?P<city>{cities})\b(?!['’]|-| (?:university|bureau|office))")


@cache
def _korean_city(act: str) -> re.Pattern[str]:
    cities = _alternatives(form for form in _city_of() if not form.isascii())
    locative = r"(?: ?d\.?c\.?|시|특별시|광역시)?(?:에서|서)"
    return _korean(act, rf"(?<![가-힣])(?P<city>{cities}){locative}", rf"(?:{cities}){locative}")


@cache
def _english_day(act: str) -> re.Pattern[str]:
    return _english(act, rf"(?:on )?{_ENGLISH_DAY}")


@cache
def _korean_day(act: str) -> re.Pattern[str]:
    return _korean(act, rf"{_KOREAN_DAY}(?:\(현지 ?시[간각]\))?", "[0-9]일|[다라]고 ")


def _alternatives(forms: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
