"""A small Slack on the virtual clock: channels, messages with their keys, and when each can be read.

A call leaves, arrives and is answered, each at its own time, whatever becomes of the caller; its answer may be lost,
late or an error. Posts that Slack forbids (before Retry-After, too fast) are noted as violations.
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
from handlers.history import HistoryPage
from tests.simulation.loop import Process, VirtualLoop, current

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PAGE_MESSAGES = 3
"""Messages on a page of the history: few, so that reads are often interrupted."""
LATEST_SECONDS = 60.0
"""The longest time from a call until its message can be read: within the quarantine and both reads."""
PACE_SECONDS = 1.0
ROUNDING = 0.002
POST_FAILURES = (
    "request lost", "reset", "reset after acceptance", "5xx", "5xx after acceptance", "late", "late 5xx", "slow",
    "answer lost", "rate limited",
)  # fmt: skip


@dataclass(frozen=True)
class RateViolation:
    """A post that left while its channel was rate limited, and the process whose call had caused that."""

    what: str
    sender: Process
    since: float
    caused_by: Process


@dataclass
class Message:
    """A message in a channel."""

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
    departures: list[float] = field(default_factory=list)
    """When each post left for it."""
    senders: list[Process] = field(default_factory=list)
    """The process of each post."""
    paused_until: float = 0.0
    """Retry-After of its last 429."""
    paused_at: float = 0.0
    paused_for: Process | None = None
    """When that 429 was sent, and to which process."""


@dataclass(frozen=True)
class CallPlan:
    """The fate of one call, in seconds. ``arrives`` None: never; ``answers`` None: the answer is lost."""

    arrives: float | None
    answers: float | None
    fault: PostError | None = None
    """Returned in place of the answer, ``answers`` after the arrival (or after the call where it never arrives)."""
    retry_after: float | None = None
    readable: float = 0.0
    kind: str = "ok"


@dataclass
class FaultPlanner:
    """Draws a plan for each call; ``percent`` of them fail."""

    random: Random
    percent: int = 0
    latest_seconds: float = LATEST_SECONDS
    counted: Counter[str] = field(default_factory=Counter)

    def post(self) -> CallPlan:
        """chat.postMessage"""
        return self._noted(self._failed_post() if self._fails() else self._success())

    def read(self) -> CallPlan:
        """conversations.history, auth.test"""
        if not self._fails():
            return self._success()
        kind = self.random.choice(("request lost", "slow", "5xx", "rate limited"))
        draw = self.random.uniform
        plans = {
            "request lost": CallPlan(None, None),
            "slow": CallPlan(draw(1, 20), draw(1, 30)),
            "5xx": CallPlan(None, draw(0, 3), OutcomeUnknown("http_502")),
            "rate limited": CallPlan(draw(0, 1), draw(0, 1), retry_after=draw(1, 40)),
        }
        return self._noted(self._named(plans[kind], f"read {kind}"))

    def edit(self) -> CallPlan:
        """chat.update: half of the failures arrive late, after the next edit could have left."""
        if not self._fails():
            return self._noted(self._success())
        if self.random.random() < 0.5:
            return self._noted(
                self._named(CallPlan(self.random.uniform(8, self.latest_seconds - 1), None), "late edit")
            )
        return self._noted(self._failed_post())

    def _fails(self) -> bool:
        return self.random.random() * 100 < self.percent

    def _success(self) -> CallPlan:
        draw = self.random.random
        return CallPlan(0.02 + draw() * 0.2, 0.02 + draw() * 0.3, readable=draw() * 3)

    def _failed_post(self) -> CallPlan:
        kind = self.random.choice(
            (
                "request lost",
                "reset",
                "reset after acceptance",
                "5xx",
                "5xx after acceptance",
                "late",
                "late 5xx",
                "slow",
                "answer lost",
                "rate limited",
            )
        )
        draw = self.random.uniform
        lag = draw(0, 5)
        late = draw(1, self.latest_seconds - lag - 1)
        plans = {
            "request lost": CallPlan(None, None),
            "reset": CallPlan(None, draw(0, 2), OutcomeUnknown("reset")),
            "reset after acceptance": CallPlan(draw(0, 2), draw(0, 0.1), OutcomeUnknown("reset"), readable=lag),
            "5xx": CallPlan(None, draw(0, 9), OutcomeUnknown("http_503")),
            "5xx after acceptance": CallPlan(draw(0, 5), draw(0, 5), OutcomeUnknown("fatal_error"), readable=lag),
            "late": CallPlan(late, None, readable=lag),
            "late 5xx": CallPlan(late, -late + draw(0, 1), OutcomeUnknown("service_unavailable"), readable=lag),
            "slow": CallPlan(draw(0, 9), draw(0, 30), readable=lag),
            "answer lost": CallPlan(draw(0, 9), None, readable=lag),
            "rate limited": CallPlan(draw(0, 1), draw(0, 1), retry_after=draw(1, 45)),
        }
        return self._named(plans[kind], kind)

    @staticmethod
    def _named(plan: CallPlan, kind: str) -> CallPlan:
        return CallPlan(plan.arrives, plan.answers, plan.fault, plan.retry_after, plan.readable, kind)

    def _noted(self, plan: CallPlan) -> CallPlan:
        if plan.kind != "ok":
            self.counted[plan.kind] += 1
        return plan


class Slack:
    """Every workspace. ``accepted`` is called with the sending process when a message was accepted."""

    def __init__(self, loop: VirtualLoop, fault_planner: FaultPlanner, note: Callable[[str], None]) -> None:
        self._loop = loop
        self.fault_planner = fault_planner
        self._note = note
        self.channels: dict[tuple[str, str], Channel] = {}
        self.revoked: set[str] = set()
        self.rejecting: dict[str, int] = {}
        """By key: 1 rejects blocks, 2 rejects text too."""
        self.accepted: Callable[[Process], None] = lambda _process: None
        self.violations: list[str] = []
        self.rate_violations: list[RateViolation] = []
        self.posts = 0

    def now(self) -> datetime:
        """The true time."""
        return BEGAN + timedelta(seconds=self._loop.time())

    def client(self, team: str) -> SlackClient:
        """A client for one workspace."""
        return SlackClient(self, team)

    def channel(self, team: str, name: str) -> Channel:
        """A channel, made at its first use."""
        return self.channels.setdefault((team, name), Channel(team, name))

    async def call(self, plan: CallPlan, arrived: Callable[[], Any], channel: Channel | None = None) -> Any:
        """Send a request now; it takes effect when it arrives, and its answer comes when the plan says."""
        sender = current()
        answer: asyncio.Future[Any] = self._loop.create_future()
        if plan.arrives is None:
            if plan.fault is not None:
                self._loop.call_outside(plan.answers or 0.0, _fail, answer, plan.fault)
        else:
            self._loop.call_outside(plan.arrives, self._arrive, plan, arrived, channel, answer, sender)
            if plan.fault is not None and plan.answers is not None and plan.answers < 0:
                self._loop.call_outside(plan.arrives + plan.answers, _fail, answer, plan.fault)
        return await answer

    def _arrive(
        self, plan: CallPlan, arrived: Callable[[], Any], channel: Channel | None, answer: asyncio.Future[Any],
        sender: Process,
    ) -> None:  # fmt: skip
        result: Any
        try:
            result = self._rate_limited(plan, channel, sender) if plan.retry_after is not None else arrived()
        except PostError as error:
            result = error
        else:
            result = plan.fault or result
        if plan.answers is not None:
            self._loop.call_outside(max(0.0, plan.answers), _answer, answer, result)

    def _rate_limited(self, plan: CallPlan, channel: Channel | None, sender: Process) -> PostError:
        """A 429 with Retry-After as a number or as a date, parsed by the product's own parser."""
        assert plan.retry_after is not None
        now, seconds = self.now(), int(plan.retry_after) + 1
        as_date = self.fault_planner.random.random() < 0.3
        until = (now + timedelta(seconds=seconds + 1)).replace(microsecond=0)
        value = format_datetime(until, usegmt=True) if as_date else str(seconds)
        if channel is not None:
            wait = (until - now).total_seconds() if as_date else seconds
            channel.paused_until = max(channel.paused_until, self._loop.time() + wait)
            channel.paused_at, channel.paused_for = self._loop.time(), sender
            self._note(f"slack 429 {channel.name} until {channel.paused_until:.2f}")
        return RateLimited("ratelimited", "", retry_after_seconds({"Retry-After": value}, now))

    def note_departure(self, channel: Channel, key: str) -> None:
        """Note that a post leaves its process, and whether the rate limits allowed it."""
        now, sender = self._loop.time(), current()
        if channel.paused_for is not None and now < channel.paused_until - ROUNDING:
            what = f"{channel.name}: a post at {now:.3f}, {channel.paused_until - now:.3f} s before Retry-After"
            self.rate_violations.append(RateViolation(what, sender, channel.paused_at, channel.paused_for))
        if channel.departures and now < channel.departures[-1] + PACE_SECONDS - ROUNDING:
            what = f"{channel.name}: posts at {channel.departures[-1]:.3f} and {now:.3f}, faster than one a second"
            self.rate_violations.append(RateViolation(what, sender, channel.departures[-1], channel.senders[-1]))
        channel.departures.append(now)
        channel.senders.append(sender)
        self.posts += 1
        self._note(f"{current().name} posts {key[:8]} to {channel.name}")

    def raise_if_away(self, channel: Channel) -> None:
        """Raise the error of a workspace or channel that is away."""
        if channel.team in self.revoked:
            raise TokenRevoked("token_revoked")
        if channel.archived:
            raise DestinationAway("is_archived", channel.name)
        if not channel.member:
            raise DestinationAway("not_in_channel", channel.name)

    def accept(self, channel: Channel, message: Message, plan: CallPlan, sender: Process) -> Message:
        """Accept a message: it stands in the channel from now."""
        self.raise_if_away(channel)
        if self.rejecting.get(message.key, 0) > int(message.plain):
            raise MessageRejected("invalid_blocks", channel.name)
        if message.thread_ts is not None and not any(other.ts == message.thread_ts for other in channel.messages):
            self.violations.append(f"{channel.name}: {message.key[:8]} in a thread that does not exist")
        if any(other.key == message.key for other in channel.messages):
            self.violations.append(f"{channel.name}: {message.key[:8]} stands there twice")
        now = self._loop.time()
        message.ts = f"{(BEGAN + timedelta(seconds=now)).timestamp() + self.posts * 1e-6:.6f}"
        message.accepted, message.readable = now, now + plan.readable
        channel.messages.append(message)
        self._note(f"slack accepts {message.key[:8]} in {channel.name} ({plan.kind}) from {sender.name}")
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


class SlackClient:
    """The outbox's poster for one workspace."""

    def __init__(self, slack: Slack, team: str) -> None:
        self._slack = slack
        self._team = team

    async def post(
        self, channel: str, shown: Shown, *, key: str, thread_ts: str | None = None, plain: bool = False
    ) -> Message:
        """chat.postMessage"""
        destination, sender, plan = (
            self._slack.channel(self._team, channel),
            current(),
            self._slack.fault_planner.post(),
        )
        self._slack.note_departure(destination, key)
        message = Message("", key, thread_ts, plain, _revision(shown), 0.0, 0.0)
        accepted: Message = await self._slack.call(
            plan, lambda: self._slack.accept(destination, message, plan, sender), destination
        )
        return accepted

    async def edit(self, channel: str, ts: str, shown: Shown, *, plain: bool = False) -> None:
        """chat.update"""
        destination = self._slack.channel(self._team, channel)

        def arrived() -> None:
            self._slack.raise_if_away(destination)
            message = next((each for each in destination.messages if each.ts == ts), None)
            if message is None:
                raise MessageGone("message_not_found", channel)
            message.revision, message.plain = _revision(shown), plain

        await self._slack.call(self._slack.fault_planner.edit(), arrived)

    async def read_page(
        self, channel: str, *, since_at: datetime, until_at: datetime, thread_ts: str | None = None, cursor: str = ""
    ) -> HistoryPage:
        """conversations.history, or replies: a few messages a page"""
        destination = self._slack.channel(self._team, channel)
        oldest, latest = since_at.timestamp(), until_at.timestamp()

        def arrived() -> HistoryPage:
            self._slack.raise_if_away(destination)
            now = (self._slack.now() - BEGAN).total_seconds()
            before = float(cursor or latest)
            seen = [
                message
                for message in reversed(destination.messages)
                if message.readable <= now and oldest <= float(message.ts) <= latest
                and message.thread_ts == thread_ts and (float(message.ts) < before or not cursor)
            ]  # fmt: skip
            page = seen[:PAGE_MESSAGES]
            posted = tuple((message.key, message.ts) for message in page)
            return HistoryPage(posted, len(page), page[-1].ts if len(seen) > len(page) else "")

        page: HistoryPage = await self._slack.call(self._slack.fault_planner.read(), arrived)
        return page

    async def confirm(self) -> bool:
        """auth.test"""
        return bool(
            await self._slack.call(self._slack.fault_planner.read(), lambda: self._team not in self._slack.revoked)
        )


def _revision(shown: Shown) -> str:
    assert isinstance(shown.card, NoticeCard)
    return shown.card.zone
