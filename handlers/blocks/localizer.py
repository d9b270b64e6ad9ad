"""Localizes text for one reader: language, time zone, names of topics, and the command's name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from handlers.blocks.blockkit import (
    NAME_MAX_CHARS,
    NOTE_MAX_CHARS,
    Json,
    channel_run,
    clean,
    date_run,
    foreign_run,
    inner_run,
    non_empty,
    text_run,
)
from handlers.cards.digest import Proof
from handlers.cards.texts import Note
from handlers.text import times, words
from handlers.text.cause_kinds import cause_kind
from handlers.text.typed_query import typed_query
from handlers.text.words import NO_NAMES, Names
from handlers.verbs.registry import korean_line

FAILING_SHOWN = 3
RECENT_SECONDS = 72_000
"""Below 20 hours a time of day alone cannot be taken for the same time of another day."""
COUNTS = frozenset({"n", "articles", "outlets", "ko", "en", "other", "few", "many", "posted"})
"""Arguments of notes that are numbers of things, and so have thousands separators."""
QUERIES = frozenset({"query", "queries", "part"})
"""Arguments of notes that are stored queries, or lists of them."""
_INSTANT = re.compile(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d(\.\d{1,6})?[+-]\d\d:\d\d")
_CHANNEL_PLACE = "\ue000"
"""Marks the place of a channel until the sentence is filled in; ``clean`` keeps it and nobody types it."""

_DATE_PLACE = "\ue001"
"""Marks the place of an instant in the same way."""


@dataclass(frozen=True, slots=True)
class Localizer:
    """Formats text, dates and notes for one reader."""

    language: str
    names: Names
    command: str
    zone: str = times.SEOUL
    public: bool = False
    """The answer is shared in a channel: only who shared it is mentioned, because a mention notifies."""
    direct: bool = False
    """It is shown in a direct message: a sentence about a channel has another one under its key and ``_direct``."""

    def text(self, key: str, /, **args: object) -> str:
        """Returns the sentence of a locale key."""
        direct = f"{key}_direct"
        return words.localized(self.language, direct if self.direct and words.has_key(direct) else key, **args)

    def command_line(self, line: str) -> str:
        """Returns a line to type, with the command's name in front."""
        return f"{self.command} {line}".strip()

    def localized_line(self, line: str) -> str:
        """Returns a line to type, without the command's name, in the words of the reader's language."""
        return self.typed_query(korean_line(line)) if self.language == "ko" else line

    def localized_command(self, line: str) -> str:
        """Returns a line to type, with its verb in the reader's language."""
        return self.command_line(self.localized_line(line))

    def typed_query(self, query: str) -> str:
        """Returns a stored query in the words that the reader types."""
        return typed_query(query, self.language, self.names)

    def topic_names(self, topics: tuple[str, ...], limit: int = 6) -> str:
        """Returns the names of topics, separated by dots."""
        names = [clean(words.topic_name(self.language, topic, self.names), NAME_MAX_CHARS) for topic in topics[:limit]]
        return " · ".join(name for name in names if name)

    def note_run(self, note: Note) -> Json:
        """Returns a note as one run of text."""
        return foreign_run(self._note_text(note, {}), bold=note.bold)

    def note_runs(self, note: Note) -> list[Json]:
        """Returns a note as runs of text, in which a channel is a link."""
        if "channel" not in note.args:
            return [self.note_run(note)]
        before, _, after = self._note_text(note, {"channel": _CHANNEL_PLACE}).partition(_CHANNEL_PLACE)
        return non_empty([inner_run(before), channel_run(str(note.args["channel"])), inner_run(after)])

    def _note_text(self, note: Note, overrides: Mapping[str, str]) -> str:
        """Returns a note's sentence, behind the words of the article that it is about (``quote``).

        Instants, topics, evidence, durations and lines in its arguments are localized.
        """
        args = {key: self._argument(key, str(value)) for key, value in note.args.items()}
        quote = args.pop("quote", "")
        direct = f"{note.code}_direct"
        code = direct if self.direct and words.has_key(f"note.{direct}") else note.code
        text = words.note_text(self.language, code, {"command": self.command, **args, **overrides}, shown=args)
        return f"“{quote}” – {text}" if quote else text

    def _argument(self, key: str, value: str) -> str:
        if key == "topics":
            return self.topic_names(tuple(value.split(", ")), 20)
        if key == "evidence":
            named = [f"evidence.{name}" for name in value.split(", ")]
            return ", ".join(self.text(name) for name in named if words.has_key(name))
        if key == "counted":
            return ", ".join(f"{self.topic_names((topic,))} ({count})" for topic, count in _counted(value))
        if key == "instruments":
            return ", ".join(f"{self.text(f'instrument.{kind}')} ({count})" for kind, count in _counted(value))
        if key == "state" and words.has_key(f"install_state.{value}"):
            return self.text(f"install_state.{value}")
        if key == "suspect" and words.has_key(f"suspect.{value}"):
            return self.text(f"suspect.{value}")
        if key == "reason" and words.has_key(f"feedback.{value}"):
            return self.text(f"feedback.{value}")
        if key in QUERIES:
            return self.typed_query(clean(value, NOTE_MAX_CHARS))
        if key == "why":
            return self._cause(clean(value, NOTE_MAX_CHARS))
        if key == "weekday" and words.has_key(f"weekday.{value}"):
            return self.text(f"weekday.{value}")
        if key == "line":
            return self.localized_command(clean(value, NOTE_MAX_CHARS))
        if key in COUNTS and value.isascii() and value.isdecimal():
            return f"{int(value[:15]):,}"
        if key == "minutes" and value.isdigit():
            return self.format_duration(int(value))
        at = _parse_instant(value)
        return clean(value, NOTE_MAX_CHARS) if at is None else self.format_datetime(at)

    def _cause(self, code: str) -> str:
        """Returns why something failed or ended in words, where its code has some; a cause is never empty.

        A raw message, which is English, is its own words there; elsewhere its kind is said, and it is the detail.
        """
        if not code:
            return self.text("cause.unknown")
        if words.has_key(f"cause.{code}"):
            return self.text(f"cause.{code}")
        if self.language == "en" or " " not in code or not code.isascii():
            return code
        kind = cause_kind(code)
        said = self.text(f"cause_kind.{kind}") if kind else ""
        return self.text("cause_kind.with_detail" if kind else "cause_kind.other", kind=said, detail=code)

    def format_datetime(self, at: datetime, year: bool = False) -> str:
        """Returns date and time in the reader's zone, with the year on request."""
        return times.format_datetime(self.language, at, self.zone, year)

    def format_both_zones(self, at: datetime) -> str:
        """Returns date and time in the reader's zone and the time in the other capital."""
        return times.format_both_zones(self.language, at, self.zone)

    def date_runs(self, key: str, at: datetime) -> list[Json]:
        """Returns the sentence of a key whose ``{when}`` Slack shows in the time zone of whoever reads it."""
        before, _, after = self.text(key, when=_DATE_PLACE).partition(_DATE_PLACE)
        return non_empty([text_run(before), date_run(at, self.format_both_zones(at)), text_run(after)])

    def format_time(self, at: datetime) -> str:
        """Returns the time of day in the reader's zone."""
        return times.format_time(at, self.zone)

    def format_date(self, on: date, year: bool = False) -> str:
        """Returns a date, with its year on request."""
        return times.format_date(self.language, on, year)

    def format_month(self, on: date) -> str:
        """Returns a month with its year."""
        return times.format_month(self.language, on)

    def format_time_on_day(self, at: datetime, on: date | None) -> str:
        """Returns the time alone for an instant on the day that the reader already sees, else date and time."""
        return self.format_time(at) if on is not None and self.local_date(at) == on else self.format_datetime(at)

    def format_recent(self, at: datetime, now: datetime) -> str:
        """Returns the time alone for an instant less than 20 hours away, else date and time."""
        is_recent = abs((now - at).total_seconds()) < RECENT_SECONDS
        return self.format_time(at) if is_recent else self.format_datetime(at)

    def local_date(self, at: datetime) -> date:
        """Returns the date of an instant in the reader's zone."""
        return times.local_date(at, self.zone)

    def format_duration(self, minutes: int) -> str:
        """Returns a duration in minutes below an hour, in hours below two days, else in days."""
        if minutes < 60:
            return self.text("span.minutes", n=minutes)
        hours, rest_minutes = divmod(minutes, 60)
        if hours >= 48:
            return self.text("span.days", n=hours // 24)
        if rest_minutes:
            return self.text("span.hours_minutes", h=hours, m=rest_minutes)
        return self.text("span.hours", n=hours)

    def format_proof(self, proof: Proof) -> str:
        """Returns the proof of silence in one line: what was read, the last check, failing and frozen outlets."""
        checked_at = proof.last_check_at
        parts = [self.text("proof.sources", ok=proof.sources_ok, all=proof.sources_all)]
        parts.append(self.text("proof.articles", n=proof.articles))
        parts.append(
            self.text("proof.last_check", when=self.format_time(checked_at)) if checked_at else self.text("proof.never")
        )
        silent: list[str] = []
        for code, outlets in (("failing", proof.failing), ("frozen", proof.frozen)):
            for outlet, since_at in outlets[:FAILING_SHOWN]:
                when = self.format_recent(since_at, checked_at or since_at)
                silent.append(self.text(f"proof.{code}", name=clean(outlet, NAME_MAX_CHARS), when=when))
            if len(outlets) > FAILING_SHOWN:
                silent.append(self.text(f"proof.{code}_more", n=len(outlets) - FAILING_SHOWN))
        return "; ".join([", ".join(parts), *silent])


def _counted(value: str) -> Iterator[tuple[str, str]]:
    """Yields the names and counts of ``ai=2; quantum=1``."""
    for part in value.split("; "):
        name, _, count = part.rpartition("=")
        yield name, count


def _parse_instant(value: str) -> datetime | None:
    """Returns the instant of an ISO 8601 text with an offset, or None for any other text."""
    if not _INSTANT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def localizer_for(
    language: str, zone: str, names: Names = NO_NAMES, command: str = "/pact", public: bool = False
) -> Localizer:
    """Returns a localizer for a language tag such as ``ko-KR``."""
    return Localizer(words.language_of(language), names, command, zone, public)
