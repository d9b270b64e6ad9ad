"""Finds what makes an agreement of the two countries another deal: its subject, its age, its parties."""

from __future__ import annotations

from itertools import pairwise

from bot.matching.engine.cues import KOREA, KOREA_SIDE, US, US_SIDE
from bot.matching.engine.evidence import Evidence
from bot.matching.pact.coreference import joint_of
from bot.matching.text.lazy_pattern import lazy_pattern
from bot.model import Reason

_LEFT_CHARS = 40
_RIGHT_CHARS = 44
_TOUCHING_CHARS = 4
_SET_APART_CHARS = 14
_PAIR_CHARS = 24
_COUNTRY_CHARS = 20
_BESIDE_COUNTRY_CHARS = 2
_LEFT_FILL = ("", "·", "-", "협력", "관련", "분야", "협상")
_PARTY_CHARS = 40
_MAKING = "맺은|체결한|서명한|교환한"
_WITH_IT = lazy_pattern(rf"[와과](?:의)? (?!함께|더불어)(?:(?:{_MAKING}|[^ ]*[^는은한할이가을를 ]) )*")
"""The words between a firm and its agreement: none may open a clause, but for those of making an agreement."""
_WITH_A = lazy_pattern(
    r" with (?:(?!(?:on|for|to|under|that|which|covering|and|in|by|of|over|about) )[a-z.'-]+ ){0,3}$"
)
_MADE_WITH = lazy_pattern(rf"(?<![^ ])(?:[^ ]*[^ 에서은는이가을를,.] )?[가-힣a-z0-9]+[와과] (?={_MAKING})")
"""The other party, with the word before it: 크라치오스 실장과 맺은."""
_STATES = ("science_house", "science_ministry", "government", "others")
_OF = (" on ", " over ", " about ", " covering ", " for ", " to ")


def objection_to(
    evidence: Evidence, start: int, end: int, begin: int, stop: int, listed: bool = False
) -> Reason | None:
    """The first reason why this agreement is another deal; None if its sentence gives none.

    ``listed``: it is one of a list with several countries, so a third country is no objection.
    """
    return (
        _of_another_subject(evidence, start, end, begin, stop)
        or _of_another_time(evidence, begin, stop)
        or (None if listed else _of_other_countries(evidence, begin, stop))
        or _between_firms(evidence, start, begin, stop)
        or _with_somebody(evidence, start, begin)
    )


def _of_another_subject(evidence: Evidence, start: int, end: int, begin: int, stop: int) -> Reason | None:
    field = evidence.field
    for left, left_end in evidence.places(("other_left",), max(begin, start - _LEFT_CHARS), start):
        if start - left_end <= _TOUCHING_CHARS or field.text[left_end:start].strip() in _LEFT_FILL:
            return Reason("pact.other_deal", {"term": field.quote(left, end)})
    if field.text.startswith(_OF, end):
        far = min(stop, end + _RIGHT_CHARS)
        other = next(evidence.places(("other_left",), end, far), None)
        if other and next(evidence.of_kind("sector", end, other[0]), None) is None:
            return Reason("pact.other_deal", {"term": field.quote(start, other[1])})
    tech = evidence.is_on_technology(start, end)
    if tech and evidence.cue(("apart",), begin, stop):
        return None
    if not tech:
        for place, place_end in evidence.places(("money",), begin, stop):
            if not _set_apart(evidence, place, place_end):
                return Reason("pact.other_deal", {"term": field.quote(place, place_end)})
    for place, place_end in evidence.places(("other_deal",), begin, stop):
        return Reason("pact.other_deal", {"term": field.quote(place, place_end)})
    return None


def _set_apart(evidence: Evidence, start: int, end: int) -> bool:
    """Is another deal named only to say that this one has nothing to do with it: 대미 투자와는 별개?"""
    return evidence.cue(("set_apart",), end, end + _SET_APART_CHARS) or evidence.cue(
        ("set_apart",), max(0, start - 2 * _SET_APART_CHARS), start
    )


def headline_of_another(headline: Evidence, evidence: Evidence | None) -> bool:
    """Does the headline above this text name agreements on other subjects only?"""
    if headline is evidence:
        return False
    whole = (0, len(headline.field.text))
    agreements = list(headline.places(("agreement",), *whole))
    others = [_of_another_subject(headline, start, end, *whole) for start, end in agreements]
    return bool(agreements) and None not in others and not headline.cue(("tech_agreement",), *whole)


def _of_another_time(evidence: Evidence, begin: int, stop: int) -> Reason | None:
    for place, place_end in evidence.places(("old_era",), begin, stop):
        return Reason("pact.older_deal", {"term": evidence.field.quote(place, place_end)})
    year = _old_year(evidence.field.text[begin:stop])
    return Reason("pact.older_deal", {"term": year}) if year else None


def _of_other_countries(evidence: Evidence, begin: int, stop: int) -> Reason | None:
    for place, place_end in evidence.places(("trilateral",), begin, stop):
        return Reason("pact.three", {"term": evidence.field.quote(place, place_end)})
    third = _third_party(evidence, begin, stop)
    if third is not None:
        return Reason("pact.three", {"term": third})
    sisters = [span for cue in evidence.sisters if (span := next(evidence.places((cue,), begin, stop), None))]
    if len(sisters) > 1 and not evidence.cue(("plural",), begin, stop):
        place, place_end = sisters[0]
        return Reason("pact.three", {"term": evidence.field.quote(place, place_end)})
    for place, place_end in evidence.places(("others",), begin, stop):
        if not evidence.cue(("us", "us_marked", "pair"), begin, stop):
            return Reason("pact.other_country", {"term": evidence.field.quote(place, place_end)})
    return None


def _third_party(evidence: Evidence, begin: int, stop: int) -> str | None:
    """The third country of one list with both: Korea, the United States and Japan."""
    others = (*evidence.sisters, "others")
    if not (evidence.cue(others, begin, stop) and evidence.cue(KOREA, begin, stop)):
        return None
    kinds = {"korea": KOREA, "us": US, "third": others}
    places = sorted((*span, kind) for kind, cues in kinds.items() for span in evidence.places(cues, begin, stop))
    for three in zip(places, places[1:], places[2:], strict=False):
        joined = all(joint_of(evidence.field.text, first, second) for first, second in pairwise(three))
        if joined and {kind for _, _, kind in three} == set(kinds):
            return next(evidence.field.quote(start, end) for start, end, kind in three if kind == "third")
    return None


def _between_firms(evidence: Evidence, start: int, begin: int, stop: int) -> Reason | None:
    """Firms or universities are the parties: no government is named, or they follow the countries' names directly."""
    around = evidence.field.sentences.around(start, 1, 0)
    sentence, _ = evidence.field.sentences.around(start)
    if evidence.cue(("tech_agreement",), start, start + _PAIR_CHARS) and _behind_a_pair(evidence, start):
        return None
    for place, place_end in evidence.places(("institution",), begin, stop):
        if not evidence.cue(("government",), around[0], stop):
            return Reason("pact.private_deal", {"term": evidence.field.quote(place, place_end)})
        if _party(evidence, place, place_end, start):
            return Reason("pact.private_deal", {"term": evidence.field.quote(place, place_end)})
        if (
            place < start
            and not evidence.cue(("state",), max(begin, sentence), stop)
            and _behind_a_country(evidence, place)
        ):
            return Reason("pact.private_deal", {"term": evidence.field.quote(place, place_end)})
    return None


def _with_somebody(evidence: Evidence, start: int, begin: int) -> Reason | None:
    """The other party is neither a state nor an official of one: 블랙록과 맺은 협약."""
    low = max(begin, start - _PARTY_CHARS)
    for match in _MADE_WITH.finditer(evidence.field.text, low, start):
        if not evidence.cue((*KOREA_SIDE, *US_SIDE, *evidence.sisters, *_STATES), match.start(), match.end()):
            return Reason("pact.private_deal", {"term": evidence.field.quote(match.start(), match.end())})
    return None


def _party(evidence: Evidence, start: int, end: int, agreement: int) -> bool:
    """Is this firm or body a party of the agreement: 엔비디아와 맺은, with the American software maker?"""
    text = evidence.field.text
    if end < agreement <= end + _PARTY_CHARS:
        return _WITH_IT.fullmatch(text[end:agreement].rstrip() + " ") is not None
    return agreement < start and _WITH_A.search(text, max(agreement, start - _PARTY_CHARS), start) is not None


def _behind_a_pair(evidence: Evidence, at: int) -> bool:
    return any(at - end <= _BESIDE_COUNTRY_CHARS for _, end in evidence.places(("pair",), max(0, at - _PAIR_CHARS), at))


def _behind_a_country(evidence: Evidence, at: int) -> bool:
    low = max(0, at - _COUNTRY_CHARS)
    return any(0 <= at - end <= _BESIDE_COUNTRY_CHARS for _, end in evidence.places((*KOREA, *US), low, at))


def _old_year(text: str) -> str | None:
    """A year from 2010 to 2024 in a sentence, unless a later one stands there too."""
    windows = (text[at : at + 4] for at in range(len(text) - 3) if text[at : at + 2] == "20")
    years = [window for window in windows if window.isdigit()]
    old = [year for year in years if "2010" <= year <= "2024"]
    return old[0] if old and not any("2025" <= year <= "2030" for year in years) else None
