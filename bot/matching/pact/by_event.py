"""Finds the pact or a sister by the event alone: the countries, an agreement and enough of the pact's fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from bot.matching.engine.cues import KOREA, KOREA_SIDE, US, US_SIDE
from bot.matching.engine.evidence import Accepted, Evidence
from bot.matching.pact.coreference import listed_from
from bot.matching.pact.decision import PactDecision
from bot.matching.pact.other_deals import headline_of_another, objection_to
from bot.matching.text.lazy_pattern import lazy_pattern
from bot.model import Reason
from settings.lexicon import Lexicon

_AROUND_CHARS = 840
_PAIR_CHARS = 24
_LIST_CHARS = 80
_WITH = lazy_pattern(r"(?: (?:that |which )?(?:the |it |he |she )?[a-z.]+(?: [a-z.]+){0,5})? (?:with|for) (?=[a-z])")
_MAX_AGREEMENTS = 200
_DAYS_BEFORE, _DAYS_AFTER = 4, 7
_STATES = ("government", "two_governments", "us_pair")
ANCHORS = ("agreement", "tech_agreement", "group_agreement")
_US_OF_SISTERS = (*US_SIDE, "us_pair")


class EventSearch:
    """Looks for the event without the name, and keeps the best miss for the explanation."""

    def __init__(self, fields: Sequence[Evidence], lexicon: Lexicon, published_on: date | None) -> None:
        self._fields = fields
        self._lexicon = lexicon
        self._published_on = published_on
        self._actors = frozenset(official.name for official in lexicon.officials if official.pact_role)
        self._is_fresh = _is_fresh(lexicon.signed_on, published_on)
        self.miss: Reason | None = None

    def run(self, decision: PactDecision) -> None:
        """Add the pact and the sisters that an agreement of the article speaks of."""
        for evidence in self._fields:
            for start, end in self._agreements(evidence):
                if not decision.pact and not named_of_sister(evidence, start, end, decision):
                    self._korea(evidence, start, end, decision)
                self._sister(evidence, start, end, decision)
                self._listed(evidence, start, end, decision)

    def _agreements(self, evidence: Evidence) -> Iterator[tuple[int, int]]:
        last = 0
        spans = sorted(evidence.places(ANCHORS, 0, len(evidence.field.text)), key=lambda span: (span[0], -span[1]))
        for start, end in spans[:_MAX_AGREEMENTS]:
            if end > last:
                yield start, end
                last = end

    def _korea(self, evidence: Evidence, start: int, end: int, decision: PactDecision) -> None:
        span = self._countries(evidence, start)
        if span is None:
            return
        rival = self._against(evidence, start, end, *span)
        meant, reason = (False, rival) if rival else self._weighed(evidence, start, end, span[1])
        if not meant:
            self.miss = self.miss or reason
        elif self._published_on is not None and self._published_on < self._lexicon.window_opens_on:
            self.miss = Reason("pact.before_window", {"opens": self._lexicon.window_opens_on.isoformat()})
        else:
            decision.pact.append((evidence, Accepted("pact", "pact", "event", start, end)))
            decision.reasons.append(reason)

    def _countries(self, evidence: Evidence, start: int) -> tuple[int, int] | None:
        """The span around an agreement in which both countries stand; None if they do not."""
        begin, stop = evidence.field.sentences.around(start)
        if not evidence.cue(KOREA_SIDE, begin, stop) and not self._headline_korea(evidence, begin, stop):
            begin = self._earlier(evidence, start, begin, stop)
            if not evidence.cue(KOREA_SIDE, begin, stop):
                return None
        return (begin, stop) if self._both(evidence, begin, stop) else None

    def _weighed(self, evidence: Evidence, start: int, end: int, stop: int) -> tuple[bool, Reason]:
        """Is this agreement of the two countries the pact? The answer with its reason."""
        low, high = evidence.field.sentences.around(start, 2, 3)
        low, high = max(low, start - _AROUND_CHARS), min(high, end + _AROUND_CHARS)
        sectors = self._sectors(low, high, evidence)
        officials = evidence.of_kind("official", low, high)
        actors = [official.topic for official in officials if official.topic in self._actors]
        tech = evidence.is_on_technology(start, end)
        if not tech and not actors and headline_of_another(self._fields[0], evidence):
            return False, Reason("pact.other_deal", {"term": evidence.field.quote(start, end)})
        sentence = evidence.field.sentences.around(start)[0]
        group = evidence.cue(("group_agreement",), start, end)
        signed_here = not group and self._own_circumstances(evidence, start, sentence, stop, tech)
        two = evidence.cue(("two_governments", "pair"), sentence, stop) or self._state_to_state(
            evidence, sentence, stop
        )
        # the two have no other deal on technology, or on two of its fields, that a headline would call ended, or
        # signed in those days
        happens = evidence.cue(("suspend", *(("sign",) if self._is_fresh else ())), sentence, stop)
        enough = (two and happens and (tech or len(sectors) > 1)) or self._enough(
            sectors, tech, signed_here or (two and self._is_fresh)
        )
        if not enough and not self._acted(actors, sectors, tech, signed_here or two):
            args = {"found": str(len(sectors)), "needed": str(self._lexicon.least_sectors)}
            return False, Reason("pact.too_few_sectors", args)
        args = {"term": evidence.field.quote(start, end), "sectors": ", ".join(sectors), "officials": ", ".join(actors)}
        code = "pact.event" if not actors else "pact.event_official" if sectors else "pact.event_actors"
        return True, Reason(code, args)

    def _against(self, evidence: Evidence, start: int, end: int, begin: int, stop: int) -> Reason | None:
        """The objection to this agreement; for one in the headline also the objection to the first one in the text."""
        reason = objection_to(evidence, start, end, max(begin, evidence.field.sentences.around(start, 1)[0]), stop)
        text = self._fields[-1]
        if reason is not None or evidence is text:
            return reason
        beginning = text.field.sentences.around(0, 0, 1)[1]
        first = next((span for span in self._agreements(text) if span[1] <= beginning), None)
        return objection_to(text, *first, *text.field.sentences.around(first[0])) if first else None

    def _earlier(self, evidence: Evidence, start: int, begin: int, stop: int) -> int:
        """Where the countries may begin: a sentence before, or anywhere for "a technology memo of the two"."""
        tech = evidence.cue(("tech_agreement",), begin, stop) and evidence.cue(("two_governments",), begin, stop)
        return 0 if tech else evidence.field.sentences.around(start, 1)[0]

    def _own_circumstances(self, evidence: Evidence, start: int, begin: int, stop: int, tech: bool) -> bool:
        """Does what only this pact has stand there: its venue, working group or offices, the pair before it?"""
        if evidence.cue(("venue", "venue_apec", "follow_up", *(("sign",) if tech else ())), begin, stop):
            return True
        offices = evidence.cue(("science_ministry",), begin, stop) and evidence.cue(("science_house",), begin, stop)
        return offices or (tech and evidence.cue(("pair",), max(begin, start - _PAIR_CHARS), start))

    def _enough(self, sectors: list[str], tech: bool, circumstances: bool) -> bool:
        """Are the fields enough? Fewer are for an agreement on technology or one with the pact's circumstances."""
        fewer = tech or circumstances or "research-security" in sectors
        return len(sectors) >= self._lexicon.least_sectors - fewer - (tech and circumstances)

    def _acted(self, actors: list[str], sectors: list[str], tech: bool, circumstances: bool) -> bool:
        """Do officials of the pact make up for missing fields: those of both sides for two, of one side for one?"""
        korean = {official.name for official in self._lexicon.officials if official.korean}
        both = 0 < len(korean.intersection(actors)) < len(set(actors))
        return bool(actors) and (len(sectors) >= 2 - (both or tech or circumstances) or (tech and circumstances))

    @staticmethod
    def _state_to_state(evidence: Evidence, begin: int, stop: int) -> bool:
        """Does the sentence name both countries and no firm or body?"""
        return all(evidence.cue(cues, begin, stop) for cues in (KOREA, US_SIDE)) and not evidence.cue(
            ("institution",), begin, stop
        )

    def _headline_korea(self, evidence: Evidence, begin: int, stop: int) -> bool:
        first = self._fields[0]
        if first is evidence:
            return False
        whole = (0, len(first.field.text))
        us_here = evidence.cue(US_SIDE, begin, stop)
        return first.cue(("pair",), *whole) or (us_here and first.cue(KOREA_SIDE, *whole) and first.cue(US, *whole))

    def _both(self, evidence: Evidence, begin: int, stop: int) -> bool:
        first = self._fields[0]
        if evidence.cue(US_SIDE, begin, stop):
            return True
        if evidence.cue(("two_governments",), begin, stop) and self._us_in_next_sentence(evidence, begin, stop):
            return True
        return first is not evidence and first.cue(US, 0, len(first.field.text))

    def _us_in_next_sentence(self, evidence: Evidence, begin: int, stop: int) -> bool:
        """Does the next sentence name the United States, and nothing before it a third country?"""
        first = self._fields[0]
        third = (*evidence.sisters, "others")
        if evidence.cue(third, begin, stop) or (first is not evidence and first.cue(third, 0, len(first.field.text))):
            return False
        return evidence.cue(US_SIDE, stop, evidence.field.sentences.around(stop)[1])

    def _sectors(self, begin: int, stop: int, evidence: Evidence) -> list[str]:
        """The pact's fields around an agreement; for one in the headline, those of the text's first sentences too."""
        allowed = self._lexicon.pact_sectors
        topics = [sector.topic for sector in evidence.of_kind("sector", begin, stop)]
        text = self._fields[-1]
        if evidence is not text:
            beginning = text.field.sentences.around(0, 0, 1)[1]
            topics += [sector.topic for sector in text.of_kind("sector", 0, beginning)]
        return list(dict.fromkeys(topic for topic in topics if topic in allowed))

    def _listed(self, evidence: Evidence, start: int, end: int, decision: PactDecision) -> None:
        """Adds every deal of a list: Washington's technology memoranda with London, Tokyo and Seoul."""
        opens = self._lexicon.sister_window_opens_on
        if not evidence.cue(("tech_agreement",), start, end) or (
            self._published_on is not None and self._published_on < opens
        ):
            return
        begin, stop = evidence.field.sentences.around(start)
        listed = _WITH.match(evidence.field.text, end, stop)
        if (
            listed
            and evidence.cue(US_SIDE, begin, stop)
            and objection_to(evidence, start, end, begin, stop, listed=True) is None
        ):
            for country in sorted(listed_from(evidence, listed.end(), min(stop, listed.end() + _LIST_CHARS))):
                if country != "korea":
                    decision.add_sister(country, evidence, ("event", start, end), "sister.circumstances")
                elif not decision.pact:
                    decision.pact.append((evidence, Accepted("pact", "pact", "listed", start, end)))
                    decision.reasons.append(Reason("pact.similar", {"term": evidence.field.quote(start, end)}))

    def _sister(self, evidence: Evidence, start: int, end: int, decision: PactDecision) -> None:
        if self._published_on is not None and self._published_on < self._lexicon.sister_window_opens_on:
            return
        begin, stop = evidence.field.sentences.around(start)
        if objection_to(evidence, start, end, begin, stop) is not None or evidence.cue(KOREA_SIDE, begin, stop):
            return
        first = self._fields[0]
        head = (first, 0, len(first.field.text))
        low, high = evidence.field.sentences.around(start, 1, 1)
        for sister, cues in evidence.countries.items():
            in_sentence = evidence.cue(cues, begin, stop)
            if sister == "korea" or sister in decision.sisters or not (in_sentence or head[0].cue(cues, *head[1:])):
                continue
            paired = evidence.cue(_US_OF_SISTERS, begin, stop) or head[0].cue(_US_OF_SISTERS, *head[1:])
            sectors = {sector.topic for sector in evidence.of_kind("sector", low, high)}
            tech = evidence.is_on_technology(start, end)
            halted = evidence.cue(("suspend",), begin, stop) and evidence.cue(_STATES, low, high)
            if paired and (len(sectors) >= 3 - tech or (tech and halted)):
                code = "sister.event" if sectors else "sister.circumstances"
                decision.add_sister(sister, evidence, ("event", start, end), code)


def _is_fresh(signed_on: date | None, published_on: date | None) -> bool:
    """Was an article published in the days around the signing, in which an unnamed accord of the two is this one?"""
    if signed_on is None or published_on is None:
        return False
    return -_DAYS_BEFORE <= (published_on - signed_on).days <= _DAYS_AFTER


def named_of_sister(evidence: Evidence, start: int, end: int, decision: PactDecision) -> bool:
    """Is this agreement part of a name that is known to be a sister's?"""
    named = (place for places in decision.sisters.values() for other, place in places if other is evidence)
    return any(place.start < end and start < place.end for place in named)
