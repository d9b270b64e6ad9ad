"""An honest, small Slack on the virtual clock: what was posted where, under which key, and when that can be read.

It is the wire's edge. A call leaves, arrives, is answered, each at its own time, whatever becomes of the caller; an
answer may be lost, late or a refusal. What Slack itself forbids (a post before Retry-After, too fast) is written down.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random
from typing import Any

from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.error_mapping import retry_after_seconds
from handlers.errors import (
    DestinationAway,
    MessageGone,
    MessageRejected,
    OutcomeUnknown,
    PostError,
    RateLimited,
    TokenRevoked,
)
from tests.simulation.timeline import Process, Timeline, current

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATEST_SECONDS = 60.0
"""From a call until its message can be read, at the very most: within the quarantine and both reads."""
PACE_SECONDS = 1.0
ROUNDING = 0.002


@dataclass(frozen=True)
class Haste:
    """A post that set out while its channel rested: since when, because of a call by whom."""

    what: str
    sender: Process
    since: float
    of: Process


@dataclass
class Message:
    """What stands in a channel."""

    ts: str
    key: str
    thread_ts: str | None
    plain: bool
    revision: str
    accepted: float
    readable: float


@dataclass
class Channel:
    """One channel of a workspace."""

    team: str
    name: str
    member: bool = True
    archived: bool = False
    messages: list[Message] = field(default_factory=list)
    left: list[float] = field(default_factory=list)
    """When posts set out for it."""
    senders: list[Process] = field(default_factory=list)
    """Who sent them."""
    shut_until: float = 0.0
    """Retry-After of its last 429."""
    shut_at: float = 0.0
    shut_for: Process | None = None
    """When that 429 came, and to whom."""


@dataclass(frozen=True)
class Fate:
    """What becomes of one call. ``arrives`` None: never; ``answers`` None: the answer is lost."""

    arrives: float | None
    answers: float | None
    fault: PostError | None = None
    """Comes back in place of the answer, ``answers`` after the arrival (or at once where it never arrives)."""
    throttle: float | None = None
    readable: float = 0.0
    word: str = "ok"


@dataclass
class Weather:
    """Draws the fate of calls: how many in a hundred go wrong, until it is calm."""

    random: Random
    percent: int = 0
    latest: float = LATEST_SECONDS
    counted: Counter[str] = field(default_factory=Counter)

    def post(self) -> Fate:
        """chat.postMessage"""
        return self._noted(self._post() if self._bad() else self._fine())

    def read(self) -> Fate:
        """conversations.history, auth.test"""
        if not self._bad():
            return self._fine()
        kind = self.random.choice(("lost", "slow", "5xx", "throttled"))
        draw = self.random.uniform
        fates = {
            "lost": Fate(None, None),
            "slow": Fate(draw(1, 20), draw(1, 30)),
            "5xx": Fate(None, draw(0, 3), OutcomeUnknown("http_502")),
            "throttled": Fate(draw(0, 1), draw(0, 1), throttle=draw(1, 40)),
        }
        return self._noted(self._named(fates[kind], f"read {kind}"))

    def edit(self) -> Fate:
        """chat.update: half of what goes wrong arrives late, after the next one could have set out."""
        if not self._bad():
            return self._noted(self._fine())
        if self.random.random() < 0.5:
            return self._noted(self._named(Fate(self.random.uniform(8, self.latest - 1), None), "late edit"))
        return self._noted(self._post())

    def _bad(self) -> bool:
        return self.random.random() * 100 < self.percent

    def _fine(self) -> Fate:
        draw = self.random.random
        return Fate(0.02 + draw() * 0.2, 0.02 + draw() * 0.3, readable=draw() * 3)

    def _post(self) -> Fate:
        kind = self.random.choice(
            ("lost", "reset", "reset taken", "5xx", "5xx taken", "late", "late 5xx", "slow", "deaf", "throttled")
        )
        draw = self.random.uniform
        lag = draw(0, 5)
        late = draw(1, self.latest - lag - 1)
        fates = {
            "lost": Fate(None, None),
            "reset": Fate(None, draw(0, 2), OutcomeUnknown("reset")),
            "reset taken": Fate(draw(0, 2), draw(0, 0.1), OutcomeUnknown("reset"), readable=lag),
            "5xx": Fate(None, draw(0, 9), OutcomeUnknown("http_503")),
            "5xx taken": Fate(draw(0, 5), draw(0, 5), OutcomeUnknown("fatal_error"), readable=lag),
            "late": Fate(late, None, readable=lag),
            "late 5xx": Fate(late, -late + draw(0, 1), OutcomeUnknown("service_unavailable"), readable=lag),
            "slow": Fate(draw(0, 9), draw(0, 30), readable=lag),
            "deaf": Fate(draw(0, 9), None, readable=lag),
            "throttled": Fate(draw(0, 1), draw(0, 1), throttle=draw(1, 45)),
        }
        return self._named(fates[kind], kind)

    @staticmethod
    def _named(fate: Fate, word: str) -> Fate:
        return Fate(fate.arrives, fate.answers, fate.fault, fate.throttle, fate.readable, word)

    def _noted(self, fate: Fate) -> Fate:
        if fate.word != "ok":
            self.counted[fate.word] += 1
        return fate


class Slack:
    """Every workspace. ``accepted`` is called when a message stands, with the process that sent it."""

    def __init__(self, timeline: Timeline, weather: Weather, note: Callable[[str], None]) -> None:
        self._timeline = timeline
        self.weather = weather
        self._note = note
        self.channels: dict[tuple[str, str], Channel] = {}
        self.revoked: set[str] = set()
        self.refusing: dict[str, int] = {}
        """By key: 1 refuses blocks, 2 refuses text too."""
        self.accepted: Callable[[Process], None] = lambda _process: None
        self.sins: list[str] = []
        self.hasty: list[Haste] = []
        self.posts = 0

    def now(self) -> datetime:
        """True time."""
        return BEGAN + timedelta(seconds=self._timeline.time())

    def line(self, team: str) -> Line:
        """How a worker speaks to a workspace."""
        return Line(self, team)

    def channel(self, team: str, name: str) -> Channel:
        """The channel; it is made when it is first named."""
        return self.channels.setdefault((team, name), Channel(team, name))

    async def call(self, fate: Fate, arrived: Callable[[], Any], channel: Channel | None = None) -> Any:
        """A request sets out now; what it does happens when it arrives, its answer comes when it comes."""
        sender = current()
        answer: asyncio.Future[Any] = self._timeline.create_future()
        if fate.arrives is None:
            if fate.fault is not None:
                self._timeline.world_later(fate.answers or 0.0, _fail, answer, fate.fault)
        else:
            self._timeline.world_later(fate.arrives, self._arrive, fate, arrived, channel, answer, sender)
            if fate.fault is not None and fate.answers is not None and fate.answers < 0:
                self._timeline.world_later(fate.arrives + fate.answers, _fail, answer, fate.fault)
        return await answer

    def _arrive(
        self, fate: Fate, arrived: Callable[[], Any], channel: Channel | None, answer: asyncio.Future[Any],
        sender: Process,
    ) -> None:  # fmt: skip
        result: Any
        try:
            result = self._throttled(fate, channel, sender) if fate.throttle is not None else arrived()
        except PostError as error:
            result = error
        else:
            result = fate.fault or result
        if fate.answers is not None:
            self._timeline.world_later(max(0.0, fate.answers), _answer, answer, result)

    def _throttled(self, fate: Fate, channel: Channel | None, sender: Process) -> PostError:
        """429, with Retry-After as a number or as a date, read as the product reads it."""
        assert fate.throttle is not None
        now, seconds = self.now(), int(fate.throttle) + 1
        as_date = self.weather.random.random() < 0.3
        until = (now + timedelta(seconds=seconds + 1)).replace(microsecond=0)
        value = format_datetime(until, usegmt=True) if as_date else str(seconds)
        if channel is not None:
            wait = (until - now).total_seconds() if as_date else seconds
            channel.shut_until = max(channel.shut_until, self._timeline.time() + wait)
            channel.shut_at, channel.shut_for = self._timeline.time(), sender
            self._note(f"slack 429 {channel.name} until {channel.shut_until:.2f}")
        return RateLimited("ratelimited", "", retry_after_seconds({"Retry-After": value}, now))

    def sets_out(self, channel: Channel, key: str) -> None:
        """A post leaves its sender: was it allowed to?"""
        now, sender = self._timeline.time(), current()
        if channel.shut_for is not None and now < channel.shut_until - ROUNDING:
            what = f"{channel.name}: a post at {now:.3f}, {channel.shut_until - now:.3f} s before Retry-After"
            self.hasty.append(Haste(what, sender, channel.shut_at, channel.shut_for))
        if channel.left and now < channel.left[-1] + PACE_SECONDS - ROUNDING:
            what = f"{channel.name}: posts at {channel.left[-1]:.3f} and {now:.3f}, faster than one a second"
            self.hasty.append(Haste(what, sender, channel.left[-1], channel.senders[-1]))
        channel.left.append(now)
        channel.senders.append(sender)
        self.posts += 1
        self._note(f"{current().name} posts {key[:8]} to {channel.name}")

    def open(self, channel: Channel) -> None:
        """Raise what a workspace or channel that is away answers."""
        if channel.team in self.revoked:
            raise TokenRevoked("token_revoked")
        if channel.archived:
            raise DestinationAway("is_archived", channel.name)
        if not channel.member:
            raise DestinationAway("not_in_channel", channel.name)

    def take(self, channel: Channel, message: Message, fate: Fate, sender: Process) -> Message:
        """The message stands from now."""
        self.open(channel)
        if self.refusing.get(message.key, 0) > int(message.plain):
            raise MessageRejected("invalid_blocks", channel.name)
        if message.thread_ts is not None and not any(it.ts == message.thread_ts for it in channel.messages):
            self.sins.append(f"{channel.name}: {message.key[:8]} in a thread that is not there")
        if any(it.key == message.key for it in channel.messages):
            self.sins.append(f"{channel.name}: {message.key[:8]} stands there twice")
        now = self._timeline.time()
        message.ts = f"{(BEGAN + timedelta(seconds=now)).timestamp() + self.posts * 1e-6:.6f}"
        message.accepted, message.readable = now, now + fate.readable
        channel.messages.append(message)
        self._note(f"slack takes {message.key[:8]} in {channel.name} ({fate.word}) from {sender.name}")
        self.accepted(sender)
        return message


def _fail(answer: asyncio.Future[Any], fault: PostError) -> None:
    if not answer.done():
        answer.set_exception(fault)


def _answer(answer: asyncio.Future[Any], result: Any) -> None:
    if answer.done():
        return
    if isinstance(result, PostError):
        answer.set_exception(result)
    else:
        answer.set_result(result)


class Line:
    """The outbox's poster for one workspace."""

    def __init__(self, slack: Slack, team: str) -> None:
        self._slack = slack
        self._team = team

    async def post(
        self, channel: str, shown: Shown, *, key: str, thread_ts: str | None = None, plain: bool = False
    ) -> Message:
        """chat.postMessage"""
        where, sender, fate = self._slack.channel(self._team, channel), current(), self._slack.weather.post()
        self._slack.sets_out(where, key)
        message = Message("", key, thread_ts, plain, _revision(shown), 0.0, 0.0)
        taken: Message = await self._slack.call(fate, lambda: self._slack.take(where, message, fate, sender), where)
        return taken

    async def edit(self, channel: str, ts: str, shown: Shown, *, plain: bool = False) -> None:
        """chat.update"""
        where = self._slack.channel(self._team, channel)

        def arrived() -> None:
            self._slack.open(where)
            found = next((it for it in where.messages if it.ts == ts), None)
            if found is None:
                raise MessageGone("message_not_found", channel)
            found.revision, found.plain = _revision(shown), plain

        await self._slack.call(self._slack.weather.edit(), arrived)

    async def find(
        self, channel: str, key: str, *, since_at: datetime, until_at: datetime, thread_ts: str | None = None
    ) -> str | None:
        """conversations.history, or replies"""
        where = self._slack.channel(self._team, channel)
        oldest, latest = since_at.timestamp(), until_at.timestamp()

        def arrived() -> tuple[str | None]:
            self._slack.open(where)
            now = (self._slack.now() - BEGAN).total_seconds()
            read = [it for it in where.messages if it.readable <= now and oldest <= float(it.ts) <= latest]
            fits = [it.ts for it in read if it.key == key and it.thread_ts == thread_ts]
            return (fits[0] if fits else None,)

        (found,) = await self._slack.call(self._slack.weather.read(), arrived)
        return str(found) if found else None

    async def confirm(self) -> bool:
        """auth.test"""
        return bool(await self._slack.call(self._slack.weather.read(), lambda: self._team not in self._slack.revoked))


def _revision(shown: Shown) -> str:
    assert isinstance(shown.card, NoticeCard)
    return shown.card.zone
