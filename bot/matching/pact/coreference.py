"""Deals that an article speaks of beside the one it names: Seoul's equivalent, the one with Britain, 일본판, 한국 것.

Only in an article that is about one of them: then a country and a noun that points back are enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from bot.matching.engine.evidence import Evidence

Pointed = tuple[str, Evidence, int, int]
"""The country, the field, and the place of the words that point."""

_MOST = 60
_REACH = 64
_TIMES = r"(?:own|existing|separate|parallel|similar|sister|frozen|paused|october|september|tech|technology|new) "
_SURE = r"version|equivalent|counterpart|edition|variant|memo|memorandum|mou|tpd|text|one"
_LOOSE = r"deal|pact|accord|agreement"
_BEHIND_SURE = re.compile(
    rf"(?:'s|s'|-us|-u\.s\.)? (?:{_TIMES}){{0,2}}(?:{_SURE})\b|판(?![가-힣]{{3}})|(?:의|측)? 것[은에이과도]"
    r"|(?:과|와)(?:의| 맺은|는 맺은)? ?(?:각서|양해각서|mou|것)|의? ?(?:기술 ?)?(?:각서|양해각서|mou)(?![가-힣]{3})"
)
_BEHIND_LOOSE = re.compile(
    rf"(?:'s|s')? (?:{_TIMES}){{0,2}}(?:{_LOOSE})\b|(?:과|와)의 ?(?:기술 ?)?(?:합의|협정)"
    r"| ?(?:기술 ?)?(?:합의|협정)(?![가-힣]{3})"
)
_BEFORE_SURE = re.compile(rf"\b(?:{_SURE}|memos|memoranda) (?:signed |struck |reached )?(?:with|for) (?:the )?$")
_BEFORE_LOOSE = re.compile(
    rf"\b(?:{_LOOSE}|{'s|'.join(_LOOSE.split('|'))}s) (?:signed |struck |reached )?with (?:the )?$"
)
_ALONE = re.compile(
    r"'s(?:[.,;]| (?:is|was|has|had|does|adds|puts|stresses|covers|includes|lists|leaves|omits|names|lacks|speaks|runs"
    r"|says|remains|follows|stays|came|went|goes|never|still|would|will|leans|focuses)\b)"
)
_OWN = re.compile(
    rf"(?:its|their) own (?:{_TIMES}){{0,2}}(?:{_SURE}|{_LOOSE})\b|(?:자국|자체|자기)(?:판|의| 버전의?) ?(?:기술 ?)?"
    r"(?:각서|양해각서|mou|합의|협정)"
)
_SUBJECT_REACH = 120
_JOINT = re.compile(r"(?:,? (?:and|or|as well as) (?:with )?(?:the )?|와 ?|과 ?| 및 ?|·| & |/)")
_COMMA = re.compile(r", ?(?:the )?")


def pointed_at(evidence: Sequence[Evidence]) -> Iterator[Pointed]:
    """Every deal that is pointed at, in an article that is about one."""
    for own in evidence:
        places = list(_countries(own, 0, len(own.field.text)))[:_MOST]
        for at, (start, end, _) in enumerate(places):
            if _points(own, start, end, bool(at)):
                yield from ((one, own, s, e) for s, e, one in _joined(own.field.text, places, at))
        yield from _owned(own)


def _owned(own: Evidence) -> Iterator[Pointed]:
    """Tokyo … its own version: whose it is stands before, in the same sentence."""
    places = islice(own.places(("owned",), 0, len(own.field.text)), _MOST)
    for found in filter(None, (_OWN.match(own.field.text, start) for start, _ in places)):
        begin, _ = own.field.sentences.around(found.start())
        before = list(_countries(own, max(begin, found.start() - _SUBJECT_REACH), found.start()))
        if before and before[0][2] != "korea":
            yield before[0][2], own, found.start(), found.end()


def joined_with(own: Evidence, country: str, low: int, high: int) -> frozenset[str]:
    """The countries of one list: Japan and South Korea, 영국과 한국; the country alone where it stands in none."""
    places = list(_countries(own, low, high))[:_MOST]
    at = next((n for n, place in enumerate(places) if place[2] == country), None)
    if at is None:
        return frozenset({country})
    return frozenset(one for _, _, one in _joined(own.field.text, places, at))


def listed_from(own: Evidence, low: int, high: int) -> frozenset[str]:
    """The countries of the first list of two or more between two places; none where one stands alone."""
    places = list(_countries(own, low, high))[:_MOST]
    every = frozenset(one for _, _, one in _joined(own.field.text, places, 0)) if places else frozenset()
    return every if len(every) > 1 else frozenset()


def _countries(own: Evidence, low: int, high: int) -> Iterator[tuple[int, int, str]]:
    """Where a country stands, in order; of two words at one place the longer."""
    found = [(s, e, c) for c, cues in own.countries.items() for s, e in own.places(cues, low, high)]
    last = -1
    for start, end, country in sorted(found, key=lambda place: (place[0], -place[1])):
        if start >= last:
            yield start, end, country
            last = end


def _points(own: Evidence, start: int, end: int, beside_another: bool) -> bool:
    end -= 2 if own.field.text[start:end].endswith("'s") else 0
    behind, before = own.field.text[end : end + _REACH], own.field.text[max(0, start - _REACH) : start]
    if _BEHIND_SURE.match(behind) or _BEFORE_SURE.search(before):
        return True
    if beside_another and _ALONE.match(behind):
        return True
    if not (_BEHIND_LOOSE.match(behind) or _BEFORE_LOOSE.search(before)):
        return False
    begin, stop = own.field.sentences.around(start)
    return not own.cue(("other_left", "other_deal", "money"), begin, stop)


def _joined(text: str, places: Sequence[tuple[int, int, str]], at: int) -> list[tuple[int, int, str]]:
    """The list around one country: joints, or commas on the way to one."""
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
