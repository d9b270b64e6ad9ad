"""A bot in memory behind Slack's handlers: it stores what it receives and answers each line with itself."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from handlers.cards.answers import HelpCard, NoticeCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.requests import Home, Request, SlackEvent
from handlers.verbs.help import Help


@dataclass
class MemoryBot:
    """Implements ``BotPort`` without a database."""

    stored: dict[str, Request | SlackEvent] = field(default_factory=dict)
    handled_ids: list[str] = field(default_factory=list)
    events: list[SlackEvent] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    checked: list[Request] = field(default_factory=list)
    wrong_fields: Shown | None = None
    """The answer to every check."""
    answer_fails: bool = False
    check_fails: bool = False
    storing_fails: bool = False
    marking_fails: bool = False
    putting_back_fails: bool = False
    event_failures: int = 0
    """So many of the next events are not handled."""
    marked_as_change: list[bool] = field(default_factory=list)
    """For each answer that was begun: whether it came from the process that made the change."""
    put_back_ids: list[str] = field(default_factory=list)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    """Answers wait for it."""
    outcome: asyncio.Event | None = None
    """Each answer is replaced by another one when it is set."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.may_answer.set()

    async def remember(self, inbound: Request | SlackEvent) -> bool:
        if self.storing_fails:
            raise RuntimeError("database is locked")
        if inbound.id in self.stored:
            return False
        self.stored[inbound.id] = inbound
        return True

    async def check(self, request: Request) -> Shown | None:
        self.checked.append(request)
        if self.check_fails:
            raise RuntimeError("a bug")
        return self.wrong_fields

    async def answer(self, request: Request) -> Shown:
        self.requests.append(request)
        await self.may_answer.wait()
        if self.answer_fails:
            raise RuntimeError("a bug")
        language = request.asker.language or "en"
        if isinstance(request.ask, Home):
            return Shown(NoticeCard((Note("home"),)), "en")
        if isinstance(request.ask, Help):
            return Shown(HelpCard(request.ask.verb, "/pact"), language)
        shown = Shown(NoticeCard((Note(f"answer to {request.line}"),)), language, request.line)
        return replace(shown, later=self._outcome) if self.outcome is not None else shown

    async def _outcome(self) -> Shown | None:
        assert self.outcome is not None
        await self.outcome.wait()
        return Shown(NoticeCard((Note("the outcome"),)), "en")

    async def handle_event(self, event: SlackEvent) -> None:
        self.events.append(event)
        self.changed.set()
        if self.event_failures:
            self.event_failures -= 1
            raise RuntimeError("database is locked")

    async def begin_showing(self, request: Request, changed: bool) -> bool:
        if self.marking_fails:
            raise RuntimeError("database is locked")
        if request.id in self.handled_ids:
            return False
        self.marked_as_change.append(changed)
        self._mark(request)
        return True

    async def handled(self, event: SlackEvent) -> None:
        self._mark(event)

    async def put_back(self, inbound: Request | SlackEvent) -> None:
        if self.putting_back_fails:
            raise RuntimeError("database is locked")
        self.put_back_ids.append(inbound.id)

    def _mark(self, inbound: Request | SlackEvent) -> None:
        self.handled_ids.append(inbound.id)
        self.changed.set()
