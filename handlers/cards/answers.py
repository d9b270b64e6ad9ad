"""Cards that answer one person: why, help, error, choice of sense, confirmation, notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.cards.subscriptions import SubscriptionLine
from handlers.cards.texts import Lead, Note


@dataclass(frozen=True, slots=True)
class WhyStage:
    """One stage an article went through: its name, whether it passed, and sentences about it."""

    stage: str
    """``fetched``, ``duplicate``, ``matched``, ``story``, ``subscription``, ``muted``, ``queued``, ``posted``."""
    passed: bool | None
    """None: did not come to it."""
    notes: tuple[Note, ...]
    quotes: tuple[Lead, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WhyCard:
    subject: str
    headline: str | None
    url: str | None
    zone: str
    stages: tuple[WhyStage, ...]
    change: tuple[Note, ...]
    """What would change it."""


@dataclass(frozen=True, slots=True)
class HelpCard:
    verb: str | None
    command: str
    """The slash command's name, as ``/pact``."""
    offer: str | None = None
    """A line that may have been meant."""


@dataclass(frozen=True, slots=True)
class ErrorCard:
    """What could not be understood: nothing was changed."""

    line: str
    position: int | None
    """Where the caret goes in ``line``; None when no token is to blame."""
    length: int
    note: Note
    nearest: str | None = None
    reference: str | None = None
    """Of an internal error: stands in the log."""


@dataclass(frozen=True, slots=True)
class SenseCard:
    """A term of several meanings: which one is meant?"""

    term: str
    choices: tuple[tuple[str, str], ...]
    """Note code of each sense (a key of words) and the line that would mean it."""


@dataclass(frozen=True, slots=True)
class ConfirmCard:
    """A change that is asked about first."""

    note: Note
    line: str
    """What the Yes button runs."""


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """A few sentences: hello in a new channel, a failure told to operators."""

    notes: tuple[Note, ...]
    lines: tuple[SubscriptionLine, ...] = ()
    zone: str = "Asia/Seoul"
