"""The answer of ``preview``: what a query would have found, and what it would have missed by one thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.cards.texts import Lead, Note


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One article that stands for its story."""

    headline: Lead
    """The headline with its matches marked."""
    url: str
    outlet: str
    at: datetime
    """When it was published, or first seen."""
    story: str = ""
    """Empty for an article without a story."""
    articles: int = 1
    """Articles of the story that match."""
    sentence: Lead | None = None
    """A sentence with the matches, where the headline has none and the outlet's terms allow it."""
    why: Note | None = None
    """Why it was missed; None for a hit."""
    more: tuple[Lead, ...] = ()
    """Further sentences, where one does not show every word of the query."""


@dataclass(frozen=True, slots=True)
class PreviewCard:
    """A page of hits, and on the first one the near misses."""

    zone: str
    query: str
    """The query as it is understood."""
    days: int
    stories: int
    """Stories that the query matches."""
    hits: tuple[PreviewLine, ...]
    misses: tuple[PreviewLine, ...]
    misses_left_out: int
    notes: tuple[Note, ...]
    """Words that nothing knows, and a wider query with its count."""
    line: str
    """The line without its page, which the buttons turn with."""
    offers: tuple[tuple[str, str], ...] = ()
    """Buttons: the code of each label, and the line that it runs."""
    page: int = 1
    pages: int = 1
