"""The pact's calendar: the day it came into force, its notice period, milestones, next formal event and clauses.

Everything is read from ``pact.toml`` beside this module, where each entry names the page it was read on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from settings.errors import BadCalendar
from settings.toml_table import Keys, TomlKey, TomlTable, keys_of, parse_toml

BUILT_IN = Path(__file__).with_name("pact.toml")
MAX_NOTICE_DAYS = 3_660

_SOURCES = TomlKey("sources", '["the page it was read on"]', required=True)
_WORDS = keys_of(TomlKey("ko", '"…"', required=True), TomlKey("en", '"…"', required=True), _SOURCES)
_NOTES = keys_of(TomlKey("note_ko", '"…"'), TomlKey("note_en", '"…"'), TomlKey("uncertain", "true"))
FILE_KEYS = keys_of(
    TomlKey("pact", "[pact]", required=True),
    TomlKey("next", "[next]", required=True),
    TomlKey("milestone", "[[milestone]]", required=True),
    TomlKey("clause", "[[clause]]"),
)
PACT_KEYS = keys_of(
    TomlKey("in_force_on", "2025-10-29", required=True),
    TomlKey("notice_days", "180", required=True),
    TomlKey("signed_on", "2025-10-29"),
    TomlKey("binding", "false"),
    TomlKey("in_force_note_ko", '"…"'),
    TomlKey("in_force_note_en", '"…"'),
    _SOURCES,
)
NEXT_KEYS: Keys = {
    **_WORDS,
    **_NOTES,
    **keys_of(
        TomlKey("from", "2026-07-01", required=True),
        TomlKey("until", "2026-12-31", required=True),
        TomlKey("place_ko", '"…"'),
        TomlKey("place_en", '"…"'),
    ),
}
MILESTONE_KEYS: Keys = {
    **_WORDS,
    **_NOTES,
    **keys_of(
        TomlKey("on", "2025-10-29", required=True),
        TomlKey("kind", '"signature"', required=True),
        TomlKey("until", "2025-10-30"),
        TomlKey("topic", '"uk"'),
        TomlKey("sector", '"space"'),
    ),
}
CLAUSE_KEYS: Keys = {
    **_WORDS,
    **_NOTES,
    **keys_of(
        TomlKey("id", '"space"', required=True),
        TomlKey("sectors", '["space"]', required=True),
        TomlKey("owner", '"MSIT / OSTP"', required=True),
        TomlKey("owner_ko", '"과기정통부 / 백악관"', required=True),
    ),
}


@dataclass(frozen=True, slots=True)
class Milestone:
    """An event that happened, on a day or within a range of days."""

    on: date
    until: date | None
    """The last day of the range."""
    kind: str
    ko: str
    en: str
    sources: tuple[str, ...]
    sector: str | None = None
    """The sector that a follow-up belongs to."""
    uncertain: bool = False
    """Whether the sources disagree, or only one has it."""
    note: Mapping[str, str] = field(default_factory=dict)
    """What is uncertain, by language."""


@dataclass(frozen=True, slots=True)
class NextEvent:
    """The next formal event under the pact, within a range of days."""

    begins_on: date
    until: date
    ko: str
    en: str
    sources: tuple[str, ...]
    uncertain: bool = False
    note: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clause:
    """What the two countries agreed to do, in words of our own."""

    id: str
    sectors: tuple[str, ...]
    """The sectors whose stories are evidence; empty for the clause on the joint committee."""
    owner: Mapping[str, str]
    """The offices of both countries, by language."""
    ko: str
    en: str
    sources: tuple[str, ...]
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class PactCalendar:
    """The dates of the pact."""

    in_force_on: date
    notice_days: int
    next_event: NextEvent
    milestones: tuple[Milestone, ...]
    """In the order of their days."""
    clauses: tuple[Clause, ...]

    @property
    def sectors(self) -> tuple[str, ...]:
        """The sectors of the pact's clauses."""
        return tuple(dict.fromkeys(sector for clause in self.clauses for sector in clause.sectors))


@cache
def load(path: Path = BUILT_IN) -> PactCalendar:
    """Returns the calendar of a file. Raises BadCalendar with file, key and cure."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadCalendar(str(path), "", f"cannot be read ({error.strerror})", "check the path") from error
    file = TomlTable(str(path), parse_toml(str(path), data, BadCalendar), BadCalendar).with_keys(FILE_KEYS)
    pact = file.table("pact").with_keys(PACT_KEYS)
    return PactCalendar(
        in_force_on=pact.day("in_force_on"),
        notice_days=pact.whole_number("notice_days", 0, MAX_NOTICE_DAYS),
        next_event=_next_event(file.table("next").with_keys(NEXT_KEYS)),
        milestones=tuple(
            sorted(_milestones(file), key=lambda milestone: (milestone.on, milestone.until or milestone.on))
        ),
        clauses=tuple(_clauses(file)),
    )


def _next_event(table: TomlTable) -> NextEvent:
    return NextEvent(
        begins_on=table.day("from"),
        until=table.day("until"),
        ko=table.text("ko"),
        en=table.text("en"),
        sources=_sources(table),
        uncertain=table.flag("uncertain"),
        note=_note(table),
    )


def _milestones(file: TomlTable) -> Iterator[Milestone]:
    for entry in file.tables("milestone"):
        table = entry.with_keys(MILESTONE_KEYS)
        yield Milestone(
            on=table.day("on"),
            until=table.optional_day("until"),
            kind=table.text("kind"),
            ko=table.text("ko"),
            en=table.text("en"),
            sources=_sources(table),
            sector=table.optional_text("sector"),
            uncertain=table.flag("uncertain"),
            note=_note(table),
        )


def _clauses(file: TomlTable) -> Iterator[Clause]:
    for entry in file.tables("clause", "id"):
        table = entry.with_keys(CLAUSE_KEYS)
        yield Clause(
            id=table.text("id"),
            sectors=table.texts("sectors"),
            owner={"ko": table.text("owner_ko"), "en": table.text("owner")},
            ko=table.text("ko"),
            en=table.text("en"),
            sources=_sources(table),
            uncertain=table.flag("uncertain"),
        )


def _note(table: TomlTable) -> Mapping[str, str]:
    """Returns what is uncertain in each language that has it."""
    notes = ((language, table.optional_text(f"note_{language}")) for language in ("ko", "en"))
    return {language: text for language, text in notes if text}


def _sources(table: TomlTable) -> tuple[str, ...]:
    sources = table.texts("sources")
    if not sources:
        raise table.error("sources", "is empty", "name the page it was read on")
    return sources
