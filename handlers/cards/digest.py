"""The digest card: sections of story lines, counts, and the proof of what was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class DigestLine:
    story: str
    headline: str
    headline_language: str
    url: str
    outlet: str
    published_at: datetime | None
    articles: int
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DigestSection:
    subscription: str | None
    query: str
    lines: tuple[DigestLine, ...]
    doubtful: bool = False
    """Of messages of which nobody may look whether they arrived."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Proof of silence: what was read although nothing was said."""

    sources_ok: int
    sources_all: int
    articles: int
    last_check_at: datetime | None
    failing: tuple[tuple[str, datetime], ...]
    """Outlet's name and since when."""


@dataclass(frozen=True, slots=True)
class DigestCard:
    on: date
    zone: str
    since_at: datetime | None
    sections: tuple[DigestSection, ...]
    counts: tuple[tuple[str, int], ...]
    """Sector id and number of stories, most first."""
    stories: int
    page: int
    pages: int
    proof: Proof
    late: bool = False
    """A missed slot, caught up."""
    alerted: int = 0
    """Stories of these subscriptions that were posted as cards since the digest before."""
    rolled: str = ""
    """``quiet`` or ``burst``: what was held over quiet hours, or came all at once."""
    doubtful: int = 0
    """So many messages may not have arrived here; what they told stands in a section of its own."""
    preview: bool = False
    """``digest now``: shown to one person, tells nothing as told."""
