"""The decision about the pact and its sisters, which each step of this folder adds to."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as made

from bot.matching.engine.evidence import Accepted, Evidence
from bot.model import Reason


@dataclass(slots=True)
class PactDecision:
    """The places that name the pact and its sisters, and the reasons for each."""

    pact: list[tuple[Evidence, Accepted]] = made(default_factory=list)
    sisters: dict[str, list[tuple[Evidence, Accepted]]] = made(default_factory=dict)
    reasons: list[Reason] = made(default_factory=list)

    def add_sister(self, sister: str, evidence: Evidence, place: tuple[str, int, int], code: str) -> None:
        """Adds a sister by the mention at this place (term, start, end), unless it is known already."""
        term, start, end = place
        if sister not in self.sisters:
            self.sisters[sister] = [(evidence, Accepted("sister", sister, term, start, end))]
            self.reasons.append(Reason(code, {"sister": sister, "term": evidence.field.quote(start, end)}))
