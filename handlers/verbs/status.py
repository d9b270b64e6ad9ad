"""``status`` shows how the pact, the sectors, the outlets and this channel stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.requests import Ask
from handlers.verbs.grammar import Line, Rest
from handlers.verbs.verb import Verb

DEFAULT_DAYS = 7
MAX_DAYS = 90

_SPAN = re.compile(r"(?:^|\s)([0-9]{1,3})\s?(d|w|일|주)(?:간)?$", re.IGNORECASE)
_DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Status(Ask):
    """A request for the status of the last days, for everything or for a query."""

    query: Rest
    days: int = DEFAULT_DAYS


def parse(line: Line) -> Ask:
    """``status``, ``status quantum``, ``status quantum 7d``."""
    query, days = split_span(line.rest())
    return Status(query, days)


def split_span(rest: Rest) -> tuple[Rest, int]:
    """Splits a span of days off the end; the days are from 1 to ``MAX_DAYS``, and ``DEFAULT_DAYS`` without a span."""
    span = _SPAN.search(rest.text)
    if span is None:
        return rest, DEFAULT_DAYS
    days = int(span[1]) * (_DAYS_A_WEEK if span[2].lower() in ("w", "주") else 1)
    return Rest(rest.text[: span.start()].rstrip(), rest.offset), min(max(1, days), MAX_DAYS)


VERB = Verb("status", "상태", "read", 10, Status, parse, also=("현황",))
