"""The entries of a lexicon, as frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

TopicKind = Literal["pact", "sister", "official", "sector"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One step of a sense's decision: where it holds, it decides yes or no."""

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
    """``edge``, or ``any`` (inside a Hangul compound; a Latin word always needs an edge).

    None: a short Hangul form needs an edge, a long one does not."""
    right: tuple[str, ...] | str | None = None
    """``any``, ``edge``, or the compounds that may follow a short Hangul form; None as for ``left``."""
    meant: bool = True
    rules: tuple[Rule, ...] = ()
    needs_full_name: bool = False
    """Whether the form counts only in an article that has the full name too, unless a rule says yes."""
    case: bool = False
    beside_pact: bool = False
    """Whether the form is an office, which counts as its holder in a sentence about the pact."""


@dataclass(frozen=True, slots=True)
class Role:
    """An office that an official holds or held."""

    ko: str
    en: str
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """A rare name whose misspellings within an edit distance are found too."""

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
    """A tracked person, with the forms of the name and of the office."""

    name: str
    ko: str
    forms: tuple[FormGroup, ...]
    handles: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    pact_role: bool = False
    """Whether the official acts for the pact: beside an agreement of both countries the name is evidence for it."""
    korean: bool = False
    fuzzy: tuple[Fuzzy, ...] = ()
    fuzzy_needs: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def in_office(self, on: date | None) -> bool:
        """Whether the last office is held on a day, or, without a day, still."""
        role = self.roles[-1] if self.roles else None
        if role is None or on is None:
            return role is not None and role.until is None
        day = on.isoformat()
        return (role.since or "") <= day and (role.until is None or day[: len(role.until)] <= role.until)


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that rules look for; they are no mentions themselves."""

    name: str
    topic: str
    forms: tuple[FormGroup, ...]


@dataclass(frozen=True, slots=True)
class Agency:
    """A news agency or paper that other outlets follow."""

    name: str
    forms: tuple[FormGroup, ...]
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mask:
    """Text in which topics are not looked for: names of bodies, licence lines, captions, most-read blocks."""

    name: str
    hides: frozenset[str]
    texts: tuple[str, ...] = ()
    pattern: str | None = None
    """A regular expression that is searched only in lines with an anchor, because searching everywhere is slow."""
    anchors: tuple[str, ...] = ()
    line: bool = False
    """Whether the pattern must match a whole short line of a text that has several lines."""
    block: tuple[str, ...] = ()
    """Headings: after such a line, all lines that look like titles are hidden."""


@dataclass(frozen=True, slots=True)
class TermSense:
    """One sense of an ambiguous term: the query for it, and its description."""

    query: str
    ko: str
    en: str


@dataclass(frozen=True, slots=True)
class AmbiguousTerm:
    """An ambiguous term of a query, with the senses that a person is asked to choose from."""

    term: str
    choices: tuple[TermSense, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything that the text engine knows about words."""

    version: str
    pact: Topic
    pact_sectors: tuple[str, ...]
    window_opens_on: date
    sister_window_opens_on: date
    signed_on: date | None
    least_sectors: int
    sisters: tuple[Topic, ...]
    officials: tuple[Official, ...]
    sectors: tuple[Topic, ...]
    cues: Mapping[str, Cue]
    agencies: tuple[Agency, ...]
    masks: tuple[Mask, ...]
    ambiguous_terms: tuple[AmbiguousTerm, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def sector(self, sector_id: str) -> Topic | None:
        """Returns the sector of this id, if it is followed."""
        return next((sector for sector in self.sectors if sector.id == sector_id), None)

    def official(self, name: str) -> Official | None:
        """Returns the official of this canonical English name, if the official is followed."""
        return next((official for official in self.officials if official.name == name), None)
