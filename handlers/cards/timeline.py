"""The answer of ``timeline``: dated events of the pact with their sources, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from handlers.cards.texts import Note


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One dated event: a milestone of the calendar, the next formal event, or a story that tells of one."""

    on: date
    kind: str
    """A milestone's kind, as ``signature``; ``coming`` or ``story`` for the others."""
    text: Mapping[str, str]
    """The event by language; a story's headline stands under its own language alone."""
    sources: tuple[str, ...]
    """Where it was read: pages for a milestone, an outlet's name for a story."""
    until: date | None = None
    """The last day, when no single day is known."""
    uncertain: bool = False
    note: Mapping[str, str] = field(default_factory=dict)
    """What is uncertain, by language."""
    story: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class TimelineCard:
    """A page of events, the earliest first."""

    zone: str
    begins_on: date | None
    """The first day that was asked for; None for everything that is known."""
    ends_on: date | None
    """None: now, and what is to come."""
    entries: tuple[TimelineEntry, ...]
    total: int
    line: str
    """The line without its page, in English, which the buttons turn with."""
    page: int = 1
    pages: int = 1
    has_chart: bool = False
    """Whether the files have a picture, too."""
    chart_hint: bool = False
    """Whether it says how to get a picture: to an admin, where none can be drawn."""
    note: Note | None = None
    """What was sent."""
