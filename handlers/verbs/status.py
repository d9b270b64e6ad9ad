"""``status`` shows how the pact, the sectors, the outlets and this channel stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.requests import Ask, Unclear
from handlers.verbs.grammar import Line, Rest
from handlers.verbs.verb import Verb

DEFAULT_DAYS = 7
MAX_DAYS = 90

_SPAN = re.compile(r"(?:^|\s)(([0-9]+)\s?(d|days?|w|weeks?|일|주일?)(?:간)?)$", re.IGNORECASE)
_MAX_DIGITS = 4
"""A number of more digits is too large, and is not counted at all."""
_DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Status(Ask):
    """A request for the status of the last days, for everything or for a query."""

    query: Rest
    days: int = DEFAULT_DAYS


def parse(line: Line) -> Ask:
    """``status``, ``status quantum``, ``status quantum 7d``."""
    rest = line.rest()
    span = _SPAN.search(rest.text)
    if span is None:
        return Status(rest)
    query = Rest(rest.text[: span.start()].rstrip(), rest.offset)
    days = _days_of(span[2], span[3])
    if not 1 <= days <= MAX_DAYS:
        nearest = line.word_for(f"{MAX_DAYS}d", f"{MAX_DAYS}일") if days else line.word_for("1d", "1일")
        offer = line.offer(query.text, nearest) if query.text else line.offer(nearest)
        return Unclear(rest.offset + span.start(1), len(span[1]), "span_wrong", offer)
    return Status(query, days)


def _days_of(digits: str, unit: str) -> int:
    """Returns the days of a number and its unit; ``MAX_DAYS + 1`` for a number of too many digits."""
    if len(digits.lstrip("0")) > _MAX_DIGITS:
        return MAX_DAYS + 1
    return int(digits) * (_DAYS_A_WEEK if unit.lower()[0] in ("w", "주") else 1)


VERB = Verb("status", "상태", group="read", order=10, request=Status, parse=parse, also=("현황",))
