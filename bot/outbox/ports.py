"""Interfaces of the outbox: the Slack client, the renderer, the alerts, roll-ups and the resumption of a workspace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.model import Delivery
from bot.store.engine import Connection
from handlers.cards.shown import Shown
from handlers.history import HistoryPage


class HasTs(Protocol):
    """Slack's answer to a post."""

    @property
    def ts(self) -> str:
        """The message's id in its channel."""


class MessagePoster(Protocol):
    """A Slack client that makes each call once and raises a kind of PostError."""

    async def post(
        self, channel: str, shown: Shown, *, key: str, thread_ts: str | None = None, plain: bool = False
    ) -> HasTs:
        """Post a message with this key in its metadata."""

    async def edit(self, channel: str, ts: str, shown: Shown, *, plain: bool = False) -> None:
        """Replace what a message shows."""

    async def read_page(
        self, channel: str, *, since_at: datetime, until_at: datetime, thread_ts: str | None = None, cursor: str = ""
    ) -> HistoryPage:
        """Read a page of the history between two instants: the first, or the one of a cursor."""

    async def confirm(self) -> bool:
        """Ask Slack whether the token works."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The renderer's answer where a delivery must wait (a mute, quiet hours)."""

    until_at: datetime


@dataclass(frozen=True, slots=True)
class Drop:
    """The renderer's answer where a delivery must not be sent any more."""

    reason: str


AlertKind = Literal["away", "dead", "degraded", "fault", "scope", "stopped", "resumed"]


@dataclass(frozen=True, slots=True)
class Alert:
    """A fault that a person must learn of: the channel's owner (``away``), else the operators."""

    kind: AlertKind
    team: str
    code: str
    delivery: Delivery | None = None
    destination: int | None = None
    """The channel that is away, where Slack told of it and no delivery failed."""

    @property
    def destination_id(self) -> int | None:
        """The destination that the alert is about."""
        return self.delivery.destination if self.delivery is not None else self.destination


Render = Callable[[Connection, Delivery], Awaitable[Shown | Hold | Drop]]
ResumeTeam = Callable[[Connection, str, datetime], Awaitable[bool]]
"""Resumes a stopped workspace's deliveries; False when it was not stopped."""
RollUp = Callable[[], Coroutine[Any, Any, object]]
"""Replaces the cards of each roll-up whose hold is over by one message, in transactions of its own."""
SendAlert = Callable[[Alert], Awaitable[None]]
