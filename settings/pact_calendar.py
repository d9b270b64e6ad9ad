"""The pact's calendar: milestones, clauses, the day it came into force, its notice and its next formal date.

Everything is read from ``pact.toml`` beside this module, where each entry names the page it was read on; what the
pages disagree about is marked uncertain.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from settings.errors import SettingsError

BUILT_IN = Path(__file__).with_name("pact.toml")


class BadCalendar(SettingsError):
    """the pact's calendar cannot be used"""


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something that happened, on a day or within a range of days."""

    on: date
    ko: str
    en: str
    kind: str
    sources: tuple[str, ...]
    until: date | None = None
    uncertain: bool = False
    topic: str = "pact"
    sector: str | None = None
    note_ko: str = ""
    note_en: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """One promise of the pact and who owns it."""

    id: str
    sectors: tuple[str, ...]
    ko: str
    en: str
    owner: str
    sources: tuple[str, ...]
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class NextEvent:
    """The next formal date, as far as it is known."""

    ko: str
    en: str
    begins_on: date
    until: date
    uncertain: bool
    place_ko: str
    place_en: str
    note_ko: str
    note_en: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PactCalendar:
    """The pact's clock."""

    signed_on: date
    in_force_on: date
    in_force_note_ko: str
    in_force_note_en: str
    notice_days: int
    binding: bool
    next_event: NextEvent
    milestones: tuple[Milestone, ...]
    clauses: tuple[Clause, ...]
    sources: tuple[str, ...]


def load(path: Path | None = None) -> PactCalendar:
    """The calendar that ships with the bot, or another file of the same shape."""
    return _built_in() if path is None else _read(path)


@cache
def _built_in() -> PactCalendar:
    return _read(BUILT_IN)


def _read(path: Path) -> PactCalendar:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadCalendar(str(path), "", f"cannot be read ({error})", "mend the file") from error
    try:
        return _calendar(data)
    except KeyError as error:
        raise BadCalendar(str(path), str(error).strip("'"), "is missing", "add the key") from error
    except (TypeError, ValueError) as error:
        raise BadCalendar(
            str(path), "", f"has a value of the wrong kind ({error})", "compare the built-in file"
        ) from error


def _calendar(data: Mapping[str, Any]) -> PactCalendar:
    pact = data["pact"]
    return PactCalendar(
        signed_on=_day(pact["signed_on"]),
        in_force_on=_day(pact["in_force_on"]),
        in_force_note_ko=pact["in_force_note_ko"],
        in_force_note_en=pact["in_force_note_en"],
        notice_days=int(pact["notice_days"]),
        binding=bool(pact["binding"]),
        next_event=_next(data["next"]),
        milestones=tuple(sorted(_milestones(data["milestone"]), key=lambda m: (m.on, m.until or m.on))),
        clauses=tuple(_clauses(data["clause"])),
        sources=_sources(pact),
    )


def _next(raw: Mapping[str, Any]) -> NextEvent:
    return NextEvent(
        raw["ko"], raw["en"], _day(raw["from"]), _day(raw["until"]), bool(raw.get("uncertain", False)),
        raw.get("place_ko", ""), raw.get("place_en", ""), raw.get("note_ko", ""), raw.get("note_en", ""), _sources(raw),
    )  # fmt: skip


def _milestones(rows: list[Mapping[str, Any]]) -> Iterator[Milestone]:
    for raw in rows:
        until = raw.get("until")
        yield Milestone(
            on=_day(raw["on"]),
            ko=raw["ko"],
            en=raw["en"],
            kind=raw["kind"],
            sources=_sources(raw),
            until=_day(until) if until is not None else None,
            uncertain=bool(raw.get("uncertain", False)),
            topic=raw.get("topic", "pact"),
            sector=raw.get("sector"),
            note_ko=raw.get("note_ko", ""),
            note_en=raw.get("note_en", ""),
        )


def _clauses(rows: list[Mapping[str, Any]]) -> Iterator[Clause]:
    for raw in rows:
        uncertain = bool(raw.get("uncertain", False))
        yield Clause(raw["id"], tuple(raw["sectors"]), raw["ko"], raw["en"], raw["owner"], _sources(raw), uncertain)


def _sources(raw: Mapping[str, Any]) -> tuple[str, ...]:
    sources = tuple(raw["sources"])
    if not sources or not all(isinstance(source, str) for source in sources):
        raise ValueError("sources must name where it was read")
    return sources


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is no date")
    return value
