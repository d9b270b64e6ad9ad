"""The status card and the home tab: the pact's dates, sector counts, and the bot's health."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from handlers.cards.digest import DigestLine, Proof
from handlers.cards.subscriptions import SubscriptionLine


@dataclass(frozen=True, slots=True)
class PactDate:
    on: date
    text: Mapping[str, str]
    """By language."""
    source: str
    until: date | None = None
    """The end of the range, where no single day is known."""


@dataclass(frozen=True, slots=True)
class SectorHeat:
    sector: str
    stories: int
    by_day: tuple[int, ...]
    """Stories a day, oldest first, as many days as the window has."""
    usual: float
    """Stories in a usual window of this length, from the weeks before; 0 where nothing is known of them."""


@dataclass(frozen=True, slots=True)
class Audited:
    """What the last daily look at the channels found."""

    on: date
    posted: int
    doubled: int
    lost: int
    unread: int
    """Channels and threads that could not be looked at."""
    missing: int = 0
    """Posts that do not stand there: people deleted them, or they were lost."""
    unsent: int = 0
    """Messages that were given up: refused by Slack, or skipped where nobody may look."""


@dataclass(frozen=True, slots=True)
class Health:
    """How the bot is, for people."""

    queue_depth: int
    oldest_due_at: datetime | None
    unknown: int
    last_post_at: datetime | None
    last_sweep_at: datetime | None
    """When an outlet was last read."""
    audited: Audited | None = None
    socket_age_seconds: float | None = None
    """Since when nothing was heard over Socket Mode; None where Slack comes over HTTP."""


@dataclass(frozen=True, slots=True)
class StatusCard:
    now: datetime
    zone: str
    days: int
    query: str | None
    in_force_on: date
    notice_days: int
    next_event: PactDate | None
    last_event: PactDate | None
    heat: tuple[SectorHeat, ...]
    top: tuple[DigestLine, ...]
    proof: Proof
    health: Health
    subscriptions: tuple[SubscriptionLine, ...]
    next_digest_at: datetime | None


@dataclass(frozen=True, slots=True)
class HomeCard:
    now: datetime
    zone: str
    proof: Proof
    health: Health
    mine: tuple[SubscriptionLine, ...]
    today: tuple[DigestLine, ...]
    next_event: PactDate | None
    in_force_on: date
