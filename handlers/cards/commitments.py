"""The answer of ``commitments``: the clauses of the pact, each with its last evidence and the state that people set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from handlers.cards.timeline import TimelineEntry


@dataclass(frozen=True, slots=True)
class CommitmentLine:
    """One clause."""

    id: str
    text: Mapping[str, str]
    """The clause by language, in words of our own."""
    owner: Mapping[str, str]
    """The offices of both countries, by language."""
    uncertain: bool
    sources: tuple[str, ...]
    evidence: TimelineEntry | None
    """The latest milestone or story on it."""
    state: str | None
    """The state that a person set; None where nobody did."""
    set_by: str | None = None
    """U… of that person."""
    set_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CommitmentsCard:
    """A page of clauses under the event at which all of them are due next."""

    zone: str
    next_event: TimelineEntry | None
    lines: tuple[CommitmentLine, ...]
    line: str
    """The line without its page, in English, which the buttons turn with."""
    first: int = 1
    """The number of the page's first clause in the whole list."""
    page: int = 1
    pages: int = 1
