"""What a lexicon is made of: frozen entries, plain data, no reading and no deciding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

TopicKind = Literal["pact", "sister", "official", "sector"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One step of a sense's decision: if it holds, it says yes or no."""

    say: bool
    where: str
    words: tuple[str, ...]
    within: int = 40
    unless: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormGroup:
    """Forms that share their edges and their sense."""

    texts: tuple[str, ...]
    left: str | None = None
    """``edge`` or ``any`` (inside a Hangul compound; a Latin word never runs on).

    None: short Hangul forms need an edge, long ones do not."""
    right: tuple[str, ...] | str | None = None
    """``any``, ``edge``, or the compounds that may follow a short Hangul form; None as for ``left``."""
    meant: bool = True
    rules: tuple[Rule, ...] = ()
    needs_full_name: bool = False
    """It waits for the full name in the article, unless a rule says yes: ministry and title name a person too."""
    case: bool = False


@dataclass(frozen=True, slots=True)
class Role:
    """An office that somebody holds or held."""

    ko: str
    en: str
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """A rare name whose misspellings are understood within an edit distance."""

    word: str
    distance: int
    initials: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A named thing to follow: the pact, a sister pact or a sector."""

    id: str
    kind: TopicKind
    ko: str
    en: str
    forms: tuple[FormGroup, ...] = ()
    aliases: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Official:
    """A tracked person: names, never titles alone."""

    name: str
    ko: str
    forms: tuple[FormGroup, ...]
    handles: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    pact_role: bool = False
    """Acts for the pact: beside an agreement of both countries the name counts as evidence for it."""
    korean: bool = False
    fuzzy: tuple[Fuzzy, ...] = ()
    fuzzy_needs: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that decide about others and are no mentions themselves."""

    name: str
    topic: str
    forms: tuple[FormGroup, ...]


@dataclass(frozen=True, slots=True)
class Agency:
    """A newsroom that other outlets follow."""

    name: str
    forms: tuple[FormGroup, ...]
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mask:
    """Text that stands on a page and says nothing: names, licence lines, captions, most-read blocks."""

    name: str
    hides: frozenset[str]
    texts: tuple[str, ...] = ()
    pattern: str | None = None
    """A regular expression, searched only in the line around an anchor, so that it costs nothing elsewhere."""
    anchors: tuple[str, ...] = ()
    line: bool = False
    """The pattern must explain a whole short line of a text that has several."""
    block: tuple[str, ...] = ()
    """Headings: from such a line on, all lines that read like titles are hidden."""


@dataclass(frozen=True, slots=True)
class AskChoice:
    """One thing that an ambiguous term may mean: the query that says so, and its words."""

    query: str
    ko: str
    en: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A term of a query that a person is asked about."""

    term: str
    choices: tuple[AskChoice, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything the text engine knows about words."""

    version: str
    pact: Topic
    pact_sectors: tuple[str, ...]
    window_opens_on: date
    sister_window_opens_on: date
    least_sectors: int
    sisters: tuple[Topic, ...]
    officials: tuple[Official, ...]
    sectors: tuple[Topic, ...]
    cues: Mapping[str, Cue]
    agencies: tuple[Agency, ...]
    masks: tuple[Mask, ...]
    asks: tuple[Ask, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def sector(self, sector_id: str) -> Topic | None:
        """The sector of this id, if it is followed."""
        return next((s for s in self.sectors if s.id == sector_id), None)

    def official(self, name: str) -> Official | None:
        """The official of this canonical English name, if followed."""
        return next((o for o in self.officials if o.name == name), None)
