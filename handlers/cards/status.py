"""The status card: the pact's dates, sector counts, and the bot's health."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from handlers.cards.digest import DigestLine, Proof
from handlers.cards.subscriptions import SubscriptionLine
from handlers.cards.texts import Note
from handlers.cards.topic_heat import TopicHeat


@dataclass(frozen=True, slots=True)
class PactDate:
    """A past or coming date of the pact."""

    on: date
    text: Mapping[str, str]
    """The description by language."""
    source: str
    until: date | None = None
    """The end of the range, when no single day is known."""


@dataclass(frozen=True, slots=True)
class Audited:
    """The findings of the last daily audit of the channels."""

    on: date
    posted: int
    doubled: int
    lost: int
    unread: int
    """Channels and threads that could not be audited."""
    missing: int = 0
    """Posts that were not found: people deleted them, or they were lost."""
    unsent: int = 0
    """Messages that were given up: rejected by Slack, or skipped where the channel cannot be read."""

    @property
    def has_counted(self) -> bool:
        """Whether it found anything to count; an audit of no posts says nothing about the bot."""
        return any((self.posted, self.doubled, self.lost, self.unread, self.missing, self.unsent))


@dataclass(frozen=True, slots=True)
class Health:
    """The bot's health, for people."""

    queue_depth: int
    oldest_due_at: datetime | None
    unknown: int
    last_post_at: datetime | None
    last_sweep_at: datetime | None
    """The last reading of any outlet."""
    audited: Audited | None = None
    socket_age_seconds: float | None = None
    """Seconds since the last message or pong in Socket Mode; None in HTTP mode."""
    processes: Mapping[str, int] = field(default_factory=dict)
    """How many processes of each type live; empty where one process is the whole bot."""


@dataclass(frozen=True, slots=True)
class StatusCard:
    """The answer to ``status``."""

    now: datetime
    zone: str
    days: int
    query: str | None
    in_force_on: date
    notice_days: int
    next_event: PactDate | None
    last_event: PactDate | None
    heat: tuple[TopicHeat, ...]
    top: tuple[DigestLine, ...]
    proof: Proof
    health: Health
    subscriptions: tuple[SubscriptionLine, ...]
    next_digest_at: datetime | None
    last_digest: Note | None = None
    """When the last digest ran, and whether it had nothing to show."""
