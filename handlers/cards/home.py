"""The home tab: a person's and their channels' subscriptions, today's stories, and for admins the whole workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from handlers.cards.digest import DigestLine, Proof
from handlers.cards.status import Health, PactDate
from handlers.cards.subscriptions import SubscriptionLine
from handlers.cards.texts import Note


@dataclass(frozen=True, slots=True)
class HomeChannel:
    """A channel with subscriptions, as admins see it."""

    channel: str
    subscriptions: int
    state: str
    """``active``, ``waiting`` (not invited), ``away``."""


@dataclass(frozen=True, slots=True)
class HomeChange:
    """One change of a channel's settings."""

    what: str
    """A locale key under ``change.``."""
    args: Mapping[str, str]
    user: str | None
    channel: str
    """Empty for what concerns every channel."""
    at: datetime
    undone: bool = False


@dataclass(frozen=True, slots=True)
class HomeReason:
    """Why one person finds a story not relevant."""

    story: str
    """ST91."""
    headline: str
    """Empty where the story is not stored any more."""
    user: str
    reason: str
    """A locale key under ``feedback.``."""
    remark: str
    """What the person wrote beside it, or nothing."""
    at: datetime


@dataclass(frozen=True, slots=True)
class HomeForm:
    """A form of the lexicon that made several stories match of which people said that they only mention the topic."""

    form: str
    topic: str
    stories: int


@dataclass(frozen=True, slots=True)
class HomeFeedback:
    """What the workspace's people said of stories in the last thirty days."""

    counts: tuple[tuple[str, int], ...] = ()
    """How often each reason was said, the most frequent first."""
    last: tuple[HomeReason, ...] = ()
    """The newest first."""
    forms: tuple[HomeForm, ...] = ()


@dataclass(frozen=True, slots=True)
class HomeAdmin:
    """The part of the home tab that admins see."""

    channels: tuple[HomeChannel, ...]
    hidden: int
    """Channels with subscriptions that the admin is not in, and Slack does not list."""
    changes: tuple[HomeChange, ...]
    """The audit trail, newest first, of the channels above."""
    aliases: tuple[Note, ...]
    """Spellings that the last report proposed for the lexicon."""
    feedback: HomeFeedback = HomeFeedback()
    added: tuple[str, ...] = ()
    """Spellings that admins added, which can be taken back."""


@dataclass(frozen=True, slots=True)
class HomeCard:
    """A person's home tab."""

    now: datetime
    zone: str
    proof: Proof
    health: Health
    subscriptions: tuple[SubscriptionLine, ...]
    """A page of the person's own subscriptions and of those of the person's channels, by channel."""
    today: tuple[DigestLine, ...]
    next_event: PactDate | None
    in_force_on: date
    page: int = 1
    pages: int = 1
    opened_in: str = ""
    """The id of the person's direct message, in which the buttons of the tab are pressed."""
    own_language: str | None = None
    """``ko`` or ``en``; None where Slack's locale decides."""
    own_zone: str | None = None
    admin: HomeAdmin | None = None
    may_change: bool = True
    """Whether the person may change subscriptions; guests and people of other workspaces only read."""
