"""Cards about a channel's subscriptions: the list, and the report of a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from handlers.cards.texts import Note


@dataclass(frozen=True, slots=True)
class SubscriptionLine:
    id: str
    query: str
    cadence: str
    at: str | None
    """HH:MM of a daily or weekly one."""
    weekday: str | None
    zone: str
    owner: str | None
    """U…; None: the operator's setting."""
    channel: str
    created_at: datetime
    last_post_at: datetime | None
    week_count: int
    state: str
    """``active``, ``waiting`` (not invited), ``away``."""
    min_outlets: int = 1
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListCard:
    lines: tuple[SubscriptionLine, ...]
    page: int
    pages: int
    zone: str
    everywhere: bool
    digest_at: str | None
    next_digest_at: datetime | None
    quiet: tuple[str, str] | None = None
    """Quiet hours from and to, HH:MM."""


@dataclass(frozen=True, slots=True)
class ChangeCard:
    """A change of a channel's settings: said in the channel, and (``personal``) to who made it."""

    change: int
    what: str
    """``subscribed``, ``already``, ``unsubscribed`` (args id, query), ``unsubscribed_all`` (count), ``digest_on`` (at),
    ``digest_off``, ``muted``, ``unmuted`` (target), ``quiet_on`` (start, end, zone), ``quiet_off``, ``undone``: a key
    of words."""
    args: Mapping[str, str]
    user: str | None
    lines: tuple[SubscriptionLine, ...]
    """The whole resulting state."""
    undo: str | None
    """The line that takes it back, as ``unsubscribe S12``."""
    zone: str
    next_digest_at: datetime | None = None
    until_at: datetime | None = None
    notes: tuple[Note, ...] = ()
    waiting: bool = False
    """Saved, but the bot is not in the channel: how to invite it is said."""
    quiet: tuple[str, str] | None = None
