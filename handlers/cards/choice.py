"""A question to one person, answered with a button or with a channel."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.cards.texts import Note


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer, as a button."""

    label: Note
    line: str
    """The line that the button runs."""


@dataclass(frozen=True, slots=True)
class ChoiceCard:
    """A question with its answers."""

    note: Note
    choices: tuple[Choice, ...] = ()
    channel_line: str | None = None
    """A line that a chosen channel completes, such as ``share ST91 in``."""
