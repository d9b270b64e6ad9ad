"""Cards that answer one person: why, help, error, choice of sense, confirmation, notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from handlers.cards.texts import Lead, Note

SenseQuestion = Literal["sense", "unknown", "everything"]


@dataclass(frozen=True, slots=True)
class WhyStage:
    """One stage of an article: its name, whether the article passed it, and notes."""

    stage: str
    """``fetched``, ``duplicate``, ``matched``, ``story``, ``subscription``, ``muted``, ``queued``, ``posted``."""
    passed: bool | None
    """None when the article did not reach the stage."""
    notes: tuple[Note, ...]
    quotes: tuple[Lead, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WhyCard:
    """The stages of an article, and the changes that would alter the outcome."""

    subject: str
    headline: str | None
    url: str | None
    zone: str
    stages: tuple[WhyStage, ...]
    change: tuple[Note, ...]
    """Notes on changes that would alter the outcome."""


@dataclass(frozen=True, slots=True)
class HelpCard:
    """The list of verbs, or the page of one verb."""

    verb: str | None
    command: str
    """The slash command's name, such as ``/pact``."""
    offer: str | None = None
    """A line that the person may have meant."""


@dataclass(frozen=True, slots=True)
class ErrorCard:
    """A line that was not understood; nothing was changed."""

    line: str
    position: int | None
    """Offset of the wrong token in ``line``; None when no token is wrong."""
    length: int
    note: Note
    nearest: str | None = None
    example: bool = False
    """Whether ``nearest`` only shows the form of a line: then no button runs it."""
    reference: str | None = None
    """Reference of an internal error, which also stands in the log."""
    ask_admins: str | None = None
    """The line of a button that asks an admin to do it."""
    choices: tuple[str, ...] = ()
    """The lines that may have been meant, where there are several; each has its button."""


@dataclass(frozen=True, slots=True)
class SenseCard:
    """A term with what it may mean to choose from: its senses, the words that are like it, or a narrower query."""

    term: str
    choices: tuple[tuple[str, str], ...]
    """Note code of each sense (or the word itself), and the line that means it."""
    question: SenseQuestion = "sense"
    """``unknown``: nothing knows the term. ``everything``: it only leaves out, so that all else matches."""


@dataclass(frozen=True, slots=True)
class ConfirmCard:
    """A change that needs a confirmation."""

    note: Note
    line: str
    """The line that the Yes button runs."""


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """A few sentences, such as a greeting in a new channel or a failure for the operators."""

    notes: tuple[Note, ...]
    zone: str = "Asia/Seoul"
    user: str | None = None
    """Who says it, where a person asks for something."""
    run: str | None = None
    """The line that is asked for, which a button runs."""
    was_run: str | None = None
    """The line that was asked for, where somebody has run it."""
    settled_by: str | None = None
    """Who has run it, where the card is the request itself."""
    settled_at: datetime | None = None
