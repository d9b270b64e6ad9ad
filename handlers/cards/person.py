"""The answers of ``who``: an official with the latest appearances and quotes, and the list of all officials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from handlers.cards.texts import Lead


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """An office that an official holds or held."""

    text: Mapping[str, str]
    """The office by language."""
    since: str | None
    until: str | None
    """A day, month or year, as 2025-03."""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """Where somebody was named or quoted: one article, or the newest of a story's."""

    headline: str
    url: str
    outlet: str
    """The outlet's name as readers know it."""
    language: str
    published_at: datetime | None
    date_only: bool
    """Whether the outlet gave a day without a time."""
    seen_at: datetime
    story: str | None
    articles: int = 1
    """So many articles of the story name the person."""


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """What somebody said, as one article has it."""

    sentence: Lead
    report: ReportLine


@dataclass(frozen=True, slots=True)
class PersonCard:
    """An official."""

    zone: str
    name: Mapping[str, str]
    """The name by language."""
    offices: tuple[OfficeLine, ...]
    """The latest first."""
    aliases: tuple[str, ...]
    """Other spellings that are recognized."""
    quotes: tuple[QuoteLine, ...]
    appearances: tuple[ReportLine, ...]
    line: str
    """The line without its page, in English, which the buttons turn with."""
    page: int = 1
    pages: int = 1
    other_scripts: int = 0
    """So many more spellings in other scripts are recognized."""


@dataclass(frozen=True, slots=True)
class OfficialLine:
    """An official in the list of all."""

    name: Mapping[str, str]
    office: OfficeLine | None
    word: str
    """The word to type for this official."""


@dataclass(frozen=True, slots=True)
class OfficialsCard:
    """All officials who are tracked."""

    lines: tuple[OfficialLine, ...]
