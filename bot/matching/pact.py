"""Is an article about the pact, or about a sister of it: by name and country, or by the event alone.

By name: the name stands and a Korea cue with it (beside it, in its sentence, or in the article when nothing nearer
speaks for a sister). By event: the two countries, an agreement that is not another deal of theirs, and enough of the
pact's fields or an official who acts for it, close together, in an article that is not older than the pact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from bot.matching.evidence import COUNTRIES, JAPAN, KOREA, UK, US, Accepted, Evidence
from bot.matching.korean import is_hangul
from bot.matching.referred import joined_with, pointed_at
from bot.matching.rivals import against, headline_of_another
from bot.model import Reason
from settings.lexicon import Lexicon

_BESIDE = 34
_AROUND = 420
_RELATIVE = 12
_LIST = 120
_MAX_NAMES = 200
_KOREA_SIDE = (*KOREA, "korean_official")
_US_SIDE = (*US, "us_official")
_US_OF_SISTERS = (*_US_SIDE, "us_pair")


@dataclass(slots=True)
class Decision:
    """What was decided, where, and why."""

    pact: list[tuple[Evidence, Accepted]] = field(default_factory=list)
    sisters: dict[str, list[tuple[Evidence, Accepted]]] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)


def decide(evidence: Sequence[Evidence], lexicon: Lexicon, published_on: date | None) -> Decision:
    """The decision on one article."""
    decision = Decision()
    for own in evidence:
        _officials_as_cues(own, lexicon)
    names = [(e, a) for e in evidence for a in islice(e.of_kind("pact"), _MAX_NAMES)]
    _by_name(evidence, names, decision)
    if names:
        _similar(evidence, decision)
        _referred(evidence, decision)
    event = _Event(evidence, lexicon, published_on, bool(names))
    event.run(decision)
    _explain(decision, names, event)
    return decision


def _officials_as_cues(own: Evidence, lexicon: Lexicon) -> None:
    """Who acts for a country speaks for it: Bae is Korea, Kratsios is the United States."""
    korean = {o.name: o.korean for o in lexicon.officials}
    for found in own.of_kind("official"):
        own.cues.setdefault("korean_official" if korean[found.topic] else "us_official", []).append(
            (found.start, found.end)
        )


# ---------------------------------------------------------------- by name


def _by_name(evidence: Sequence[Evidence], names: list[tuple[Evidence, Accepted]], decision: Decision) -> None:
    before: tuple[Evidence, int, frozenset[str]] | None = None
    for own, name in names:
        low = before[1] if before and before[0] is own else 0
        countries = _beside(own, name, low)
        if not countries and before and before[0] is own and name.start - before[1] <= 60:
            countries = before[2]
        countries = countries or _in_sentence(own, name) or _in_article(evidence) or _at_home(own, name)
        before = (own, name.end, countries)
        for country in sorted(countries):
            if country == "korea":
                decision.pact.append((own, name))
            else:
                decision.sisters.setdefault(country, []).append((own, name))
    if decision.pact:
        own, name = decision.pact[0]
        decision.reasons.append(Reason("pact.named", {"term": own.field.quote(name.start, name.end)}))
    for sister, found in sorted(decision.sisters.items()):
        own, name = found[0]
        decision.reasons.append(
            Reason("sister.named", {"sister": sister, "term": own.field.quote(name.start, name.end)})
        )


def _beside(own: Evidence, name: Accepted, low: int) -> frozenset[str]:
    """Countries that stand directly at the name: 한미 …, U.S.–UK …, … with Britain, 영국과의 …"""
    begin, stop = own.field.sentences.around(name.start)
    reach = _LIST if own.cue(("after_sister",), begin, stop) else _BESIDE
    left = max(begin, low, name.start - reach)
    tail = own.field.text[name.end : name.end + 26]
    right = min(stop, name.end + _BESIDE) if (" with " in tail or " between " in tail or "(with" in tail) else name.end
    if own.cue(("past",), name.end, name.end + _RELATIVE):
        # 기술번영 MOU를 맺은 한국: who made it stands behind it
        right = min(stop, name.end + 2 * _RELATIVE)
    nearest: dict[str, int] = {}
    for country, cues in COUNTRIES.items():
        for start, end in own.places(cues, left, right):
            gap = name.start - end if end <= name.start else start - name.end
            nearest[country] = min(gap, nearest.get(country, 1 << 30))
    if not nearest:
        return frozenset()
    if own.cue(("plural",), left, right):
        return frozenset(nearest)
    pairs = [c for c, gap in nearest.items() if gap <= 3]
    named = frozenset(pairs or nearest)
    return named.union(*(joined_with(own, country, left, max(right, name.end)) for country in named))


def _in_sentence(own: Evidence, name: Accepted) -> frozenset[str]:
    begin, stop = own.field.sentences.around(name.start)
    begin, stop = max(begin, name.start - _AROUND), min(stop, name.end + _AROUND)
    found = {country for country, cues in COUNTRIES.items() if own.cue(cues, begin, stop)}
    if not found and own.cue(("korean_official",), begin, stop):
        found.add("korea")
    if "korea" in found and not own.cue(("plural",), begin, stop):
        return frozenset({"korea"})
    return frozenset(found)


def _in_article(evidence: Sequence[Evidence]) -> frozenset[str]:
    """The name stands alone: the headline's country, else the country that the article speaks of most."""
    for own in evidence:
        counts = {c: sum(len(own.cues.get(cue, ())) for cue in cues) for c, cues in COUNTRIES.items()}
        counts["korea"] += len(own.cues.get("korean_official", ()))
        best = max(counts.values())
        if best:
            if counts["korea"] == best:
                return frozenset({"korea"})
            return frozenset(c for c, n in counts.items() if n == best)
    return frozenset()


def _at_home(own: Evidence, name: Accepted) -> frozenset[str]:
    """No country at all: in Korean, or with its working group, it is Korea's own pact."""
    begin, stop = own.field.sentences.around(name.start)
    group = "working group" in own.field.text[name.start : name.end + 2 * _RELATIVE]
    home = group or is_hangul(own.field.text[name.start])
    return frozenset({"korea"} if home and not own.cue(("others", "old_era"), begin, stop) else ())


def _similar(evidence: Sequence[Evidence], decision: Decision) -> None:
    """ "Similar deals with Japan and South Korea" beside a sister's name speaks of the pact too."""
    for own in evidence:
        for start, end in own.places(("similar",), 0, len(own.field.text)):
            begin, stop = own.field.sentences.around(start)
            if own.cue(KOREA, begin, stop) and not decision.pact:
                decision.pact.append((own, Accepted("pact", "pact", "similar deal", start, end)))
                decision.reasons.append(Reason("pact.similar", {"term": own.field.quote(start, end)}))
            for sister, cues in (("uk", UK), ("japan", JAPAN)):
                if own.cue(cues, begin, stop):
                    _add_sister(decision, sister, own, "similar deal", start, end)


def _referred(evidence: Sequence[Evidence], decision: Decision) -> None:
    """Seoul's equivalent, the one with Britain: what is pointed at where the name stands elsewhere."""
    for country, own, start, end in pointed_at(evidence):
        if country != "korea":
            _add_sister(decision, country, own, "referred", start, end)
        elif not decision.pact:
            decision.pact.append((own, Accepted("pact", "pact", "referred", start, end)))
            decision.reasons.append(Reason("pact.similar", {"term": own.field.quote(start, end)}))


def _add_sister(decision: Decision, sister: str, own: Evidence, term: str, start: int, end: int) -> None:
    if sister not in decision.sisters:
        decision.sisters[sister] = [(own, Accepted("sister", sister, term, start, end))]
        decision.reasons.append(Reason("sister.named", {"sister": sister, "term": own.field.quote(start, end)}))


# ---------------------------------------------------------------- by event


class _Event:
    """Looks for the event without the name, and remembers the best miss for the explanation."""

    def __init__(self, evidence: Sequence[Evidence], lexicon: Lexicon, on: date | None, named: bool) -> None:
        self._evidence = evidence
        self._lexicon = lexicon
        self._on = on
        self._named = named
        self._actors = frozenset(o.name for o in lexicon.officials if o.pact_role)
        self.miss: Reason | None = None

    def run(self, decision: Decision) -> None:
        for own in self._evidence:
            for start, end in self._agreements(own):
                if not decision.pact:
                    self._korea(own, start, end, decision)
                self._sister(own, start, end, decision)

    def _agreements(self, own: Evidence) -> Iterator[tuple[int, int]]:
        last = 0
        spans = sorted(own.places(("agreement", "tech_agreement"), 0, len(own.field.text)), key=lambda s: (s[0], -s[1]))
        for start, end in spans[:_MAX_NAMES]:
            if end > last:
                yield start, end
                last = end

    def _korea(self, own: Evidence, start: int, end: int, decision: Decision) -> None:
        begin, stop = own.field.sentences.around(start)
        if not own.cue(_KOREA_SIDE, begin, stop) and not self._headline_korea(own, begin, stop):
            wide, _ = own.field.sentences.around(start, 1)
            if not own.cue(_KOREA_SIDE, wide, stop):
                return
            begin = wide
        if not self._both(own, begin, stop):
            return
        reason = against(own, start, end, begin, stop)
        if reason is not None:
            self.miss = self.miss or reason
            return
        wide, far = own.field.sentences.around(start, 2, 3)
        wide, far = max(wide, start - 2 * _AROUND), min(far, end + 2 * _AROUND)
        sectors = self._sectors(wide, far, own)
        tech = own.cue(("tech_agreement",), max(0, start - 20), end + 4)
        actors = [a.topic for a in own.of_kind("official", wide, far) if a.topic in self._actors]
        if not tech and not actors and headline_of_another(self._evidence[0], own):
            self.miss = self.miss or Reason("pact.other_deal", {"term": own.field.quote(start, end)})
            return
        here = own.cue(("venue",), begin, stop)
        if not self._enough(sectors, tech, here) and not (actors and sectors):
            args = {"found": str(len(sectors)), "needed": str(self._lexicon.least_sectors)}
            self.miss = self.miss or Reason("pact.too_few_sectors", args)
            return
        if self._on is not None and self._on < self._lexicon.window_opens_on:
            self.miss = Reason("pact.before_window", {"opens": self._lexicon.window_opens_on.isoformat()})
            return
        decision.pact.append((own, Accepted("pact", "pact", "event", start, end)))
        args = {"term": own.field.quote(start, end), "sectors": ", ".join(sectors), "officials": ", ".join(actors)}
        decision.reasons.append(Reason("pact.event" if not actors else "pact.event_official", args))

    def _enough(self, sectors: list[str], tech: bool, here: bool) -> bool:
        """Fields enough for the pact: fewer where the agreement is one on technology, or was signed where it was."""
        fewer = tech or here or "research-security" in sectors
        return len(sectors) >= self._lexicon.least_sectors - fewer - (tech and here)

    def _headline_korea(self, own: Evidence, begin: int, stop: int) -> bool:
        first = self._evidence[0]
        if first is own:
            return False
        whole = (0, len(first.field.text))
        here = own.cue(_US_SIDE, begin, stop)
        return first.cue(("pair",), *whole) or (here and first.cue(_KOREA_SIDE, *whole) and first.cue(US, *whole))

    def _both(self, own: Evidence, begin: int, stop: int) -> bool:
        first = self._evidence[0]
        if own.cue(_US_SIDE, begin, stop):
            return True
        return first is not own and first.cue(US, 0, len(first.field.text))

    def _sectors(self, begin: int, stop: int, own: Evidence) -> list[str]:
        """The pact's fields around an agreement; a headline's agreement has those of the text's beginning too."""
        allowed = self._lexicon.pact_sectors
        found = [a.topic for a in own.of_kind("sector", begin, stop)]
        text = self._evidence[-1]
        if own is not text:
            found += [a.topic for a in text.of_kind("sector", 0, text.field.sentences.around(0, 0, 1)[1])]
        return list(dict.fromkeys(topic for topic in found if topic in allowed))

    def _sister(self, own: Evidence, start: int, end: int, decision: Decision) -> None:
        if self._on is not None and self._on < self._lexicon.sister_window_opens_on:
            return
        begin, stop = own.field.sentences.around(start)
        if against(own, start, end, begin, stop) is not None or own.cue(KOREA, begin, stop):
            return
        first = self._evidence[0]
        head = (first, 0, len(first.field.text))
        wide, far = own.field.sentences.around(start, 1, 1)
        for sister, cues in (("uk", UK), ("japan", JAPAN)):
            here = own.cue(cues, begin, stop)
            if sister in decision.sisters or not (here or head[0].cue(cues, *head[1:])):
                continue
            paired = own.cue(_US_OF_SISTERS, begin, stop) or head[0].cue(_US_OF_SISTERS, *head[1:])
            sectors = {a.topic for a in own.of_kind("sector", wide, far)}
            tech = own.cue(("tech_agreement",), max(0, start - 20), end + 4)
            if paired and (len(sectors) >= 3 or (tech and len(sectors) >= 2)):
                mention = Accepted("sister", sister, "event", start, end)
                decision.sisters.setdefault(sister, []).append((own, mention))
                args = {"sister": sister, "term": own.field.quote(start, end)}
                decision.reasons.append(Reason("sister.event", args))


# ---------------------------------------------------------------- explanation


def _explain(decision: Decision, names: list[tuple[Evidence, Accepted]], event: _Event) -> None:
    """A pact that was not found says why, and what would have changed it."""
    if decision.pact:
        return
    if decision.sisters:
        decision.reasons.append(Reason("pact.sister_only", {"sister": ", ".join(sorted(decision.sisters))}))
        decision.reasons.append(Reason("pact.would_korea"))
    elif names:
        own, name = names[0]
        decision.reasons.append(Reason("pact.no_korea", {"term": own.field.quote(name.start, name.end)}))
        decision.reasons.append(Reason("pact.would_korea"))
    elif event.miss is not None:
        decision.reasons.append(event.miss)
        decision.reasons.append(Reason("pact.would_event"))
    else:
        decision.reasons.append(Reason("pact.no_trace"))
        decision.reasons.append(Reason("pact.would_event"))
