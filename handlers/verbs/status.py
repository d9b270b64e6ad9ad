"""``status`` shows how the pact, the sectors, the outlets and this channel stand."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.requests import Ask, Unclear
from handlers.verbs.grammar import Line, Rest
from handlers.verbs.periods import cut_days
from handlers.verbs.verb import Verb

DEFAULT_DAYS = 7
MAX_DAYS = 90


@dataclass(frozen=True, slots=True)
class Status(Ask):
    """A request for the status of the last days, for everything or for a query."""

    query: Rest
    days: int = DEFAULT_DAYS


def parse(line: Line) -> Ask:
    """``status``, ``status quantum``, ``status quantum 7d``."""
    query, span = cut_days(line.rest(), MAX_DAYS)
    if span is None:
        return Status(query)
    if not 1 <= span.days <= MAX_DAYS:
        nearest = line.word_for(f"{MAX_DAYS}d", f"{MAX_DAYS}일") if span.days else line.word_for("1d", "1일")
        offer = line.offer(query.text, nearest) if query.text else line.offer(nearest)
        return Unclear(span.position, span.length, "span_wrong", offer)
    return Status(query, span.days)


VERB = Verb("status", "상태", group="read", order=10, most_used=1, request=Status, parse=parse, also=("현황",))
