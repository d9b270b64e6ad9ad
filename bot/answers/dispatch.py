"""Implements ``handlers.requests.BotPort``: remembers what arrived, answers requests, applies events."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.answers.context import AnswerContext, Requester, requester_of
from bot.answers.own_direct import in_own_direct
from bot.answers.permission import ADMIN_MAY, channel_refusal, has_stayed, refusal_of, shared_refusal
from bot.answers.registry import answer_functions, check_functions
from bot.answers.request_done import settle_requests
from bot.errors import ClaimLost, NotPermitted
from bot.operations.inbound_payloads import LEASE, inbound_key, payload_from
from bot.operations.membership import Membership
from bot.store import inbound
from bot.store.engine import Connection
from handlers.cards.answers import ErrorCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.requests import Asker, Request, SlackEvent
from handlers.verbs.parse import parse

log = logging.getLogger("pactbot.answers")

_SHARED = "share"
"""The id of a request whose answer is posted for everybody."""


class Dispatcher:
    """The bot as ``handlers`` see it."""

    def __init__(self, context: AnswerContext, membership: Membership) -> None:
        self._context = context
        self._membership = membership
        self._answers = answer_functions()
        self._checks = check_functions()

    async def remember(self, item: Request | SlackEvent) -> bool:
        """Stores a request or event before it is acknowledged; False when it was stored before."""
        kind, now = "request" if isinstance(item, Request) else "happened", self._context.now()
        async with self._context.store.begin(urgent=True) as c:
            return await inbound.add(c, *inbound_key(item), kind, payload_from(item), now, now + LEASE)

    async def handled(self, event: SlackEvent) -> None:
        """Marks an event as done."""
        async with self._context.store.begin() as c:
            await inbound.mark_handled(c, *inbound_key(event), self._context.now())

    async def begin_showing(self, request: Request, changed: bool) -> bool:
        """Marks a request as being answered; True once, for whoever may show the answer."""
        now = self._context.now()
        async with self._context.store.begin() as c:
            may_show = await inbound.mark_shown(c, *inbound_key(request), now, changed=changed)
            if may_show and request.ask.admins_only and not request.ask.changes_channel:
                await _settle_by_reading(c, request, now)
        return may_show

    async def put_back(self, item: Request | SlackEvent) -> None:
        """Gives up the lease on what a shutdown interrupted, so that the next process takes it up at once."""
        async with self._context.store.begin() as c:
            await inbound.release(c, *inbound_key(item), self._context.now())

    async def handle_event(self, event: SlackEvent) -> None:
        """Applies an event: membership and installations follow it."""
        await self._membership.note(event)

    async def check(self, request: Request) -> Shown | None:
        """Checks the fields of a submitted modal; who asks is checked by the answer."""
        check = self._checks.get(type(request.ask))
        return await check(self._context, await self._requester(request), request.ask) if check else None

    async def answer(self, request: Request) -> Shown | None:
        """Answers a request; returns None when another process made the change meanwhile and answers."""
        try:
            return await self._answer(request)
        except ClaimLost as lost:
            log.info("answered_elsewhere", extra={"what": str(lost)})
            return None

    async def answer_line(self, line: str, asker: Asker) -> Shown:
        """Answers a shared line as of now, for everybody in the channel, unless the line changes something."""
        ask, asker = parse(line, asker)
        request = Request(_SHARED, asker, ask, line)
        if not ask.shareable:
            return (await self._requester(request)).error("not_shareable")
        shown = await self._answer(request)
        return replace(shown, share=None)

    async def _answer(self, request: Request) -> Shown:
        """Answers a request. Who asks is checked before anything that the line asks for is looked at."""
        requester = await self._requester(request)
        fields = {"ask": type(request.ask).__name__, "team": request.asker.team}
        log.info("asked", extra=fields)
        of_all = shared_refusal(self._context, request.ask, request.asker.team)
        refusal = of_all or refusal_of(request.ask, request.asker.standing)
        if refusal is not None:
            return _refused(requester, refusal, fields)
        moved = await in_own_direct(self._context, request)
        if moved is None:
            return requester.error("no_direct")
        if moved.asker.channel != request.asker.channel:
            requester = replace(await self._requester(moved), moved=True)
        if (
            request.view is not None
            and request.ask.changes_channel
            and not await has_stayed(self._context, moved.asker)
        ):
            return _refused(requester, "channel_was_left", fields)
        is_of_channel = request.ask.configures and not request.ask.names_target
        refusal = channel_refusal(requester.destination, requester.asker) if is_of_channel else None
        if refusal is not None:
            return _refused(requester, refusal, fields)
        try:
            return await self._answers[type(request.ask)](self._context, requester, request.ask)
        except NotPermitted as refused:
            return _refused(requester, refused.code, fields, may_ask=refused.may_ask)

    async def _requester(self, request: Request) -> Requester:
        async with self._context.store.read() as c:
            return await requester_of(c, self._context, request, public=request.id == _SHARED)


async def _settle_by_reading(c: Connection, request: Request, now: datetime) -> None:
    """Settles the request for an answer that an admin has got; a change settles its own in its transaction."""
    if refusal_of(request.ask, request.asker.standing) is None:
        await settle_requests(c, request, None, now)


def _refused(requester: Requester, code: str, fields: Mapping[str, str], *, may_ask: bool = True) -> Shown:
    """Says who may do it, and offers a member a button that asks an admin. Nothing was changed."""
    log.info("refused", extra={**fields, "why": code})
    line = requester.request.line
    offers = may_ask and code in ADMIN_MAY and requester.asker.standing == "member" and bool(line)
    return requester.shown(ErrorCard(line, None, 0, Note(code), ask_admins=f"request {line}" if offers else None))
