"""Finds the pact or a sister by its circumstances: countries, agreement and fields may be sentences apart.

The signs that only this deal has are counted: where and when it was signed, its working group and committee, the
officials who act for it, that it is not binding. Its fields and the kind of agreement are added, signs of other deals
taken away. States must be the parties, and an agreement that `other_deals` objects to never counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.matching.engine.cues import KOREA, KOREA_SIDE, US_SIDE
from bot.matching.engine.evidence import Accepted, Evidence
from bot.matching.pact.by_event import named_of_sister
from bot.matching.pact.decision import PactDecision
from bot.matching.pact.other_deals import objection_to
from bot.model import Reason
from settings.lexicon import Lexicon

ANCHORS = ("agreement", "tech_agreement", "group_agreement", "paper")
_MAX_AGREEMENTS = 200
_NEIGHBOURS = 2
_REACH_CHARS = 840
_TOGETHER = ("siblings", "similar")
_MOST_SECTORS = 4
_MOST_ACTORS = 2

# The weight of each sign; a sister has others, because it is mentioned beside the pact or when it is suspended.
_Signs = tuple[tuple[str, int], ...]
_SIGNS: _Signs = (
    ("venue", 2), ("venue_apec", 1), ("follow_up", 2), ("signed_when", 1), ("committee", 1), ("siblings", 1),
    ("binds_nobody", 1),
)  # fmt: skip
_SISTERS_SIGNS: _Signs = (
    ("suspend", 2), ("similar", 2), ("siblings", 2), ("beside", 1), ("binds_nobody", 1),
)  # fmt: skip
_OTHER_DEALS = ("other_deal", "trilateral", "money", "institution")
_LEAST_SIGNS = 2
_ENOUGH = 4


@dataclass(frozen=True, slots=True)
class _AgreementPlace:
    """An agreement with its surroundings: its sentence, the window around it, and the headline above."""

    evidence: Evidence
    head: Evidence
    start: int
    end: int
    sentence: tuple[int, int]
    window: tuple[int, int]
    sectors: frozenset[str]
    """The pact's fields, those of the headline too."""
    actors: frozenset[str]
    """Officials who act for the pact."""

    def in_sentence(self, *names: str) -> bool:
        """Does one of these cues stand in the agreement's sentence?"""
        return self.evidence.cue(names, *self.sentence)

    def around(self, *names: str) -> bool:
        """Does one of these cues stand in the window around the agreement, or in the headline above?"""
        return self.evidence.cue(names, *self.window) or self.above(*names)

    def above(self, *names: str) -> bool:
        """Does one of these cues stand in the headline above the agreement's text?"""
        return self.head is not self.evidence and self.head.cue(names, 0, len(self.head.field.text))

    def countries(self, *names: str) -> bool:
        """Does one of these cues stand around or anywhere within reach? Countries may stand further away than signs."""
        return self.around(*names) or self.evidence.cue(
            names, max(0, self.start - _REACH_CHARS), self.end + _REACH_CHARS
        )

    def tech(self) -> bool:
        """Is it an agreement on technology?"""
        return self.evidence.is_on_technology(self.start, self.end)

    def signs(self, counted: _Signs) -> int:
        """The weights of all signs that stand around the agreement."""
        weights = sum(weight for name, weight in counted if self.around(name))
        dated = self.in_sentence("signed_when") and self.in_sentence("sign")
        return weights + dated + min(_MOST_ACTORS, len(self.actors))

    def score(self, counted: _Signs) -> int:
        """The signs with everything else that speaks for this deal or against it."""
        fields = 2 * self.tech() + min(_MOST_SECTORS, len(self.sectors))
        return self.signs(counted) + fields - sum(map(self.around, _OTHER_DEALS))

    def states(self) -> bool:
        """Are states the parties: governments, their officials, both countries side by side?"""
        return bool(self.actors) or self.around("pair", "us_pair", "two_governments", "government", *_TOGETHER)

    def sides(self) -> bool:
        """Do both countries stand in the agreement's sentence or in the headline? Only the noun "paper" needs that."""
        own_noun = self.evidence.cue(ANCHORS[:-1], self.start, self.end)
        both = all(self.in_sentence(*side) or self.above(*side) for side in (KOREA_SIDE, US_SIDE))
        return own_noun or both or self.in_sentence("pair", "two_governments")

    def subject(self) -> bool:
        """Is the agreement's subject named, and is it the pact's?"""
        return bool(self.sectors) or bool(self.actors) or self.tech()

    def enough(self, counted: _Signs) -> bool:
        """Do the signs and the score reach what the pact needs?"""
        if not (self.states() and self.sides() and self.subject()):
            return False
        return self.signs(counted) >= _LEAST_SIGNS and self.score(counted) >= _ENOUGH


def by_circumstances(
    fields: Sequence[Evidence], lexicon: Lexicon, published_on: date | None, decision: PactDecision
) -> None:
    """Adds the deals that the signs of an article speak of, where nothing names them."""
    unnamed = [
        country
        for country, cues in fields[0].countries.items()
        if country not in ("korea", *decision.sisters) and any(e.cues.get(cue) for e in fields for cue in cues)
    ]
    if decision.pact and not unnamed:
        return
    places = [place for evidence in fields for place in _places(fields[0], evidence, lexicon, decision)]
    if not decision.pact and (published_on is None or published_on >= lexicon.window_opens_on):
        enough = (place for place in places if _of_korea(place) and place.enough(_SIGNS))
        best = max(enough, key=lambda place: place.score(_SIGNS), default=None)
        if best is not None:
            decision.pact.append((best.evidence, Accepted("pact", "pact", "circumstances", best.start, best.end)))
            decision.reasons.append(_reason(best))
    if published_on is None or published_on >= lexicon.sister_window_opens_on:
        for country in unnamed:
            _sister(country, places, decision)


def _places(head: Evidence, evidence: Evidence, lexicon: Lexicon, decision: PactDecision) -> Iterator[_AgreementPlace]:
    acting = frozenset(official.name for official in lexicon.officials if official.pact_role)
    fields = frozenset(lexicon.pact_sectors)
    above = (
        frozenset(sector.topic for sector in head.of_kind("sector")) if head.field.name == "headline" else frozenset()
    )
    for start, end in sorted(evidence.places(ANCHORS, 0, len(evidence.field.text)))[:_MAX_AGREEMENTS]:
        sentence = evidence.field.sentences.around(start)
        if objection_to(evidence, start, end, *sentence) is None and not named_of_sister(
            evidence, start, end, decision
        ):
            low, high = evidence.field.sentences.around(start, _NEIGHBOURS, _NEIGHBOURS)
            window = max(low, start - _REACH_CHARS), min(high, end + _REACH_CHARS)
            sectors = above.union(sector.topic for sector in evidence.of_kind("sector", *window))
            actors = acting.intersection(official.topic for official in evidence.of_kind("official", *window))
            yield _AgreementPlace(evidence, head, start, end, sentence, window, sectors & fields, actors)


def _of_korea(place: _AgreementPlace) -> bool:
    if place.in_sentence(*place.evidence.sisters) and not place.in_sentence(*KOREA):
        return False
    return place.countries(*KOREA_SIDE) and place.countries(*US_SIDE)


def _sister(country: str, places: Sequence[_AgreementPlace], decision: PactDecision) -> None:
    of_it = (place for place in places if _of_sister(place, country))
    enough = (place for place in of_it if place.enough(_SISTERS_SIGNS) or _of_both(place, country))
    best = max(enough, key=lambda place: place.score(_SISTERS_SIGNS), default=None)
    if best is not None:
        decision.add_sister(country, best.evidence, ("circumstances", best.start, best.end), "sister.circumstances")


def _of_sister(place: _AgreementPlace, country: str) -> bool:
    """Does its country stand in the agreement's sentence, or near it where several deals stand or one is suspended?"""
    cues = place.evidence.countries[country]
    beside = place.in_sentence(*_TOGETHER) or (place.tech() and place.in_sentence("suspend"))
    if not (place.in_sentence(*cues) or (beside and place.around(*cues))):
        return False
    if place.in_sentence("others") or (
        place.in_sentence(*KOREA_SIDE) and not place.in_sentence(*_TOGETHER, "beside", "plural")
    ):
        return False
    return place.around(*US_SIDE, "us_pair")


def _of_both(place: _AgreementPlace, country: str) -> bool:
    """Is it an agreement of states on technology, with both countries in its sentence?"""
    return (
        place.states()
        and place.tech()
        and place.in_sentence(*place.evidence.countries[country])
        and place.in_sentence(*US_SIDE, "us_pair")
    )


def _reason(place: _AgreementPlace) -> Reason:
    """The reason, with the signs in the article's own words."""
    first = (next(_quoted(place, name), None) for name, _ in _SIGNS)
    signs = dict.fromkeys((*filter(None, first), *sorted(place.actors)))
    args = {"term": place.evidence.field.quote(place.start, place.end), "signs": ", ".join(signs)}
    if not place.sectors:
        return Reason("pact.circumstances_alone", args)
    return Reason("pact.circumstances", {**args, "sectors": ", ".join(sorted(place.sectors))})


def _quoted(place: _AgreementPlace, name: str) -> Iterator[str]:
    yield from (place.evidence.field.quote(*span) for span in place.evidence.places((name,), *place.window))
    if place.head is not place.evidence:
        yield from (place.head.field.quote(*span) for span in place.head.places((name,), 0, len(place.head.field.text)))
