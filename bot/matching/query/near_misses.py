"""Says why an article misses a query by one thing: an exclusion, a missing word, another sense, a passing mention."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.matching.query.evaluate import ArticleFacts, hits
from bot.matching.query.nodes import And, FieldFilter, Not, Or, Query, Term, leaves
from bot.matching.text.normalize import fold
from bot.model import Mention, MentionKind, Reading, Rejected

NARROWING_FIELDS = ("outlet", "lang", "kind", "severity")
"""Fields that an article has, besides what its text names."""
_KIND_OF_FIELD: dict[str, MentionKind] = {"sector": "sector", "who": "official", "topic": "pact"}

MissKind = Literal["excluded", "narrowed", "passing", "rejected", "lacks"]


@dataclass(frozen=True, slots=True)
class Miss:
    """The one part of a query that an article fails, and why."""

    kind: MissKind
    part: Query
    mention: Mention | None = None
    """What the exclusion hit, or what is named in passing."""
    rejected: Rejected | None = None
    """The candidate that was not meant."""


def near_miss(query: Query, reading: Reading, facts: ArticleFacts, rejected: Sequence[Rejected]) -> Miss | None:
    """Why an article misses the query by one part; None where it hits, or misses it by more than one.

    An article that lacks a word is near only if it has another one of the query. ``rejected`` are its candidates that
    were not meant.
    """
    failing = _failing(query, reading, facts)
    if len(failing) != 1:
        return None
    (part,) = failing
    if isinstance(part, Not):
        return Miss("excluded", part, mention=next(iter(hits(part.child, reading, facts) or ()), None))
    if isinstance(part, FieldFilter) and part.name in NARROWING_FIELDS:
        return Miss("narrowed", part) if _has_any(query, reading, facts) else None
    passing = next((mention for mention in reading.mentions if mention.passing and _names(part, mention)), None)
    if passing is not None:
        return Miss("passing", part, mention=passing)
    candidate = next((each for each in rejected if _names(part, each)), None)
    if candidate is not None:
        return Miss("rejected", part, rejected=candidate)
    return Miss("lacks", part) if _has_any(query, reading, facts) else None


def topics_of(query: Query) -> frozenset[tuple[str, str]]:
    """The kinds and topics of the lexicon that a query asks for, whose rejected candidates may explain a miss."""
    asked = (_topic(leaf) for leaf in leaves(query))
    return frozenset(each for each in asked if each is not None)


def _failing(query: Query, reading: Reading, facts: ArticleFacts) -> tuple[Query, ...]:
    """The parts that an article fails; of alternatives those of the nearest one. None of them: it hits."""
    match query:
        case And(children):
            return tuple(part for child in children for part in _failing(child, reading, facts))
        case Or(children):
            return min((_failing(child, reading, facts) for child in children), key=len)
        case _:
            return () if hits(query, reading, facts) is not None else (query,)


def _has_any(query: Query, reading: Reading, facts: ArticleFacts) -> bool:
    """Whether the article has a word of the query that is not excluded, besides what narrows it."""
    return any(hits(leaf, reading, facts) is not None for leaf in _wanted(query) if not _narrows(leaf))


def _wanted(query: Query) -> Iterator[Query]:
    match query:
        case Not():
            return
        case And(children) | Or(children):
            for child in children:
                yield from _wanted(child)
        case _:
            yield query


def _narrows(leaf: Query) -> bool:
    return isinstance(leaf, FieldFilter) and leaf.name in NARROWING_FIELDS


def _topic(leaf: Query) -> tuple[str, str] | None:
    match leaf:
        case Term(kind, topic, _):
            return kind, topic
        case FieldFilter("topic", value, _) if value not in ("pact", "officials"):
            return "sister", value
        case FieldFilter(name, value, _) if name in _KIND_OF_FIELD:
            return _KIND_OF_FIELD[name], value
        case _:
            return None


def _names(part: Query, candidate: Mention | Rejected) -> bool:
    """Whether a mention or a candidate is of what this part asks for."""
    if _topic(part) != (candidate.kind, candidate.topic):
        return False
    if not isinstance(part, Term) or candidate.term == part.form:
        return True
    return fold(part.form).replace(" ", "") in fold(candidate.quote).replace(" ", "")
