"""Cards about a channel's subscriptions: the list, and the report of a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from handlers.cards.settings import SettingLine
from handlers.cards.texts import Note

_OF_SUBSCRIPTIONS = frozenset({"subscribed", "edited", "unsubscribed", "unsubscribed_all"})
"""Changes whose report says what subscriptions there are now."""


@dataclass(frozen=True, slots=True)
class SubscriptionLine:
    """One subscription in a list."""

    id: str
    query: str
    cadence: str
    at: str | None
    """HH:MM of a daily or weekly subscription."""
    weekday: str | None
    zone: str
    owner: str | None
    """User id; None for the operator's setting."""
    channel: str
    created_at: datetime
    last_post_at: datetime | None
    week_count: int
    """Stories that it met in the last 7 days, or since it began."""
    state: str
    """``active``, ``waiting`` (not invited), ``away``."""
    min_outlets: int = 1
    ends_at: datetime | None = None
    is_new: bool = False
    """It began less than 7 days ago, so that ``week_count`` counts from then on."""
    muted_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListCard:
    """One page of the subscriptions of a channel, a person, or all channels."""

    lines: tuple[SubscriptionLine, ...]
    page: int
    pages: int
    zone: str
    everywhere: bool
    digest_at: str | None
    """HH:MM of the channel's own digest; None where it has none."""
    next_digest_at: datetime | None
    quiet: tuple[str, str] | None = None
    """Start and end of the quiet hours, HH:MM."""
    channel_zone: str | None = None
    """The zone of the digest and of the quiet hours, where that is not the reader's."""
    last_digest: Note | None = None
    """When the last digest ran, and whether it had nothing to show."""
    hidden: int = 0
    """Subscriptions of channels that the person may not be a member of."""
    missing_page: int | None = None
    """The page that was asked for, where there is none of that number."""
    digest_cadence: str = "daily"
    """``hourly``, ``daily``, ``weekly`` or ``shifts``."""
    digest_weekday: str = "mon"
    may_edit: bool = True
    """False for guests and people of other workspaces, who change nothing."""


@dataclass(frozen=True, slots=True)
class ChangeCard:
    """A change of a channel's settings, posted in the channel."""

    change: int
    what: str
    """``subscribed``, ``already``, ``unsubscribed`` (args id, query), ``unsubscribed_all`` (count), ``digest_on``,
    ``digest_shifts`` (at), ``digest_weekly`` (weekday, at), ``digest_hourly``, ``digest_off``, ``muted``, ``unmuted``
    (target), ``quiet_on`` (start, end, zone), ``quiet_off``, ``undone`` (undone, and the kind of what was undone as
    undone_what, with its arguments): each is a locale key under ``change.``."""
    args: Mapping[str, str]
    user: str | None
    lines: tuple[SubscriptionLine, ...]
    """The channel's subscriptions after the change. The post shows its own alone and counts the others."""
    undo: str | None
    """The line that undoes it, such as ``unsubscribe S12``."""
    zone: str
    next_digest_at: datetime | None = None
    until_at: datetime | None = None
    notes: tuple[Note, ...] = ()
    waiting: bool = False
    """The change is saved, but the bot waits for an invitation to the channel."""
    quiet: tuple[str, str] | None = None
    personal: bool = False
    """The subscriptions are one person's and post in a direct message."""
    in_full: bool = False
    """The answer to the person who made it: it says where it was posted (a note) and what there is now."""
    elsewhere: str | None = None
    """The channel that the change was made for, where the answer is read in another one: it is undone there."""
    offers: tuple[tuple[str, str], ...] = ()
    """Buttons for what may be done next: the code of each label, and the line that it runs."""
    settings: tuple[SettingLine, ...] = ()
    """The settings as they are now that a change of them was undone."""

    @property
    def undone_what(self) -> str | None:
        """The kind of the change that was taken back, where this is an undoing of one."""
        return self.args.get("undone_what") if self.what == "undone" else None

    @property
    def is_of_subscriptions(self) -> bool:
        """Whether subscriptions were added, changed or ended, also by any number of undoings."""
        first = self.args.get("first_what") or self.undone_what if self.what == "undone" else None
        return (first or self.what) in _OF_SUBSCRIPTIONS
