"""The nouns of this wing: a Headline found at a source, an Article read from its page, what a source remembers.

Times are aware datetimes in UTC, or None when the outlet did not say: an unknown time is never "now".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Headline:
    """One entry of a feed, sitemap, listing or JSON answer, before its page is read."""

    outlet: str
    """The outlet's key."""
    url: str
    """The address to fetch, as published."""
    canonical_url: str
    """The address without what does not belong to it (m., amp, tracking)."""
    identities: tuple[str, ...]
    """Names under which the same article may be known already, strongest first:
    ``wire:AKR…``, ``id:asiae:2025…``, ``url:https://…``, ``guid:…``. Any one equal is the same article."""
    title: str
    summary: str
    """Plain text; empty when the source gave none."""
    published_at: datetime | None
    language: str
    dated_ahead: bool = False
    """The source named a time still to come; ``published_at`` is the time of reading instead."""


@dataclass(frozen=True, slots=True)
class Article:
    """One published page, without the page around it."""

    outlet: str
    url: str
    canonical_url: str
    identities: tuple[str, ...]
    title: str
    paragraphs: tuple[str, ...]
    published_at: datetime | None
    byline: str | None
    language: str
    content_hash: str
    """Hash of the normalised text (hex); the same text under another address is the same article."""
    dated_ahead: bool = False
    """The page named a time still to come; ``published_at`` is the time of reading instead."""
    suspect: str | None = None
    """Why this text must not alert (``short``, ``site_title``, ``no_body``, ``wrong_type``), or None."""

    @property
    def text(self) -> str:
        """The body as one string, paragraphs separated by a newline."""
        return "\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class SourceState:
    """What one source of an outlet remembers between two readings; kept by the caller, never by this wing."""

    etag: str | None = None
    last_modified: str | None = None
    """Both validators go back byte for byte (RFC 9110, 13.1)."""
    body_hash: str | None = None
    full_read_at: datetime | None = None
    """Last unconditional reading."""
    moved_to: str | None = None
    """Where a stable 301 pointed."""


@dataclass(frozen=True, slots=True)
class SourceReading:
    """The answer of one reading of one source."""

    headlines: tuple[Headline, ...]
    state: SourceState
    unchanged: bool = False
    """True after a 304 or an identical body: nothing was parsed, ``headlines`` is empty."""
    newest_at: datetime | None = None
    """The newest published_at seen, to notice a feed that is frozen though it answers 200."""
    problems: tuple[str, ...] = field(default=())
    """Entries that could not be used, a line each, at most ten."""
