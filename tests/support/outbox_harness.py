"""An outbox over real rows, a clock that tests set, and a Slack that answers as scripted."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.deliveries.resume import resume_team
from bot.model import Delivery, Destination
from bot.outbox.policy import DeliveryPolicy, metadata_key
from bot.outbox.ports import Alert, Drop, Hold, MessagePoster, ResumeTeam
from bot.outbox.worker import CONCURRENCY, Outbox
from bot.store import destinations
from bot.store.deliveries import table as deliveries
from bot.store.engine import Store
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.errors import OutcomeUnknown, PostError
from handlers.history import HistoryPage

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that only the test moves."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.passed_seconds = 0.0

    def now(self) -> datetime:
        """The present instant."""
        return self.at

    def advance(self, seconds: float) -> None:
        """Let time pass, by both clocks."""
        self.at += timedelta(seconds=seconds)
        self.passed_seconds += seconds


Outcome = PostError | Literal["ok", "accepted_then_lost", "killed_before", "killed_after"] | asyncio.Event


async def add_channel(c: AsyncConnection, slack_id: str) -> Destination:
    """Make a channel in workspace T1."""
    return await destinations.get_or_add(c, "T1", slack_id, language="en", timezone="Asia/Seoul")


@dataclass
class Message:
    """A message in a channel."""

    ts: str
    key: str
    thread_ts: str | None
    plain: bool
    repeat: bool
    edits: int = 0


@dataclass
class ScriptedSlack:
    """A Slack whose calls fail as scripted, one entry a call; a call without an entry succeeds."""

    clock: Clock
    posts: deque[Outcome] = field(default_factory=deque)
    finds: deque[PostError | None] = field(default_factory=deque)
    edits: deque[PostError | None] = field(default_factory=deque)
    token_works: bool = True
    channels: dict[str, list[Message]] = field(default_factory=dict)
    called: list[tuple[str, str, float]] = field(default_factory=list)
    """Each call: its name, its channel, its seconds since the beginning."""
    windows: list[tuple[datetime, datetime]] = field(default_factory=list)
    """The span of time of each read."""
    in_flight: set[str] = field(default_factory=set)
    accepted: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the first message is accepted."""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.began = self.clock.at

    def _note(self, method: str, channel: str) -> None:
        self.called.append((method, channel, (self.clock.at - self.began).total_seconds()))

    async def post(
        self, channel: str, shown: Shown, *, key: str, thread_ts: str | None = None, plain: bool = False
    ) -> Message:
        """chat.postMessage"""
        self._note("post", channel)
        assert channel not in self.in_flight, "two posts of one channel at once"
        self.in_flight.add(channel)
        try:
            await asyncio.sleep(0)
            outcome = self.posts.popleft() if self.posts else "ok"
            if isinstance(outcome, PostError):
                raise outcome
            if outcome == "killed_before":
                await self._kill(key)
            repeat = isinstance(shown.card, NoticeCard) and shown.card.zone == "repeat"
            message = Message(f"{next(self._numbers)}.0", key, thread_ts, plain, repeat)
            self.channels.setdefault(channel, []).append(message)
            self.accepted.set()
            if outcome == "accepted_then_lost":
                raise OutcomeUnknown("timeout", channel)
            if outcome == "killed_after":
                await self._kill(key)
            if isinstance(outcome, asyncio.Event):
                await outcome.wait()
            return message
        finally:
            self.in_flight.discard(channel)

    @staticmethod
    async def _kill(key: str) -> None:
        """Kill the caller's task, as a killed process: it writes nothing more."""
        for task in asyncio.all_tasks():
            kind, _, name = task.get_name().partition(" ")
            if kind == "send" and metadata_key(name) == key:
                task.cancel()
        await asyncio.Event().wait()

    async def edit(self, channel: str, ts: str, shown: Shown, *, plain: bool = False) -> None:
        """chat.update"""
        self._note("edit", channel)
        fault = self.edits.popleft() if self.edits else None
        if fault is not None:
            raise fault
        (message,) = [each for each in self.channels[channel] if each.ts == ts]
        message.edits, message.plain = message.edits + 1, plain

    async def read_page(
        self, channel: str, *, since_at: datetime, until_at: datetime, thread_ts: str | None = None, cursor: str = ""
    ) -> HistoryPage:
        """conversations.history, or replies: every message on one page"""
        self._note("find", channel)
        assert since_at < self.clock.at
        self.windows.append((since_at, until_at))
        fault = self.finds.popleft() if self.finds else None
        if fault is not None:
            raise fault
        messages = [each for each in self.channels.get(channel, []) if each.thread_ts == thread_ts]
        return HistoryPage(tuple((each.key, each.ts) for each in messages), len(messages))

    async def confirm(self) -> bool:
        """auth.test"""
        self._note("confirm", "")
        return self.token_works

    def keys(self, channel: str) -> list[str]:
        """Metadata keys of the messages in a channel, in order."""
        return [message.key for message in self.channels.get(channel, [])]

    def times(self, method: str, channel: str) -> list[float]:
        """The seconds of each call of this method in a channel."""
        return [seconds for *call, seconds in self.called if call == [method, channel]]


@dataclass
class OutboxHarness:
    """Outboxes on a store, with a scripted Slack, a clock that tests set, and the alerts that were sent."""

    store: Store
    clock: Clock
    slack: ScriptedSlack
    alerts: list[Alert] = field(default_factory=list)
    render_instead: dict[str, Hold | Drop | Callable[[], Awaitable[None]]] = field(default_factory=dict)
    """By delivery key: an answer in place of a card, or work that is done before the card is rendered."""
    poster: MessagePoster | None = None
    """A client that takes the scripted Slack's place."""
    posters: Mapping[str, MessagePoster] = field(default_factory=dict)
    """The clients of workspaces that have one of their own."""
    resume_team: ResumeTeam = resume_team

    async def _render(self, _c: AsyncConnection, delivery: Delivery) -> Shown | Hold | Drop:
        other = self.render_instead.get(delivery.key)
        if isinstance(other, Hold | Drop):
            return other
        if other is not None:
            await other()
        return Shown(NoticeCard((), zone="repeat" if delivery.repeat else "UTC"), "en")

    async def _note_alert(self, alert: Alert) -> None:
        self.alerts.append(alert)

    def outbox(self, store: Store | None = None, *, concurrency: int = CONCURRENCY, **policy: Any) -> Outbox:
        """Start one more worker."""
        return Outbox(
            store or self.store,
            lambda team: self.posters.get(team) or self.poster or self.slack,
            self._render,
            self.clock.now,
            resume_team=self.resume_team,
            send_alert=self._note_alert,
            random=Random(7),
            policy=replace(DeliveryPolicy(), **policy),
            concurrency=concurrency,
            seconds=lambda: self.clock.passed_seconds,
        )

    async def channel(self, slack_id: str = "C1") -> Destination:
        """Make a channel in workspace T1."""
        async with self.store.begin() as c:
            return await add_channel(c, slack_id)

    async def enqueue(self, destination: Destination, *keys: str, after: int | None = None) -> list[int]:
        """Enqueue cards with these keys; their ids."""
        ids: list[int] = []
        async with self.store.begin() as c:
            for key in keys:
                delivery_id = await deliveries.enqueue(
                    c, key, team="T1", destination=destination.id, kind="card", now=self.clock.at, after=after
                )
                assert delivery_id is not None
                ids.append(delivery_id)
        return ids

    async def get(self, key: str) -> Delivery:
        """The delivery with this key."""
        async with self.store.read() as c:
            delivery = await deliveries.by_key(c, key)
        assert delivery is not None
        return delivery

    async def rounds(self, seconds: float, *outboxes: Outbox, step: float = 1.0) -> None:
        """Let time pass, with a round of every outbox in each step; a step after an idle round is longer."""
        until = self.clock.at + timedelta(seconds=seconds)
        while True:
            started = 0
            for outbox in outboxes:
                started += await outbox.run_once()
            if self.clock.at >= until:
                return
            left_seconds = (until - self.clock.at).total_seconds()
            self.clock.advance(min(left_seconds, step if started else 4 * step))

    @staticmethod
    def metadata_keys(*keys: str) -> list[str]:
        """The keys as they stand in messages' metadata."""
        return [metadata_key(key) for key in keys]
