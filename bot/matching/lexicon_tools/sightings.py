"""The data of the alias scout: stored articles in, sightings between, proposals out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.matching.engine.field import FieldText
from bot.model import Reading, Reason


@dataclass(frozen=True, slots=True)
class ScoutText:
    """One stored article: its headline and the sentences that its outlet allows."""

    article_id: int
    outlet: str
    seen_at: datetime
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A spelling that the lexicon does not accept in its place, and the name that it resembles."""

    spelling: str
    kind: str
    """``official`` or ``pact``."""
    topic: str
    why: Reason
    distance: int
    sentence: int
    toml: str
    """Lines for a lexicon file that extends the built-in one."""
    sure: bool = True
    """False: it is proposed only if words of the office stand in most of its articles."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A spelling that an operator may add to the lexicon."""

    spelling: str
    kind: str
    topic: str
    why: Reason
    distance: int
    articles: int
    outlets: int
    first_at: datetime
    last_at: datetime
    examples: tuple[str, ...]
    toml: str

    @property
    def key(self) -> str:
        """The key under which a reported proposal is kept."""
        return f"{self.kind}:{self.topic}:{self.spelling}"


@dataclass(frozen=True, slots=True)
class ScoutField:
    """One article's sentences as one text, read by the engine."""

    field: FieldText
    reading: Reading
    starts: tuple[int, ...]
    """The start of each sentence, in code points of the original."""

    def accepted(self, start: int, end: int) -> bool:
        """Does the engine accept this place of the folded text as a person or the pact already?"""
        first, last = self.field.folded.original(start, end)
        return any(
            mention.kind != "sector" and mention.start < last and first < mention.end
            for mention in self.reading.mentions
        )

    def sentence(self, start: int) -> int:
        """The number of the sentence at a place of the folded text."""
        first, _ = self.field.folded.original(start, start + 1)
        return sum(1 for at in self.starts if at <= first) - 1


def quoted(text: str) -> str:
    """A text as a TOML string; outside text may hold quotes and backslashes."""
    plain = "".join(char for char in text if char.isprintable())
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def person_toml(name: str, spelling: str, more: Mapping[str, str]) -> str:
    """The lines that add a form to a person of the built-in lexicon."""
    rest = "".join(f", {key} = {value}" for key, value in more.items())
    return f"[[official]]\nname = {quoted(name)}\nform = [{{ texts = [{quoted(spelling)}]{rest} }}]"
