"""The pact, or a sister of it, by its circumstances: countries, agreement and fields may be sentences apart.

What counts are signs that together only this deal has: where and when it was signed, its working group and committee,
who acts for it, that it binds nobody. Its fields and the kind of agreement add to them; what speaks of other deals
takes away. States must be the parties, and an agreement that `rivals` calls another one never counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.matching.engine.cues import KOREA, KOREA_SIDE, US_SIDE
from bot.matching.engine.evidence import Accepted, Evidence
from bot.matching.pact.by_event import named_of_sister
from bot.matching.pact.decision import PactDecision
from bot.matching.pact.other_deals import headline_of_another, objection_to
from bot.model import Reason
from settings.lexicon import Lexicon

_ANCHORS = ("agreement", "tech_agreement", "group_agreement", "paper")
_MOST = 200
_NEIGHBOURS = 2
_REACH = 840
_TOGETHER = ("siblings", "similar")
_TELLING = frozenset({"quantum", "telecom", "research-security"})
_OFFICES = ("science_ministry", "science_house")
_MOST_SECTORS = 4
_MOST_ACTORS = 2

# What a sign counts; a sister's differ, because it is told of beside the pact or when it is halted.
_Signs = tuple[tuple[str, int], ...]
_SIGNS: _Signs = (
    ("venue", 2), ("venue_apec", 1), ("follow_up", 2), ("signed_when", 1), ("committee", 1), ("siblings", 1),
    ("binds_nobody", 1),
)  # fmt: skip
_SISTERS_SIGNS: _Signs = (
    ("suspend", 2), ("similar", 2), ("siblings", 2), ("beside", 1), ("signed_when", 1), ("follow_up", 1),
    ("binds_nobody", 1),
)  # fmt: skip
_OTHER_DEALS = (("other_deal", 1.5), ("trilateral", 1.0), ("money", 1.0), ("institution", 0.5))
_LEAST_SIGNS = 2
_ENOUGH = 4.0


@dataclass(frozen=True, slots=True)
class _AgreementPlace:
    """An agreement in its surroundings: its sentence, the window around it, and the headline above."""

    own: Evidence
    head: Evidence
    start: int
    end: int
    sentence: tuple[int, int]
    window: tuple[int, int]
    sectors: frozenset[str]
    """The pact's fields, those of the headline too."""
    actors: frozenset[str]
    """Officials who act for the pact."""
    rival: bool
    """The headline speaks of an agreement on another subject."""

    def here(self, *names: str) -> bool:
        return self.own.cue(names, *self.sentence)

    def around(self, *names: str) -> bool:
        return self.own.cue(names, *self.window) or self.above(*names)

    def above(self, *names: str) -> bool:
        return self.head is not self.own and self.head.cue(names, 0, len(self.head.field.text))

    def countries(self, *names: str) -> bool:
        """Countries may be told further away than what is said of the agreement."""
        return self.around(*names) or self.own.cue(names, max(0, self.start - _REACH), self.end + _REACH)

    def tech(self) -> bool:
        return self.own.tech_at(self.start, self.end)

    def signs(self, counted: _Signs) -> int:
        """What only this deal has."""
        found = sum(weight for name, weight in counted if self.around(name))
        dated = self.here("signed_when") and self.here("sign")
        return found + dated + (len(_TELLING & self.sectors) > 1) + self._acting()

    def _acting(self) -> int:
        """Officials of both sides are twice the sign that those of one are, who have other deals too."""
        both = self.own.cue(("korean_official",), *self.window) and self.own.cue(("us_official",), *self.window)
        both = both or self.tech() or self.here("two_governments", "pair")
        return 2 * min(_MOST_ACTORS, len(self.actors)) if both else min(1, len(self.actors))

    def score(self, counted: _Signs) -> float:
        """The signs, and all else that speaks for or against."""
        score: float = self.signs(counted) + sum(map(self.around, _OFFICES)) + 2 * self.tech() + self.here("venue")
        score += min(_MOST_SECTORS, len(self.sectors)) + len(_TELLING & self.sectors) / 2
        score += (self.here(*KOREA) and self.here(*US_SIDE)) / 2
        score -= sum(weight for name, weight in _OTHER_DEALS if self.around(name)) + self.here("other_left")
        return score - 2 * (self.rival and not self.tech())

    def states(self) -> bool:
        """Do states speak here: governments, who acts for them, both countries side by side?"""
        return bool(self.actors) or self.around("pair", "us_pair", "two_governments", "government", *_TOGETHER)

    def sides(self) -> bool:
        """Do both countries stand in the agreement's own sentence or in the headline? A mere paper needs that."""
        own_noun = self.own.cue(_ANCHORS[:-1], self.start, self.end)
        both = all(self.here(*side) or self.above(*side) for side in (KOREA_SIDE, US_SIDE))
        return own_noun or both or self.here("pair", "two_governments")

    def subject(self) -> bool:
        """Is it told what the agreement is about, and is that the pact's?"""
        return bool(self.sectors) or bool(self.actors) or self.tech()

    def enough(self, counted: _Signs) -> bool:
        if not (self.states() and self.sides() and self.subject()):
            return False
        return self.signs(counted) >= _LEAST_SIGNS and self.score(counted) >= _ENOUGH


def by_circumstances(evidence: Sequence[Evidence], lexicon: Lexicon, on: date | None, decision: PactDecision) -> None:
    """Adds what the signs of an article speak of, where nothing names it."""
    places = [place for own in evidence for place in _places(evidence[0], own, lexicon, decision)]
    if not decision.pact and (on is None or on >= lexicon.window_opens_on):
        enough = (place for place in places if _of_korea(place) and place.enough(_SIGNS))
        best = max(enough, key=lambda place: place.score(_SIGNS), default=None)
        if best is not None:
            decision.pact.append((best.own, Accepted("pact", "pact", "circumstances", best.start, best.end)))
            decision.reasons.append(_reason(best))
    if on is None or on >= lexicon.sister_window_opens_on:
        for country in evidence[0].countries:
            if country != "korea" and country not in decision.sisters:
                _sister(country, places, decision)


def _places(head: Evidence, own: Evidence, lexicon: Lexicon, decision: PactDecision) -> Iterator[_AgreementPlace]:
    acting = frozenset(official.name for official in lexicon.officials if official.pact_role)
    fields, rival = frozenset(lexicon.pact_sectors), headline_of_another(head, own)
    above = frozenset(found.topic for found in head.of_kind("sector")) if head.field.name == "headline" else frozenset()
    for start, end in sorted(own.places(_ANCHORS, 0, len(own.field.text)))[:_MOST]:
        sentence = own.field.sentences.around(start)
        if objection_to(own, start, end, *sentence) is None and not named_of_sister(own, start, end, decision):
            low, high = own.field.sentences.around(start, _NEIGHBOURS, _NEIGHBOURS)
            window = max(low, start - _REACH), min(high, end + _REACH)
            sectors = above.union(found.topic for found in own.of_kind("sector", *window))
            actors = acting.intersection(found.topic for found in own.of_kind("official", *window))
            yield _AgreementPlace(own, head, start, end, sentence, window, sectors & fields, actors, rival)


def _of_korea(place: _AgreementPlace) -> bool:
    if place.here(*place.own.sisters) and not place.here(*KOREA):
        return False
    return place.countries(*KOREA_SIDE) and place.countries(*US_SIDE)


def _sister(country: str, places: Sequence[_AgreementPlace], decision: PactDecision) -> None:
    of_it = (place for place in places if _of_sister(place, country))
    enough = (place for place in of_it if place.enough(_SISTERS_SIGNS) or _of_both(place, country))
    best = max(enough, key=lambda place: place.score(_SISTERS_SIGNS), default=None)
    if best is not None:
        decision.add_sister(country, best.own, ("circumstances", best.start, best.end), "sister.circumstances")


def _of_sister(place: _AgreementPlace, country: str) -> bool:
    """Its country stands in the agreement's sentence, or near it where several deals are told or one is halted."""
    cues = place.own.countries[country]
    told = place.here(*_TOGETHER) or (place.tech() and place.here("suspend"))
    if not (place.here(*cues) or (told and place.around(*cues))):
        return False
    if place.here("others") or (place.here(*KOREA_SIDE) and not place.here(*_TOGETHER, "beside", "plural")):
        return False
    return place.around(*US_SIDE, "us_pair")


def _of_both(place: _AgreementPlace, country: str) -> bool:
    """An agreement of states on technology, with both countries in its sentence."""
    return (
        place.states()
        and place.tech()
        and place.here(*place.own.countries[country])
        and place.here(*US_SIDE, "us_pair")
    )


def _reason(place: _AgreementPlace) -> Reason:
    """Which signs stand there, in the article's own words."""
    first = (next(_quoted(place, name), None) for name, _ in _SIGNS)
    signs = dict.fromkeys((*filter(None, first), *sorted(place.actors)))
    args = {"term": place.own.field.quote(place.start, place.end), "signs": ", ".join(signs)}
    if not place.sectors:
        return Reason("pact.circumstances_alone", args)
    return Reason("pact.circumstances", {**args, "sectors": ", ".join(sorted(place.sectors))})


def _quoted(place: _AgreementPlace, name: str) -> Iterator[str]:
    yield from (place.own.field.quote(*span) for span in place.own.places((name,), *place.window))
    if place.head is not place.own:
        yield from (place.head.field.quote(*span) for span in place.head.places((name,), 0, len(place.head.field.text)))
