"""In whose words a card is set: the language, the names of topics, the command's name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from handlers.blocks.blockkit import NAME_MAX_CHARS, NOTE_MAX_CHARS, Json, channel, clean, foreign, solid, text
from handlers.cards.digest import Proof
from handlers.cards.texts import Note
from handlers.text import times, words
from handlers.text.words import NO_NAMES, Names
from handlers.verbs import korean_line

FAILING_SHOWN = 3
_INSTANT = re.compile(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d(\.\d{1,6})?[+-]\d\d:\d\d")
_HERE = "\ue000"
"""Stands where a channel goes until the sentence is made; ``clean`` leaves it alone, nobody types it."""


@dataclass(frozen=True, slots=True)
class Localizer:
    """Says things to one reader."""

    language: str
    names: Names
    command: str
    zone: str = times.SEOUL
    public: bool = False
    """The answer was shared in a channel: nobody but who shared it is named, because a name there is a ping."""

    def say(self, key: str, **args: object) -> str:
        """The sentence of a key."""
        return words.say(self.language, key, **args)

    def line(self, typed: str) -> str:
        """What to type: the command's name and a line."""
        return f"{self.command} {typed}".strip()

    def hint(self, typed: str) -> str:
        """What to type, with the verb in the reader's language."""
        return self.line(korean_line(typed) if self.language == "ko" else typed)

    def topics(self, topics: tuple[str, ...], most: int = 6) -> str:
        """Topics by name, in a row."""
        named = [clean(words.topic_name(self.language, each, self.names), NAME_MAX_CHARS) for each in topics[:most]]
        return " · ".join(each for each in named if each)

    def note(self, note: Note) -> Json:
        """A note as one run of text."""
        return foreign(self._sentence(note, {}), bold=note.bold)

    def notes(self, note: Note) -> list[Json]:
        """A note as runs of text, where a channel is shown by its name and leads there."""
        if "channel" not in note.args:
            return [self.note(note)]
        before, _, after = self._sentence(note, {"channel": _HERE}).partition(_HERE)
        around = [text(clean(before)), text(" "), channel(str(note.args["channel"])), text(" "), text(clean(after))]
        return solid(around)

    def _sentence(self, note: Note, given: Mapping[str, str]) -> str:
        """The words of a note; instants, topics, lengths and lines in its arguments as this reader reads them."""
        args = {key: self._argument(key, str(value)) for key, value in note.args.items()}
        return words.sentence(self.language, note.code, {"command": self.command, **args, **given}, shown=args)

    def _argument(self, key: str, value: str) -> str:
        if key == "topics":
            return self.topics(tuple(value.split(", ")), 20)
        if key == "line":
            return self.hint(clean(value, NOTE_MAX_CHARS))
        if key == "minutes" and value.isdigit():
            return self.span(int(value))
        at = _instant(value)
        return clean(value, NOTE_MAX_CHARS) if at is None else self.moment(at)

    def moment(self, at: datetime) -> str:
        return times.moment(self.language, at, self.zone)

    def both(self, at: datetime) -> str:
        return times.both(self.language, at, self.zone)

    def clock(self, at: datetime) -> str:
        return times.clock(at, self.zone)

    def day(self, on: date, year: bool = False) -> str:
        return times.day(self.language, on, year)

    def on(self, at: datetime, day: date | None) -> str:
        """Only the clock for what happened on a day that is named already, else the whole moment."""
        return self.clock(at) if day is not None and self.local_day(at) == day else self.moment(at)

    def local_day(self, at: datetime) -> date:
        """The date of an instant where the reader is."""
        return times.local_day(at, self.zone)

    def near(self, at: datetime, now: datetime) -> str:
        """Only the clock for what is less than a day away, else the whole moment."""
        return self.clock(at) if abs((now - at).total_seconds()) < 72_000 else self.moment(at)

    def span(self, minutes: int) -> str:
        """A length of time: minutes, hours, days."""
        if minutes < 60:
            return self.say("span.minutes", n=minutes)
        hours, left = divmod(minutes, 60)
        if hours >= 48:
            return self.say("span.days", n=hours // 24)
        return self.say("span.hours_minutes", h=hours, m=left) if left else self.say("span.hours", n=hours)

    def proof(self, proof: Proof) -> str:
        """Proof of silence in one line: what was read, when last, what fails."""
        parts = [self.say("proof.sources", ok=proof.sources_ok, all=proof.sources_all)]
        parts.append(self.say("proof.articles", n=proof.articles))
        last = proof.last_check_at
        parts.append(self.say("proof.last_check", when=self.clock(last)) if last else self.say("proof.never"))
        failing = [
            self.say("proof.failing", name=clean(name, NAME_MAX_CHARS), when=self.near(since_at, last or since_at))
            for name, since_at in proof.failing[:FAILING_SHOWN]
        ]
        if len(proof.failing) > FAILING_SHOWN:
            failing.append(self.say("proof.failing_more", n=len(proof.failing) - FAILING_SHOWN))
        return "; ".join([", ".join(parts), *failing])


def _instant(value: str) -> datetime | None:
    """An instant as rows write it; None for any other text."""
    if not _INSTANT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def voice_for(
    language: str, zone: str, names: Names = NO_NAMES, command: str = "/pact", public: bool = False
) -> Localizer:
    """A voice for a reader's language tag."""
    return Localizer(words.language_of(language), names, command, zone, public)
