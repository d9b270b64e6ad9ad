"""The nouns of sending: how Slack is spoken to, what a render may answer, what somebody should hear of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.model import Delivery
from bot.store.engine import Connection
from handlers.cards.shown import Shown


class HasTs(Protocol):
    """What a post answers."""

    @property
    def ts(self) -> str:
        """The message's id in its channel."""


class MessagePoster(Protocol):
    """How Slack is spoken to, once a call; raises the kinds of PostError."""

    async def post(
        self, channel: str, shown: Shown, *, key: str, thread_ts: str | None = None, plain: bool = False
    ) -> HasTs:
        """Post once, marked with the key."""

    async def edit(self, channel: str, ts: str, shown: Shown, *, plain: bool = False) -> None:
        """Show another state of a message."""

    async def find(
        self, channel: str, key: str, *, since_at: datetime, until_at: datetime, thread_ts: str | None = None
    ) -> str | None:
        """The ts of the message with this key, between these two instants."""

    async def confirm(self) -> bool:
        """Does the token work?"""


@dataclass(frozen=True, slots=True)
class Hold:
    """Instead of a card: not now (a mute, quiet hours)."""

    until_at: datetime


@dataclass(frozen=True, slots=True)
class Drop:
    """Instead of a card: not any more."""

    reason: str


@dataclass(frozen=True, slots=True)
class Alert:
    """What somebody should hear of: a channel's owner (``away``), else the operators."""

    kind: Literal["away", "dead", "degraded", "scope", "stopped", "resumed"]
    team: str
    code: str
    delivery: Delivery | None = None
    destination: int | None = None
    """Which channel is away, where no delivery found it out."""

    @property
    def place(self) -> int | None:
        """The destination that it is about."""
        return self.delivery.destination if self.delivery is not None else self.destination


Render = Callable[[Connection, Delivery], Awaitable[Shown | Hold | Drop]]
ResumeTeam = Callable[[Connection, str, datetime], Awaitable[bool]]
"""Lets a stopped workspace's deliveries go on; False when it was not stopped."""
SendAlert = Callable[[Alert], Awaitable[None]]
