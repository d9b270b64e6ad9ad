"""The settings of a channel or of a direct message: as a list with the commands that change them, and as a form."""

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
    """The id of a user group, which is shown instead of the value."""


@dataclass(frozen=True, slots=True)
class SettingsCard:
    """All settings of a channel or a direct message."""

    lines: tuple[SettingLine, ...]
    zone: str
    direct: bool = False
    may_change: bool = False
    """Whether the person may change them, by a form, too."""


@dataclass(frozen=True, slots=True)
class SettingsForm:
    """The settings as a form to fill in; "" stands for what is not set."""

    language: str
    timezone: str
    digest: str
    """``off``, ``hourly``, ``daily``, ``weekly`` or ``shifts``."""
    digest_at: str
    weekday: str
    empty: str
    """``usual``, ``clear`` or ``skip``."""
    quiet_from: str
    quiet_to: str
    threads: bool
    broadcast: bool
    who: str
    """``everyone``, ``admins`` or ``list``."""
    people: tuple[str, ...]
    opened_in: str
    zone: str
    direct: bool = False
    mention: str = ""
    """The id of the user group that major news calls."""
    groups: tuple[tuple[str, str], ...] | None = None
    """Each user group's label and id; None where Slack does not list them."""
