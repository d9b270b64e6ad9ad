"""The answer of ``search``: stored stories that a query matches, with the matches marked, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.cards.person import ReportLine
from handlers.cards.texts import Lead, Note


@dataclass(frozen=True, slots=True)
class SearchLine:
    """One story, by the newest of its articles that match."""

    report: ReportLine
    headline: Lead
    """The headline with its matches marked."""
    sentence: Lead | None
    """A sentence with the matches, where the headline has none and the outlet's terms allow it."""
    words: tuple[str, ...]
    """The words that matched in the text, where no sentence is shown."""
    more: tuple[Lead, ...] = ()
    """Further sentences, where one does not show every word of the query."""


@dataclass(frozen=True, slots=True)
class SearchCard:
    """A page of stories, the newest first."""

    zone: str
    query: str
    days: int
    stories: int
    """The number of stories that were found."""
    is_whole: bool
    """Whether these are all stories of the time."""
    since_at: datetime | None
    """How far back was looked, where that is not the whole time."""
    lines: tuple[SearchLine, ...]
    line: str
    """The line without its page, in English, which the buttons turn with."""
    notes: tuple[Note, ...] = ()
    """What a wider query would have found."""
    offers: tuple[tuple[str, str], ...] = ()
    """Buttons: the code or word of each label, and the line that it runs."""
    page: int = 1
    pages: int = 1
