"""Resolves references to other deals: Seoul's equivalent, the one with Britain, 일본판, 한국 것.

A country and a noun that refers back are enough in an article that is about one of the deals, and only there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from bot.matching.engine.evidence import Evidence
from bot.matching.text.korean import is_hangul
from bot.matching.text.lazy_pattern import lazy_pattern

Reference = tuple[str, Evidence, int, int]
"""The country, the field, and the start and end of the referring words."""

_MAX_PLACES = 60
_REACH_CHARS = 64
_TIMES = r"(?:own|existing|separate|parallel|similar|sister|frozen|paused|october|september|tech|technology|new) "
_SURE_NOUNS = r"version|equivalent|counterpart|edition|variant|memo|memorandum|mou|tpd|text|one"
_LOOSE_NOUNS = r"deal|pact|accord|agreement"
_MADE = "signed|struck|reached|agreed|concluded|made|inked|sealed|finalized"
_KO_MADE = "맺은|체결한|서명한|교환한|합의한|는 맺은"
_BEHIND_SURE = lazy_pattern(
    rf"(?:'s|s'|-us|-u\.s\.)? (?:{_TIMES}){{0,2}}(?:{_SURE_NOUNS})\b|판(?![가-힣]{{3}})|(?:의|측)? 것[은에이과도]"
    rf"|(?:과|와)(?:의| ?(?:{_KO_MADE}))? ?(?:각서|양해각서|mou|것|문서|문건)"
    r"|의? ?(?:기술 ?|협력 ?){0,2}(?:각서|양해각서|mou)(?![가-힣]{3})"
    rf"|[이가] (?:[가-힣0-9]+ )?(?:{_KO_MADE}) (?:각서|양해각서|mou|것|문서|문건|협정|합의)"
    r"|의? ?(?:사례|전례|선례)"
)
_BEHIND_LOOSE = lazy_pattern(
    rf"(?:'s|s')? (?:{_TIMES}){{0,2}}(?:{_LOOSE_NOUNS})\b|(?:과|와)의 ?(?:기술 ?)?(?:합의|협정)"
    r"| ?(?:기술 ?)?(?:합의|협정)(?![가-힣]{3})"
)
_BEFORE_SURE = lazy_pattern(
    rf"\b(?:{_SURE_NOUNS}|ones|those|memos|memoranda) (?:(?:{_MADE}) )?(?:with|for) (?:the )?$"
    rf"|\b(?:{'s|'.join(_LOOSE_NOUNS.split('|'))}s|memos|memoranda|texts)(?: to date| so far)?: (?:the )?$"
    rf"|\b(?:as|what (?:[a-z.]+ ){{1,3}}) ?(?:{_MADE}) with (?:the )?$"
)
_BEFORE_LOOSE = lazy_pattern(
    rf"\b(?:{_LOOSE_NOUNS}|{'s|'.join(_LOOSE_NOUNS.split('|'))}s) (?:(?:{_MADE}) )?with (?:the )?$"
)
_NOUN_OF = lazy_pattern(rf"\b(?:{_SURE_NOUNS}|{_LOOSE_NOUNS}) (?:that |which )?(?:the )?$")
_MADE_BY = lazy_pattern(rf" (?:had |has )?(?:{_MADE})\b")
_ALONE = lazy_pattern(
    r"'s(?:[.,;]| (?:is|was|has|had|does|adds|puts|stresses|covers|includes|lists|leaves|omits|names|lacks"
    r"|speaks|runs"
    r"|says|remains|follows|stays|came|went|goes|never|still|would|will|leans|focuses)\b)"
)
_OWN = lazy_pattern(
    rf"(?:its|their) own (?:{_TIMES}){{0,2}}(?:{_SURE_NOUNS}|{_LOOSE_NOUNS})\b|"
    r"(?:자국|자체|자기)(?:판|의| 버전의?) ?(?:기술 ?)?(?:각서|양해각서|mou|합의|협정)"
)
_SUBJECT_CHARS = 120
_ON_CHARS = 44
_ON = lazy_pattern(" (?:on|over|about|covering|for|to) ")
_JOINT = lazy_pattern(r"(?:,? (?:and|or|as well as|then) (?:with )?(?:the )?|[와과],? ?(?:그리고 )?| 및 ?|·| & |/)")
_COMMA = lazy_pattern(r", ?(?:the |with )?")
_DATE = lazy_pattern(
    r"\([^()\n]{1,24}\)| (?:on|in) [a-z]{3,9}\.?(?: \d{1,2})?(?:, 20\d\d)?"
    r"| (?:a|one|the) (?:day|week|month) (?:earlier|later|before)| (?:first|second|third|last)"
    r"|(?:\d{1,2}월 ?)?\d{1,2}일 (?=$)|\d{1,2}월 (?=$)"
)
"""The date of one member of a list, or another gloss in brackets."""


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


def joined_with(evidence: Evidence, country: str, near: int, low: int, high: int) -> frozenset[str]:
    """The countries of the list around the nearest mention of one: Japan and South Korea; it alone if in no list."""
    places = list(_countries(evidence, low, high))[:_MAX_PLACES]
    of_it = [number for number, place in enumerate(places) if place[2] == country]
    if not of_it:
        return frozenset({country})
    at = min(of_it, key=lambda number: abs(places[number][0] - near))
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
    if _NOUN_OF.search(before) and _MADE_BY.match(behind):
        return True
    if beside_another and _ALONE.match(behind):
        return True
    loose = _BEHIND_LOOSE.match(behind)
    if not (loose or _BEFORE_LOOSE.search(before)):
        return False
    end += loose.end() if loose else 0
    far = end + (_ON_CHARS if _ON.match(evidence.field.text, end) else 0)
    return not evidence.cue(("other_left", "other_deal", "money"), max(0, start - _SUBJECT_CHARS), far)


def _joined(text: str, places: Sequence[tuple[int, int, str]], at: int) -> list[tuple[int, int, str]]:
    """The places of the list around one country, whose members may have dates.

    A comma alone joins three members, in Korean two.
    """
    joints = [joint_of(text, first, second) for first, second in pairwise(places)]
    low = high = at
    while low > 0 and joints[low - 1]:
        low -= 1
    while high < len(joints) and joints[high]:
        high += 1
    only_commas = "and" not in joints[low:high]
    if only_commas and high - low < 2 and not is_hangul(text[places[at][0]]):
        return [places[at]]
    while not only_commas and high > at and joints[high - 1] == "," and not is_hangul(text[places[high][0]]):
        high -= 1
    return list(places[low : high + 1])


def joint_of(text: str, first: tuple[int, int, str], second: tuple[int, int, str]) -> str:
    """What joins two countries: "and", a comma, or nothing."""
    between = _DATE.sub("", text[first[1] : second[0]])
    return "and" if _JOINT.fullmatch(between) else "," if _COMMA.fullmatch(between) else ""
