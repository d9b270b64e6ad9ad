"""What the alias scout hands round: stored articles in, sightings between, proposals out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.matching.engine.field import FieldText
from bot.model import Reading, Reason


@dataclass(frozen=True, slots=True)
class ScoutText:
    """What is kept of one article: its headline and the sentences that its outlet allows."""

    article: int
    outlet: str
    seen_at: datetime
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A spelling that the lexicon does not accept where it stands, and what it seems to be."""

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
    """False: only the company it keeps, in most of the articles that it stands in, makes it a proposal."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A spelling that somebody may want to add to the lexicon."""

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
        """What it is known by when it was told."""
        return f"{self.kind}:{self.topic}:{self.spelling}"


@dataclass(frozen=True, slots=True)
class ScoutField:
    """One article's sentences as one text, read by the engine."""

    field: FieldText
    reading: Reading
    starts: tuple[int, ...]
    """Where each sentence begins, in code points of the original."""

    def accepted(self, start: int, end: int) -> bool:
        """Whether the engine takes this place of the folded text for a person or the pact already."""
        first, last = self.field.folded.original(start, end)
        return any(m.kind != "sector" and m.start < last and first < m.end for m in self.reading.mentions)

    def sentence(self, start: int) -> int:
        """The number of the sentence that a place of the folded text lies in."""
        first, _ = self.field.folded.original(start, start + 1)
        return sum(1 for at in self.starts if at <= first) - 1


def quoted(text: str) -> str:
    """A text as TOML writes it; what outsiders wrote may hold quotes and backslashes."""
    plain = "".join(char for char in text if char.isprintable())
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def person_toml(name: str, spelling: str, more: Mapping[str, str]) -> str:
    """A form for a person who is there already."""
    rest = "".join(f", {key} = {value}" for key, value in more.items())
    return f"[[official]]\nname = {quoted(name)}\nform = [{{ texts = [{quoted(spelling)}]{rest} }}]"
