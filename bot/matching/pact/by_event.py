"""The pact, or a sister of it, by the event alone: the countries, an agreement and enough of the pact's fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from bot.matching.engine.cues import KOREA, KOREA_SIDE, US, US_SIDE
from bot.matching.engine.evidence import Accepted, Evidence
from bot.matching.pact.coreference import listed_from
from bot.matching.pact.decision import PactDecision
from bot.matching.pact.other_deals import headline_of_another, objection_to
from bot.model import Reason
from settings.lexicon import Lexicon

_AROUND = 420
_BEFORE = 24
_LIST = 80
_WITH = re.compile(r"(?: (?:that |which )?(?:the |it |he |she )?[a-z.]+(?: [a-z.]+){0,5})? (?:with|for) (?=[a-z])")
_MAX_AGREEMENTS = 200
_STATES = ("government", "two_governments", "us_pair")
_ANCHORS = ("agreement", "tech_agreement", "group_agreement")
_US_OF_SISTERS = (*US_SIDE, "us_pair")


class EventSearch:
    """Looks for the event without the name, and remembers the best miss for the explanation."""

    def __init__(self, evidence: Sequence[Evidence], lexicon: Lexicon, on: date | None) -> None:
        self._evidence = evidence
        self._lexicon = lexicon
        self._on = on
        self._actors = frozenset(o.name for o in lexicon.officials if o.pact_role)
        self.miss: Reason | None = None

    def run(self, decision: PactDecision) -> None:
        for own in self._evidence:
            for start, end in self._agreements(own):
                if not decision.pact and not named_of_sister(own, start, end, decision):
                    self._korea(own, start, end, decision)
                self._sister(own, start, end, decision)
                self._listed(own, start, end, decision)

    def _agreements(self, own: Evidence) -> Iterator[tuple[int, int]]:
        last = 0
        spans = sorted(own.places(_ANCHORS, 0, len(own.field.text)), key=lambda s: (s[0], -s[1]))
        for start, end in spans[:_MAX_AGREEMENTS]:
            if end > last:
                yield start, end
                last = end

    def _korea(self, own: Evidence, start: int, end: int, decision: PactDecision) -> None:
        span = self._countries(own, start)
        if span is None:
            return
        rival = self._against(own, start, end, *span)
        meant, reason = (False, rival) if rival else self._weighed(own, start, end, span[1])
        if not meant:
            self.miss = self.miss or reason
        elif self._on is not None and self._on < self._lexicon.window_opens_on:
            self.miss = Reason("pact.before_window", {"opens": self._lexicon.window_opens_on.isoformat()})
        else:
            decision.pact.append((own, Accepted("pact", "pact", "event", start, end)))
            decision.reasons.append(reason)

    def _countries(self, own: Evidence, start: int) -> tuple[int, int] | None:
        """From where to where both countries are told around an agreement; None where they are not."""
        begin, stop = own.field.sentences.around(start)
        if not own.cue(KOREA_SIDE, begin, stop) and not self._headline_korea(own, begin, stop):
            begin = self._earlier(own, start, begin, stop)
            if not own.cue(KOREA_SIDE, begin, stop):
                return None
        return (begin, stop) if self._both(own, begin, stop) else None

    def _weighed(self, own: Evidence, start: int, end: int, stop: int) -> tuple[bool, Reason]:
        """Whether this agreement of the two is the pact, and why or why not."""
        wide, far = own.field.sentences.around(start, 2, 3)
        wide, far = max(wide, start - 2 * _AROUND), min(far, end + 2 * _AROUND)
        sectors = self._sectors(wide, far, own)
        actors = [a.topic for a in own.of_kind("official", wide, far) if a.topic in self._actors]
        tech = own.tech_at(start, end)
        if not tech and not actors and headline_of_another(self._evidence[0], own):
            return False, Reason("pact.other_deal", {"term": own.field.quote(start, end)})
        sentence = own.field.sentences.around(start)[0]
        group = own.cue(("group_agreement",), start, end)
        here = not group and self._own_circumstances(own, start, sentence, stop, tech)
        two = own.cue(("two_governments", "pair"), sentence, stop) or self._state_to_state(own, sentence, stop)
        if not self._enough(sectors, tech, here) and not self._acted(actors, sectors, tech, here or two):
            args = {"found": str(len(sectors)), "needed": str(self._lexicon.least_sectors)}
            return False, Reason("pact.too_few_sectors", args)
        args = {"term": own.field.quote(start, end), "sectors": ", ".join(sectors), "officials": ", ".join(actors)}
        code = "pact.event" if not actors else "pact.event_official" if sectors else "pact.event_actors"
        return True, Reason(code, args)

    def _against(self, own: Evidence, start: int, end: int, begin: int, stop: int) -> Reason | None:
        """What speaks against this agreement; for one in the headline also what does against the first in the text."""
        reason = objection_to(own, start, end, max(begin, own.field.sentences.around(start, 1)[0]), stop)
        text = self._evidence[-1]
        if reason is not None or own is text:
            return reason
        beginning = text.field.sentences.around(0, 0, 1)[1]
        first = next((span for span in self._agreements(text) if span[1] <= beginning), None)
        return objection_to(text, *first, *text.field.sentences.around(first[0])) if first else None

    def _earlier(self, own: Evidence, start: int, begin: int, stop: int) -> int:
        """From where the countries may be told: a sentence before, or any for "a technology memo of the two"."""
        tech = own.cue(("tech_agreement",), begin, stop) and own.cue(("two_governments",), begin, stop)
        return 0 if tech else own.field.sentences.around(start, 1)[0]

    def _own_circumstances(self, own: Evidence, start: int, begin: int, stop: int, tech: bool) -> bool:
        """What this pact has: its place, its working group, its offices, a signature, the countries right before it."""
        if own.cue(("venue", "venue_apec", "follow_up", *(("sign", "past") if tech else ())), begin, stop):
            return True
        offices = own.cue(("science_ministry",), begin, stop) and own.cue(("science_house",), begin, stop)
        return offices or (tech and own.cue(("pair",), max(begin, start - _BEFORE), start))

    def _enough(self, sectors: list[str], tech: bool, here: bool) -> bool:
        """Fields enough for the pact: fewer where the agreement is one on technology, or was signed where it was."""
        fewer = tech or here or "research-security" in sectors
        return len(sectors) >= self._lexicon.least_sectors - fewer - (tech and here)

    def _acted(self, actors: list[str], sectors: list[str], tech: bool, here: bool) -> bool:
        """Does who acts for the pact make up for fields: both sides for two of them, one side for one?"""
        korean = {official.name for official in self._lexicon.officials if official.korean}
        both = 0 < len(korean.intersection(actors)) < len(set(actors))
        return bool(actors) and (len(sectors) >= 2 - (both or tech or here) or (tech and here))

    @staticmethod
    def _state_to_state(own: Evidence, begin: int, stop: int) -> bool:
        """Do both countries by their own names stand in the sentence, and no firm or body?"""
        return all(own.cue(cues, begin, stop) for cues in (KOREA, US_SIDE)) and not own.cue(
            ("institution",), begin, stop
        )

    def _headline_korea(self, own: Evidence, begin: int, stop: int) -> bool:
        first = self._evidence[0]
        if first is own:
            return False
        whole = (0, len(first.field.text))
        here = own.cue(US_SIDE, begin, stop)
        return first.cue(("pair",), *whole) or (here and first.cue(KOREA_SIDE, *whole) and first.cue(US, *whole))

    def _both(self, own: Evidence, begin: int, stop: int) -> bool:
        first = self._evidence[0]
        if own.cue(US_SIDE, begin, stop):
            return True
        if own.cue(("two_governments",), begin, stop) and self._told_next(own, begin, stop):
            return True
        return first is not own and first.cue(US, 0, len(first.field.text))

    def _told_next(self, own: Evidence, begin: int, stop: int) -> bool:
        """Does the next sentence name the United States, and nothing before it a third country that may be meant?"""
        first = self._evidence[0]
        third = (*own.sisters, "others")
        if own.cue(third, begin, stop) or (first is not own and first.cue(third, 0, len(first.field.text))):
            return False
        return own.cue(US_SIDE, stop, own.field.sentences.around(stop)[1])

    def _sectors(self, begin: int, stop: int, own: Evidence) -> list[str]:
        """The pact's fields around an agreement; a headline's agreement has those of the text's beginning too."""
        allowed = self._lexicon.pact_sectors
        found = [a.topic for a in own.of_kind("sector", begin, stop)]
        text = self._evidence[-1]
        if own is not text:
            found += [a.topic for a in text.of_kind("sector", 0, text.field.sentences.around(0, 0, 1)[1])]
        return list(dict.fromkeys(topic for topic in found if topic in allowed))

    def _listed(self, own: Evidence, start: int, end: int, decision: PactDecision) -> None:
        """Washington's technology memoranda with London, Tokyo and Seoul: the list alone says which they are."""
        opens = self._lexicon.sister_window_opens_on
        if not own.cue(("tech_agreement",), start, end) or (self._on is not None and self._on < opens):
            return
        begin, stop = own.field.sentences.around(start)
        told = _WITH.match(own.field.text, end, stop)
        if told and own.cue(US_SIDE, begin, stop) and objection_to(own, start, end, begin, stop, listed=True) is None:
            for country in sorted(listed_from(own, told.end(), min(stop, told.end() + _LIST))):
                if country != "korea":
                    decision.add_sister(country, own, ("event", start, end), "sister.circumstances")

    def _sister(self, own: Evidence, start: int, end: int, decision: PactDecision) -> None:
        if self._on is not None and self._on < self._lexicon.sister_window_opens_on:
            return
        begin, stop = own.field.sentences.around(start)
        if objection_to(own, start, end, begin, stop) is not None or own.cue(KOREA_SIDE, begin, stop):
            return
        first = self._evidence[0]
        head = (first, 0, len(first.field.text))
        wide, far = own.field.sentences.around(start, 1, 1)
        for sister, cues in own.countries.items():
            here = own.cue(cues, begin, stop)
            if sister == "korea" or sister in decision.sisters or not (here or head[0].cue(cues, *head[1:])):
                continue
            paired = own.cue(_US_OF_SISTERS, begin, stop) or head[0].cue(_US_OF_SISTERS, *head[1:])
            sectors = {a.topic for a in own.of_kind("sector", wide, far)}
            tech = own.tech_at(start, end)
            halted = own.cue(("suspend",), begin, stop) and own.cue(_STATES, wide, far)
            if paired and (len(sectors) >= 3 - tech or (tech and halted)):
                code = "sister.event" if sectors else "sister.circumstances"
                decision.add_sister(sister, own, ("event", start, end), code)


def named_of_sister(own: Evidence, start: int, end: int, decision: PactDecision) -> bool:
    """Is this agreement the name itself, and known to be a sister's?"""
    places = (found for every in decision.sisters.values() for e, found in every if e is own)
    return any(found.start < end and start < found.end for found in places)
