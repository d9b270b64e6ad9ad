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
from bot.matching.pact import by_circumstances, by_event
from bot.matching.pact.by_event import EventSearch
from bot.matching.pact.by_name import by_name
from bot.matching.pact.coreference import references
from bot.matching.pact.decision import PactDecision
from bot.model import Reason
from settings.lexicon import Lexicon

_MAX_NAMES = 200
NO_TRACE = (Reason("pact.no_trace"), Reason("pact.would_event"))
"""The reasons for an article in which nothing stands."""
ANCHORS = frozenset((*by_event.ANCHORS, *by_circumstances.ANCHORS))
"""The cues without which an article that names no deal is about none."""


def decide(fields: Sequence[Evidence], lexicon: Lexicon, published_on: date | None) -> PactDecision:
    """Decides one article; ``fields`` are its headline, if there is one, and its text."""
    decision = PactDecision()
    for evidence in fields:
        _officials_as_cues(evidence, lexicon)
    names = [(evidence, name) for evidence in fields for name in islice(evidence.of_kind("pact"), _MAX_NAMES)]
    by_name(fields, names, decision)
    if names:
        _beside_the_named(fields, decision)
    event = EventSearch(fields, lexicon, published_on)
    event.run(decision)
    by_circumstances.by_circumstances(fields, lexicon, published_on, decision)
    if decision.pact and not names:
        _beside_the_named(fields, decision)
    _explain_absence(decision, names, event)
    return decision


def _officials_as_cues(evidence: Evidence, lexicon: Lexicon) -> None:
    """Adds a cue for each official, because an official stands for a country: Bae for Korea, Kratsios for the U.S."""
    is_korean = {official.name: official.korean for official in lexicon.officials}
    for official in evidence.of_kind("official"):
        cue = "korean_official" if is_korean[official.topic] else "us_official"
        evidence.cues.setdefault(cue, []).append((official.start, official.end))


def _beside_the_named(fields: Sequence[Evidence], decision: PactDecision) -> None:
    """Adds the deals that an article mentions beside the one that it is about."""
    _similar(fields, decision)
    _referred(fields, decision)


def _similar(fields: Sequence[Evidence], decision: PactDecision) -> None:
    """Adds every country of "similar deals with Japan and South Korea"."""
    for evidence in fields:
        for start, end in evidence.places(("similar",), 0, len(evidence.field.text)):
            begin, stop = evidence.field.sentences.around(start)
            if evidence.cue(KOREA, begin, stop) and not decision.pact:
                decision.pact.append((evidence, Accepted("pact", "pact", "similar deal", start, end)))
                decision.reasons.append(Reason("pact.similar", {"term": evidence.field.quote(start, end)}))
            for sister, cues in evidence.countries.items():
                if sister != "korea" and evidence.cue(cues, begin, stop):
                    decision.add_sister(sister, evidence, ("similar deal", start, end), "sister.named")


def _referred(fields: Sequence[Evidence], decision: PactDecision) -> None:
    """Adds the deals that are only referred to: Seoul's equivalent, the one with Britain."""
    for country, evidence, start, end in references(fields):
        if country != "korea":
            decision.add_sister(country, evidence, ("referred", start, end), "sister.named")
        elif not decision.pact:
            decision.pact.append((evidence, Accepted("pact", "pact", "referred", start, end)))
            decision.reasons.append(Reason("pact.similar", {"term": evidence.field.quote(start, end)}))


def _explain_absence(decision: PactDecision, names: list[tuple[Evidence, Accepted]], event: EventSearch) -> None:
    """Adds why the article is not about the pact, and what would have changed that."""
    if decision.pact:
        return
    if decision.sisters:
        decision.reasons.append(Reason("pact.sister_only", {"sister": ", ".join(sorted(decision.sisters))}))
        decision.reasons.append(Reason("pact.would_korea"))
    elif names:
        evidence, name = names[0]
        decision.reasons.append(Reason("pact.no_korea", {"term": evidence.field.quote(name.start, name.end)}))
        decision.reasons.append(Reason("pact.would_korea"))
    elif event.miss is not None:
        decision.reasons.append(event.miss)
        decision.reasons.append(Reason("pact.would_event"))
    else:
        decision.reasons += NO_TRACE
