"""Results of the parser process: plain dataclasses, which need no parsing library to be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scrapers.article import Attachment, Headline


@dataclass(frozen=True, slots=True)
class Discovered:
    """The headlines of one source's answer, each article once, in the order of the document."""

    headlines: tuple[Headline, ...]
    problems: tuple[str, ...]
    newest_at: datetime | None


@dataclass(frozen=True, slots=True)
class PageReading:
    """The article of a page."""

    url: str
    canonical_url: str
    identities: tuple[str, ...]
    title: str
    paragraphs: tuple[str, ...]
    published_at: datetime | None
    byline: str | None
    language: str
    dated_ahead: bool = False
    suspect: str | None = None
    partial: bool = False
    """Whether the body is a small part of the page's prose, so that the text may be incomplete."""
    text_from: str = "page"
    attachments: tuple[Attachment, ...] = ()
