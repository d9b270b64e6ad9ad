"""The card of a channel's settings, or of a direct message's: each with the command that changes it."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.cards.texts import Note


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One setting: its value, and a line that changes it."""

    name: str
    """A locale key under ``settings.name``."""
    value: Note
    line: str
    people: tuple[str, ...] = ()
    """User ids that belong to the value."""
    group: str | None = None
    """The id of a user group that is the value."""


@dataclass(frozen=True, slots=True)
class SettingsCard:
    """All settings of a channel or a direct message."""

    lines: tuple[SettingLine, ...]
    zone: str
    direct: bool = False
