"""The decision about the pact and its sisters, as the steps of this folder fill it."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as made

from bot.matching.engine.evidence import Accepted, Evidence
from bot.model import Reason


@dataclass(slots=True)
class PactDecision:
    """What was decided, where, and why."""

    pact: list[tuple[Evidence, Accepted]] = made(default_factory=list)
    sisters: dict[str, list[tuple[Evidence, Accepted]]] = made(default_factory=dict)
    reasons: list[Reason] = made(default_factory=list)

    def add_sister(self, sister: str, own: Evidence, place: tuple[str, int, int], code: str) -> None:
        """Once for each sister: the mention at this place (term, start, end), and why."""
        term, start, end = place
        if sister not in self.sisters:
            self.sisters[sister] = [(own, Accepted("sister", sister, term, start, end))]
            self.reasons.append(Reason(code, {"sister": sister, "term": own.field.quote(start, end)}))
