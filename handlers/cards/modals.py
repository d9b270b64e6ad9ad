"""Cards of modals: the subscription builder, the mute of a story, the wrong fields of a submission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from handlers.cards.digest import DigestLine
from handlers.cards.settings import SettingsForm
from handlers.cards.texts import Note


@dataclass(frozen=True, slots=True)
class BuilderPreview:
    """What a query would have found in stored history."""

    week: int
    """Stories of the last seven days."""
    hits: tuple[DigestLine, ...]
    """The weightiest of them."""
    on: date
    """Today, in the reader's zone."""


@dataclass(frozen=True, slots=True)
class BuilderCard:
    """The subscription builder with its fields, and what the query would find."""

    query: str
    cadence: str
    at: str
    weekday: str
    timezone: str
    min_outlets: int
    for_me: bool
    channel: str
    """The id of the chosen channel, or ""."""
    opened_in: str
    """The id of the conversation that it was opened in."""
    subscription: int | None
    """The number of the subscription that is edited; None for a new one."""
    revision: int
    """Names the query field, see ``handlers.views.asks.BuilderFields``."""
    zone: str
    preview: BuilderPreview | None = None
    notes: tuple[Note, ...] = ()
    """What is to be said about the fields: a wrong query, which sense is meant."""
    choices: tuple[tuple[str, str], ...] = ()
    """Queries to choose from, each with its label."""
    lasts: str = ""
    """How long it lasts from now on, as ``3d``; "" leaves its end as it is."""
    ends_at: datetime | None = None
    """The end of the subscription that is edited."""


@dataclass(frozen=True, slots=True)
class FieldErrorsCard:
    """The wrong fields of a submitted modal; nothing was changed."""

    errors: Mapping[str, Note]
    """By the name of the field."""
    revision: int = 0
    """Names the query field."""


@dataclass(frozen=True, slots=True)
class MuteCard:
    """The question for how long a story is muted in a channel."""

    story: int
    headline: str
    opened_in: str
    zone: str


@dataclass(frozen=True, slots=True)
class FeedbackForm:
    """The question why a story is not relevant."""

    story: int
    headline: str
    opened_in: str
    zone: str


ModalCard = BuilderCard | MuteCard | SettingsForm | FeedbackForm
"""A card that only a modal can show."""
