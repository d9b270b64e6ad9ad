"""Resolves references to other deals: Seoul's equivalent, the one with Britain, 일본판, 한국 것.

A country and a noun that refers back are enough in an article that is about one of the deals, and only there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from bot.matching.engine.evidence import Evidence

Reference = tuple[str, Evidence, int, int]
"""The country, the field, and the start and end of the referring words."""

_MAX_PLACES = 60
_REACH_CHARS = 64
_TIMES = r"(?:own|existing|separate|parallel|similar|sister|frozen|paused|october|september|tech|technology|new) "
_SURE_NOUNS = r"version|equivalent|counterpart|edition|variant|memo|memorandum|mou|tpd|text|one"
_LOOSE_NOUNS = r"deal|pact|accord|agreement"
_BEHIND_SURE = re.compile(
    rf"(?:'s|s'|-us|-u\.s\.)? (?:{_TIMES}){{0,2}}(?:{_SURE_NOUNS})\b|판(?![가-힣]{{3}})|(?:의|측)? 것[은에이과도]"
    r"|(?:과|와)(?:의| 맺은|는 맺은)? ?(?:각서|양해각서|mou|것)|의? ?(?:기술 ?)?(?:각서|양해각서|mou)(?![가-힣]{3})"
)
_BEHIND_LOOSE = re.compile(
    rf"(?:'s|s')? (?:{_TIMES}){{0,2}}(?:{_LOOSE_NOUNS})\b|(?:과|와)의 ?(?:기술 ?)?(?:합의|협정)"
    r"| ?(?:기술 ?)?(?:합의|협정)(?![가-힣]{3})"
)
_BEFORE_SURE = re.compile(rf"\b(?:{_SURE_NOUNS}|memos|memoranda) (?:signed |struck |reached )?(?:with|for) (?:the )?$")
_BEFORE_LOOSE = re.compile(
    rf"\b(?:{_LOOSE_NOUNS}|{'s|'.join(_LOOSE_NOUNS.split('|'))}s) (?:signed |struck |reached )?with (?:the )?$"
)
_ALONE = re.compile(
    r"'s(?:[.,;]| (?:is|was|has|had|does|adds|puts|stresses|covers|includes|lists|leaves|omits|names|lacks|speaks|runs"
    r"|says|remains|follows|stays|came|went|goes|never|still|would|will|leans|focuses)\b)"
)
_OWN = re.compile(
    rf"(?:its|their) own (?:{_TIMES}){{0,2}}(?:{_SURE_NOUNS}|{_LOOSE_NOUNS})\b|"
    r"(?:자국|자체|자기)(?:판|의| 버전의?) ?(?:기술 ?)?(?:각서|양해각서|mou|합의|협정)"
)
_SUBJECT_CHARS = 120
_JOINT = re.compile(r"(?:,? (?:and|or|as well as) (?:with )?(?:the )?|와 ?|과 ?| 및 ?|·| & |/)")
_COMMA = re.compile(r", ?(?:the )?")


def references(fields: Sequence[Evidence]) -> Iterator[Reference]:
    """Every deal that the article refers to by its country."""
    for evidence in fields:
        places = list(_countries(evidence, 0, len(evidence.field.text)))[:_MAX_PLACES]
        for number, (start, end, _) in enumerate(places):
            if _refers(evidence, start, end, bool(number)):
                for listed_start, listed_end, country in _joined(evidence.field.text, places, number):
                    yield country, evidence, listed_start, listed_end
        yield from _owned(evidence)


def _owned(evidence: Evidence) -> Iterator[Reference]:
    """Tokyo … its own version: the owner stands owners the words, in the same sentence."""
    places = islice(evidence.places(("owned",), 0, len(evidence.field.text)), _MAX_PLACES)
    for match in filter(None, (_OWN.match(evidence.field.text, start) for start, _ in places)):
        begin, _ = evidence.field.sentences.around(match.start())
        owners = list(_countries(evidence, max(begin, match.start() - _SUBJECT_CHARS), match.start()))
        if owners and owners[0][2] != "korea":
            yield owners[0][2], evidence, match.start(), match.end()


def joined_with(evidence: Evidence, country: str, low: int, high: int) -> frozenset[str]:
    """The countries of one list: Japan and South Korea, 영국과 한국; the country alone where it stands in none."""
    places = list(_countries(evidence, low, high))[:_MAX_PLACES]
    at = next((number for number, place in enumerate(places) if place[2] == country), None)
    if at is None:
        return frozenset({country})
    return frozenset(joined for _, _, joined in _joined(evidence.field.text, places, at))


def listed_from(evidence: Evidence, low: int, high: int) -> frozenset[str]:
    """The countries of the first list of two or more between two places; none where one stands alone."""
    places = list(_countries(evidence, low, high))[:_MAX_PLACES]
    listed = _joined(evidence.field.text, places, 0) if places else []
    countries = frozenset(country for _, _, country in listed)
    return countries if len(countries) > 1 else frozenset()


def _countries(evidence: Evidence, low: int, high: int) -> Iterator[tuple[int, int, str]]:
    """The places of countries, in order; of two that overlap the first and longer."""
    places = [
        (start, end, country)
        for country, cues in evidence.countries.items()
        for start, end in evidence.places(cues, low, high)
    ]
    last = -1
    for start, end, country in sorted(places, key=lambda place: (place[0], -place[1])):
        if start >= last:
            yield start, end, country
            last = end


def _refers(evidence: Evidence, start: int, end: int, beside_another: bool) -> bool:
    """Do the words beside a country refer to its deal?"""
    end -= 2 if evidence.field.text[start:end].endswith("'s") else 0
    behind, before = (
        evidence.field.text[end : end + _REACH_CHARS],
        evidence.field.text[max(0, start - _REACH_CHARS) : start],
    )
    if _BEHIND_SURE.match(behind) or _BEFORE_SURE.search(before):
        return True
    if beside_another and _ALONE.match(behind):
        return True
    if not (_BEHIND_LOOSE.match(behind) or _BEFORE_LOOSE.search(before)):
        return False
    begin, stop = evidence.field.sentences.around(start)
    return not evidence.cue(("other_left", "other_deal", "money"), begin, stop)


def _joined(text: str, places: Sequence[tuple[int, int, str]], at: int) -> list[tuple[int, int, str]]:
    """The places of the list around one country; its members are joined by words like "and", or commas before one."""
    low = high = at
    while low > 0 and _JOINT.fullmatch(text[places[low - 1][1] : places[low][0]]):
        low -= 1
    while high + 1 < len(places):
        between = text[places[high][1] : places[high + 1][0]]
        comma = _COMMA.fullmatch(between) and high + 2 < len(places)
        later = comma and _JOINT.fullmatch(text[places[high + 1][1] : places[high + 2][0]])
        if not (_JOINT.fullmatch(between) or later):
            break
        high += 1
    return list(places[low : high + 1])
