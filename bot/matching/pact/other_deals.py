"""What makes an agreement of the two countries another one than the pact: its own subject, its age, its parties."""

from __future__ import annotations

import re

from bot.matching.engine.cues import KOREA, KOREA_SIDE, US, US_SIDE
from bot.matching.engine.evidence import Evidence
from bot.model import Reason

_LEFT_REACH = 40
_TOUCHING = 4
_APART = 14
_RIGHT_REACH = 44
_PAIRED = 24
_BESIDE_COUNTRY = 2
_LEFT_FILL = ("", "·", "-", "협력", "관련", "분야", "협상")
_PARTY = 40
_MAKING = "맺은|체결한|서명한|교환한"
_WITH_IT = re.compile(rf"[와과](?:의)? (?!함께|더불어)(?:(?:{_MAKING}|[^ ]*[^는은한할이가을를 ]) )*")
"""Between a firm and its agreement: no word that makes a clause of its own, but those of making one."""
_WITH_A = re.compile(r" with (?:(?!(?:on|for|to|under|that|which|covering|and|in|by|of|over|about) )[a-z.'-]+ ){0,3}$")
_MADE_WITH = re.compile(rf"(?<![^ ])(?:[^ ]*[^ 에서은는이가을를,.] )?[가-힣a-z0-9]+[와과] (?={_MAKING})")
"""The other side, with the word before it: 크라치오스 실장과 맺은."""
_STATES = ("science_house", "science_ministry", "government", "others")
_OF = (" on ", " over ", " about ", " covering ", " for ", " to ")


def objection_to(own: Evidence, start: int, end: int, begin: int, stop: int, listed: bool = False) -> Reason | None:
    """The first thing that speaks against this agreement in its sentence, None if nothing does.

    ``listed``: it is one of several with several countries, so that others than the two may stand there.
    """
    return (
        _of_another_subject(own, start, end, begin, stop)
        or _of_another_time(own, begin, stop)
        or (None if listed else _of_other_countries(own, begin, stop))
        or _between_firms(own, start, begin, stop)
        or _with_somebody(own, start, begin)
    )


def _of_another_subject(own: Evidence, start: int, end: int, begin: int, stop: int) -> Reason | None:
    text = own.field
    for s, e in own.places(("other_left",), max(begin, start - _LEFT_REACH), start):
        if start - e <= _TOUCHING or text.text[e:start].strip() in _LEFT_FILL:
            return Reason("pact.other_deal", {"term": text.quote(s, end)})
    if text.text.startswith(_OF, end):
        far = min(stop, end + _RIGHT_REACH)
        other = next(own.places(("other_left",), end, far), None)
        if other and next(own.of_kind("sector", end, other[0]), None) is None:
            return Reason("pact.other_deal", {"term": text.quote(start, other[1])})
    tech = own.tech_at(start, end)
    if tech and own.cue(("apart",), begin, stop):
        return None
    if not tech:
        for s, e in own.places(("money",), begin, stop):
            if not _set_apart(own, s, e):
                return Reason("pact.other_deal", {"term": text.quote(s, e)})
    for s, e in own.places(("other_deal",), begin, stop):
        return Reason("pact.other_deal", {"term": text.quote(s, e)})
    return None


def _set_apart(own: Evidence, start: int, end: int) -> bool:
    """Another deal that is named only to say that this one has nothing to do with it: 대미 투자와는 별개."""
    return own.cue(("set_apart",), end, end + _APART) or own.cue(("set_apart",), max(0, start - 2 * _APART), start)


def headline_of_another(headline: Evidence, own: Evidence) -> bool:
    """Does the headline over this text speak of an agreement on another subject, and of no other one?"""
    if headline is own:
        return False
    whole = (0, len(headline.field.text))
    every = list(headline.places(("agreement",), *whole))
    others = [_of_another_subject(headline, start, end, *whole) for start, end in every]
    return bool(every) and None not in others and not headline.cue(("tech_agreement",), *whole)


def _of_another_time(own: Evidence, begin: int, stop: int) -> Reason | None:
    for s, e in own.places(("old_era",), begin, stop):
        return Reason("pact.older_deal", {"term": own.field.quote(s, e)})
    year = _old_year(own.field.text[begin:stop])
    return Reason("pact.older_deal", {"term": year}) if year else None


def _of_other_countries(own: Evidence, begin: int, stop: int) -> Reason | None:
    for s, e in own.places(("trilateral",), begin, stop):
        return Reason("pact.three", {"term": own.field.quote(s, e)})
    sisters = [place for cue in own.sisters if (place := next(own.places((cue,), begin, stop), None))]
    if len(sisters) > 1 and not own.cue(("plural",), begin, stop):
        s, e = sisters[0]
        return Reason("pact.three", {"term": own.field.quote(s, e)})
    for s, e in own.places(("others",), begin, stop):
        if not own.cue(("us", "us_marked", "pair"), begin, stop):
            return Reason("pact.other_country", {"term": own.field.quote(s, e)})
    return None


def _between_firms(own: Evidence, start: int, begin: int, stop: int) -> Reason | None:
    """Firms and universities are the parties: no government speaks, or they stand right behind the countries' names."""
    around = own.field.sentences.around(start, 1, 0)
    sentence, _ = own.field.sentences.around(start)
    if own.cue(("tech_agreement",), start, start + _PAIRED) and _behind_a_pair(own, start):
        return None
    for s, e in own.places(("institution",), begin, stop):
        if not own.cue(("government",), around[0], stop):
            return Reason("pact.private_deal", {"term": own.field.quote(s, e)})
        if _party(own, s, e, start):
            return Reason("pact.private_deal", {"term": own.field.quote(s, e)})
        if s < start and not own.cue(("state",), max(begin, sentence), stop) and _behind_a_country(own, s):
            return Reason("pact.private_deal", {"term": own.field.quote(s, e)})
    return None


def _with_somebody(own: Evidence, start: int, begin: int) -> Reason | None:
    """블랙록과 맺은 협약: who stands there as the other side is no state, and nobody who acts for one."""
    low = max(begin, start - _PARTY)
    for found in _MADE_WITH.finditer(own.field.text, low, start):
        if not own.cue((*KOREA_SIDE, *US_SIDE, *own.sisters, *_STATES), found.start(), found.end()):
            return Reason("pact.private_deal", {"term": own.field.quote(found.start(), found.end())})
    return None


def _party(own: Evidence, start: int, end: int, agreement: int) -> bool:
    """Is the agreement one with this firm or body: 엔비디아와 맺은, with the American software maker?"""
    text = own.field.text
    if end < agreement <= end + _PARTY:
        return _WITH_IT.fullmatch(text[end:agreement].rstrip() + " ") is not None
    return agreement < start and _WITH_A.search(text, max(agreement, start - _PARTY), start) is not None


def _behind_a_pair(own: Evidence, at: int) -> bool:
    return any(at - end <= _BESIDE_COUNTRY for _, end in own.places(("pair",), max(0, at - _PAIRED), at))


def _behind_a_country(own: Evidence, at: int) -> bool:
    low = max(0, at - 20)
    return any(0 <= at - end <= _BESIDE_COUNTRY for _, end in own.places((*KOREA, *US), low, at))


def _old_year(text: str) -> str | None:
    """A year before the pact in the agreement's own sentence, when no later one stands there."""
    years = [text[i : i + 4] for i in range(len(text) - 3) if text[i : i + 2] == "20" and text[i : i + 4].isdigit()]
    old = [y for y in years if "2010" <= y <= "2024"]
    return old[0] if old and not any("2025" <= y <= "2030" for y in years) else None
