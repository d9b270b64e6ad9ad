"""The pact, or a sister of it, by its circumstances: countries, agreement and fields may be sentences apart.

What counts are signs that no other deal of the countries has: where and when it was signed, its working group and
committee, who acts for it, that it binds nobody. Its fields and the kind of agreement add to them; what speaks of other
deals takes away. An agreement that `rivals` calls another one never counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.matching.evidence import COUNTRIES, KOREA, US, Accepted, Decision, Evidence
from bot.matching.event import named_of_sister
from bot.matching.rivals import against, headline_of_another
from bot.model import Reason
from settings.lexicon import Lexicon

_ANCHORS = ("agreement", "tech_agreement", "group_agreement", "paper")
_MOST = 200
_NEIGHBOURS = 2
_REACH = 840
_TOUCHING = 20
_LEAD = 400
_US_SIDE = (*US, "us_official")
_SIGNS = (("venue", 2), ("signed_when", 1), ("follow_up", 2), ("committee", 1), ("siblings", 1), ("binds_nobody", 1))
_SISTERS_SIGNS = (
    ("signed_when", 1), ("suspend", 2), ("similar", 2), ("siblings", 2), ("follow_up", 1), ("binds_nobody", 1),
)  # fmt: skip
_OFFICES = ("science_ministry", "science_house")
_OTHERS = (("money", 1.0), ("other_deal", 1.5), ("institution", 0.5))
_TELLING = frozenset({"quantum", "telecom", "research-security"})
_LEAST_SIGNS = 2
_ENOUGH = 4.0


@dataclass(frozen=True, slots=True)
class _Place:
    """An agreement in its surroundings: its sentence, its window, and the headline above."""

    own: Evidence
    head: Evidence
    start: int
    end: int
    sentence: tuple[int, int]
    window: tuple[int, int]

    def here(self, *names: str) -> bool:
        return self.own.cue(names, *self.sentence)

    def around(self, *names: str) -> bool:
        if self.own.cue(names, *self.window):
            return True
        return self.head is not self.own and self.head.cue(names, 0, len(self.head.field.text))

    def countries(self, *names: str) -> bool:
        """Countries may be told further away than what is said of the agreement."""
        return self.around(*names) or self.own.cue(names, max(0, self.start - _REACH), self.end + _REACH)

    def tech(self) -> bool:
        return self.own.cue(("tech_agreement",), max(0, self.start - _TOUCHING), self.end + 4)


def by_circumstances(evidence: Sequence[Evidence], lexicon: Lexicon, on: date | None, decision: Decision) -> None:
    """Adds what the signs of an article that names nothing speak of."""
    places = [place for own in evidence for place in _places(evidence, own, decision)]
    if not decision.pact and (on is None or on >= lexicon.window_opens_on):
        best = max((p for p in places if _of_korea(p)), key=lambda p: _score(p, lexicon, _SIGNS), default=None)
        if best is not None and _enough(best, lexicon, _SIGNS):
            decision.pact.append((best.own, Accepted("pact", "pact", "circumstances", best.start, best.end)))
            decision.reasons.append(_reason(best, lexicon))
    if on is None or on >= lexicon.sister_window_opens_on:
        for country in COUNTRIES:
            if country != "korea" and country not in decision.sisters:
                _sister(country, places, lexicon, decision)


def _sister(country: str, places: Sequence[_Place], lexicon: Lexicon, decision: Decision) -> None:
    of_it = [place for place in places if _of_sister(place, country)]
    best = max(of_it, key=lambda p: _score(p, lexicon, _SISTERS_SIGNS), default=None)
    if best is not None and (_enough(best, lexicon, _SISTERS_SIGNS) or any(_of_both(p, country) for p in of_it)):
        decision.sisters[country] = [(best.own, Accepted("sister", country, "circumstances", best.start, best.end))]
        args = {"sister": country, "term": best.own.field.quote(best.start, best.end)}
        decision.reasons.append(Reason("sister.event", args))


def _places(evidence: Sequence[Evidence], own: Evidence, decision: Decision) -> Iterator[_Place]:
    for start, end in list(own.places(_ANCHORS, 0, len(own.field.text)))[:_MOST]:
        sentence = own.field.sentences.around(start)
        if against(own, start, end, *sentence) is None and not named_of_sister(own, start, end, decision):
            low, high = own.field.sentences.around(start, _NEIGHBOURS, _NEIGHBOURS)
            window = max(low, start - _REACH), min(high, end + _REACH)
            yield _Place(own, evidence[0], start, end, sentence, window)


def _of_korea(place: _Place) -> bool:
    sisters = [cue for country, cues in COUNTRIES.items() if country != "korea" for cue in cues]
    if place.here(*sisters) and not place.here(*KOREA):
        return False
    return place.countries(*KOREA, "korean_official") and place.countries(*_US_SIDE)


def _of_sister(place: _Place, country: str) -> bool:
    """Its country stands in the agreement's sentence, or near it where several deals are told together or one halted."""
    told = place.here("siblings", "similar") or (place.tech() and place.here("suspend"))
    if not (place.here(*COUNTRIES[country]) or (told and place.around(*COUNTRIES[country]))):
        return False
    if place.here("others") or (place.here(*KOREA) and not place.here("siblings", "similar", "plural")):
        return False
    return place.around(*_US_SIDE, "us_pair")


def _of_both(place: _Place, country: str) -> bool:
    """An agreement on technology with both countries in its sentence: since the first of them, it is hardly another."""
    return place.tech() and place.here(*COUNTRIES[country]) and place.here(*_US_SIDE, "us_pair")


def _enough(place: _Place, lexicon: Lexicon, signs: tuple[tuple[str, int], ...]) -> bool:
    return _signs(place, lexicon, signs) >= _LEAST_SIGNS and _score(place, lexicon, signs) >= _ENOUGH


def _signs(place: _Place, lexicon: Lexicon, signs: tuple[tuple[str, int], ...]) -> int:
    """What only this deal has, an official who acts for it as much as the place where it was signed."""
    counted = sum(weight for name, weight in signs if place.around(name))
    dated = place.here("signed_when") and place.here("sign")
    telling = len(_TELLING & _sectors(place, lexicon)) > 1
    return counted + dated + telling + 2 * min(2, len(_actors(place, lexicon)))


def _score(place: _Place, lexicon: Lexicon, signs: tuple[tuple[str, int], ...]) -> float:
    sectors = _sectors(place, lexicon)
    score: float = _signs(place, lexicon, signs) + sum(place.around(office) for office in _OFFICES)
    score += min(4, len(sectors)) + len(_TELLING & sectors) / 2
    score += 2 * place.tech() + place.here("venue")
    score += (place.here(*KOREA) and place.here(*_US_SIDE)) / 2
    score -= sum(weight for name, weight in _OTHERS if place.around(name))
    score -= place.here("other_left") + 2 * (not place.tech() and headline_of_another(place.head, place.own))
    return score


def _sectors(place: _Place, lexicon: Lexicon) -> set[str]:
    own, head = place.own, place.head
    found = {a.topic for a in own.of_kind("sector", *place.window)} | {a.topic for a in head.of_kind("sector", 0, _LEAD)}
    return found & set(lexicon.pact_sectors)


def _actors(place: _Place, lexicon: Lexicon) -> set[str]:
    acting = {official.name for official in lexicon.officials if official.pact_role}
    return acting & {a.topic for a in place.own.of_kind("official", *place.window)}


def _reason(place: _Place, lexicon: Lexicon) -> Reason:
    """Which signs stand there, in the article's own words."""
    quote = place.own.field.quote
    first = (next(place.own.places((name,), *place.window), None) for name, _ in _SIGNS)
    signs = dict.fromkeys((*(quote(*span) for span in first if span), *sorted(_actors(place, lexicon))))
    args = {"term": quote(place.start, place.end), "signs": ", ".join(signs)}
    return Reason("pact.circumstances", {**args, "sectors": ", ".join(sorted(_sectors(place, lexicon)))})
