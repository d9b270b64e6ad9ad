"""Decides whether an article is about the pact or a sister of it: by name, by the event, or by its circumstances.

By name: the name stands and a cue of Korea with it (beside it, in its sentence, or in the article where nothing nearer
speaks for a sister). By event: both countries, an agreement that is not another deal of theirs, and enough of the
pact's fields or an official who acts for it stand close together, in an article that is not older than the pact. By
circumstances: the signs that only this deal has may stand further apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import islice

from bot.matching.engine.cues import KOREA
from bot.matching.engine.evidence import Accepted, Evidence
from bot.matching.pact.by_circumstances import by_circumstances
from bot.matching.pact.by_event import EventSearch
from bot.matching.pact.by_name import by_name
from bot.matching.pact.coreference import pointed_at
from bot.matching.pact.decision import PactDecision
from bot.model import Reason
from settings.lexicon import Lexicon

_MAX_NAMES = 200


def decide(evidence: Sequence[Evidence], lexicon: Lexicon, published_on: date | None) -> PactDecision:
    """The decision on one article."""
    decision = PactDecision()
    for own in evidence:
        _officials_as_cues(own, lexicon)
    names = [(e, a) for e in evidence for a in islice(e.of_kind("pact"), _MAX_NAMES)]
    by_name(evidence, names, decision)
    if names:
        _beside_the_named(evidence, decision)
    event = EventSearch(evidence, lexicon, published_on)
    event.run(decision)
    by_circumstances(evidence, lexicon, published_on, decision)
    if decision.pact and not names:
        _beside_the_named(evidence, decision)
    _explain(decision, names, event)
    return decision


def _officials_as_cues(own: Evidence, lexicon: Lexicon) -> None:
    """Who acts for a country speaks for it: Bae is Korea, Kratsios is the United States."""
    korean = {o.name: o.korean for o in lexicon.officials}
    for found in own.of_kind("official"):
        own.cues.setdefault("korean_official" if korean[found.topic] else "us_official", []).append(
            (found.start, found.end)
        )


def _beside_the_named(evidence: Sequence[Evidence], decision: PactDecision) -> None:
    """Deals that an article speaks of beside the one that it is about."""
    _similar(evidence, decision)
    _referred(evidence, decision)


def _similar(evidence: Sequence[Evidence], decision: PactDecision) -> None:
    """ "Similar deals with Japan and South Korea" beside one of them speaks of the others too."""
    for own in evidence:
        for start, end in own.places(("similar",), 0, len(own.field.text)):
            begin, stop = own.field.sentences.around(start)
            if own.cue(KOREA, begin, stop) and not decision.pact:
                decision.pact.append((own, Accepted("pact", "pact", "similar deal", start, end)))
                decision.reasons.append(Reason("pact.similar", {"term": own.field.quote(start, end)}))
            for sister, cues in own.countries.items():
                if sister != "korea" and own.cue(cues, begin, stop):
                    decision.add_sister(sister, own, ("similar deal", start, end), "sister.named")


def _referred(evidence: Sequence[Evidence], decision: PactDecision) -> None:
    """Seoul's equivalent, the one with Britain: what is pointed at where the name stands elsewhere."""
    for country, own, start, end in pointed_at(evidence):
        if country != "korea":
            decision.add_sister(country, own, ("referred", start, end), "sister.named")
        elif not decision.pact:
            decision.pact.append((own, Accepted("pact", "pact", "referred", start, end)))
            decision.reasons.append(Reason("pact.similar", {"term": own.field.quote(start, end)}))


def _explain(decision: PactDecision, names: list[tuple[Evidence, Accepted]], event: EventSearch) -> None:
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
