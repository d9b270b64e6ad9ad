"""The desk's nouns: plain frozen data that matching, store and desk hand to each other.

Instants are aware datetimes in UTC and end in ``_at``; local dates end in ``_on``. Ids are the store's integers;
what people type (S12, ST91) is made from them by ``subscription_id`` and ``story_id``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Field = Literal["headline", "text"]
MentionKind = Literal["pact", "sister", "official", "sector", "literal"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was decided: a code and its arguments. The words for it live with the words of Slack."""

    code: str
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """What the text engine reads: one article's own words and what is known of it from outside its text."""

    headline: str
    text: str
    language: str | None = None
    """``ko``, ``en``, any other tag, or None: guess from the script."""
    published_on: date | None = None
    official: bool = False
    """The outlet is a ministry, the White House, the Federal Register: its document about the pact is severity 1."""


@dataclass(frozen=True, slots=True)
class Mention:
    """That a text names something, with where and by which term."""

    kind: MentionKind
    topic: str
    """What is named: ``pact``, ``uk``, ``japan``, an official's canonical English name, a sector id, or the literal."""
    term: str
    """The lexicon form (or literal) that matched, as the lexicon writes it."""
    field: Field
    start: int
    end: int
    """Code points of the original field, end exclusive."""
    quote: str
    """Exactly ``field[start:end]``."""
    context: str
    """The sentence around it, an exact slice of the field."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A candidate that was seen and not meant."""

    kind: MentionKind
    topic: str
    term: str
    field: Field
    start: int
    end: int
    quote: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything the engine decided about one page."""

    pact: bool
    sister_pact: tuple[str, ...]
    officials: tuple[str, ...]
    """Canonical English names, in order of first appearance."""
    sectors: tuple[str, ...]
    severity: int
    """1 for a signature, suspension, notice, joint committee or official document of the Korean pact, else 0."""
    after: tuple[str, ...]
    """Whom the article follows: source-of-source, as ``Bloomberg``."""
    language: str
    mentions: tuple[Mention, ...]
    rejected: tuple[Rejected, ...]
    reasons: tuple[Reason, ...]
