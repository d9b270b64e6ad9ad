"""Handles everything that Slack sends: stores it before the ack, answers once after the ack, counts its own tasks.

```
body ─ read ─ Request | SlackEvent ─ bot.remember ─ ack ─ bot.answer ─ bot.begin_showing ─ Responder.show
                  └ a submitted modal: bot.check          └ a request that opens a modal: views.open (loading)
```
A payload is in a row before it is acknowledged, so that none is lost; a redelivered payload is dropped, so that none is
handled twice. An answer is marked before it is shown, so that an answer cut off by a crash is not shown again.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.response import BoltResponse

from handlers.cards.answers import ErrorCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.errors import PostError
from handlers.people_cache import PeopleCache
from handlers.requests import BotPort, Home, Request, SlackEvent
from handlers.respond import Responder
from handlers.slack_facts import Identity
from handlers.text.words import LANGUAGES, language_of, localized
from handlers.verbs.parse import understood
from handlers.views.asks import Unfurl
from handlers.views.modal import field_errors, loading_view
from handlers.workspace_turns import WorkspaceTurns
from handlers.workspaces import Workspaces, identity_of
from settings.logs import bound, request_trace

log = logging.getLogger("pactbot.slack")

WAIT_NOTICE_SECONDS = 2.5
"""A change waits up to two seconds for its post, so only a slower answer says that it takes a moment."""
CHECK_SECONDS = 1.5
"""A submitted modal that is not checked by then is acknowledged; its answer checks the fields again."""
HANDLED_AT_ONCE = 16
"""Payloads of one workspace that a process handles at the same time; the others wait for their turn. A change waits up
to two seconds for its post, and others of its workspace must not wait for it."""
FOLLOWED_AT_ONCE = 500
"""Answers of a process that wait for an outcome, to be replaced by it; each looks at its delivery every few seconds."""
EVENT_RETRY_SECONDS = (1.0, 5.0)
"""An event that fails for longer stays in its row and is recovered later."""

Body = Mapping[str, Any]
Inbound = Request | SlackEvent
BodyReader = Callable[[Identity, Body], Inbound | None]
"""Reads a payload's body for its workspace; returns None for a payload that is not for us."""
SubmissionReader = Callable[[Identity, Body], Request | None]
Listener = tuple[list[Callable[..., Awaitable[Any]]], Callable[..., Awaitable[None]]]


class InboundHandler:
    """Stores each payload, lets the bot answer it, and shows the answer."""

    def __init__(
        self,
        bot: BotPort,
        workspaces: Workspaces,
        language: str = "en",
        wait_notice_seconds: float = WAIT_NOTICE_SECONDS,
    ) -> None:
        self.bot = bot
        self.workspaces = workspaces
        self.language = language
        self._wait_notice_seconds = wait_notice_seconds
        self._responder = Responder(workspaces.poster)
        self._people = PeopleCache(workspaces)
        self._handling = WorkspaceTurns(HANDLED_AT_ONCE)
        self._tasks: dict[asyncio.Task[None], tuple[Inbound, ...]] = {}
        self._following: set[asyncio.Task[None]] = set()
        """They wait for outcomes, to replace answers."""

    def listener(self, read: BodyReader) -> Listener:
        """Returns Bolt's middleware and listener for one kind of payload, which ``read`` reads."""

        async def remember(body: Body, context: dict[str, Any], next: Callable[[], Awaitable[None]]) -> Any:  # noqa: A002
            identity = await identity_of(self.workspaces, body)
            if identity is None:
                return self._not_installed(body)
            inbound = read(identity, body)
            if inbound is None or not await self.bot.remember(inbound):
                return BoltResponse(status=200, body="")
            context["inbound"] = inbound
            await next()
            return None

        async def acknowledge(ack: Callable[..., Awaitable[Any]], context: Mapping[str, Any]) -> None:
            await ack()
            self.start(context["inbound"])

        return [remember], acknowledge

    def submission_listener(self, read: SubmissionReader) -> Listener:
        """Returns Bolt's middleware and listener for submitted modals: wrong fields are shown, and nothing is stored.

        A modal whose fields are right stays open and says that it is being worked on, until the answer replaces it.
        """

        async def remember(body: Body, context: dict[str, Any], next: Callable[[], Awaitable[None]]) -> Any:  # noqa: A002
            identity = await identity_of(self.workspaces, body)
            request = read(identity, body) if identity is not None else None
            if request is None:
                return BoltResponse(status=200, body="")
            wrong = await self._check(request)
            if wrong is not None:
                return BoltResponse(status=200, body={"response_action": "errors", "errors": wrong})
            if not await self.bot.remember(request):
                return BoltResponse(status=200, body="")
            context["inbound"] = request
            await next()
            return None

        async def acknowledge(ack: Callable[..., Awaitable[Any]], context: Mapping[str, Any]) -> None:
            request: Request = context["inbound"]
            await ack(response_action="update", view=loading_view(request.view.external_id if request.view else None))
            self.start(request)

        return [remember], acknowledge

    def _not_installed(self, body: Body) -> BoltResponse:
        """Drops what comes from a workspace without the app; whoever typed a command there reads so."""
        log.warning("not_installed", extra={"team": str(body.get("team_id") or "")})
        if "command" not in body:
            return BoltResponse(status=200, body="")
        text = "\n".join(localized(language, "install.not_installed") for language in LANGUAGES)
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": text})

    async def _check(self, request: Request) -> Mapping[str, str] | None:
        """Returns the sentence of each wrong field by its block, or None. A check that fails refuses nothing."""
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                shown = await self.bot.check(request)
        except Exception as error:  # noqa: BLE001 - the answer checks again, and reports what fails
            log.warning("fields not checked id=%s error=%s", request.id, type(error).__name__)
            return None
        return field_errors(shown) if shown is not None else None

    def start(self, *inbound: Inbound) -> None:
        """Handles payloads one after the other in a task of our own, which outlives the transport."""
        task = asyncio.create_task(self._handle_all(inbound))
        self._tasks[task] = inbound
        task.add_done_callback(self._tasks.pop)

    def in_progress(self) -> tuple[Inbound, ...]:
        """Returns the payloads that are being handled."""
        return tuple(inbound for batch in self._tasks.values() for inbound in batch)

    async def drain(self, seconds: float) -> int:
        """Waits for the running tasks, then cancels the rest and puts their payloads back; returns their number."""
        tasks, following = dict(self._tasks), list(self._following)
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
        if tasks:
            done, _ = await asyncio.wait(tasks, timeout=seconds)
            for task in done:
                tasks.pop(task)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for inbound in (inbound for batch in tasks.values() for inbound in batch):
            await self._put_back(inbound)
        return len(tasks)

    async def _put_back(self, inbound: Inbound) -> None:
        try:
            await self.bot.put_back(inbound)
        except Exception as error:  # noqa: BLE001 - its lease then expires by itself
            log.warning("not put back id=%s error=%s", inbound.id, type(error).__name__)

    async def _handle_all(self, batch: tuple[Inbound, ...]) -> None:
        for inbound in batch:
            async with self._handling.turn(team_of(inbound)):
                await self.handle(inbound)

    async def handle(self, inbound: Inbound) -> None:
        """Handles one payload and has it marked; a failure is logged, and the asker sees its reference.

        A payload that cannot be marked, because the database is unreachable, stays in its row and is recovered later.
        """
        with bound(trace=request_trace(inbound.id)):
            log.info("received", extra={"kind": inbound.kind if isinstance(inbound, SlackEvent) else "request"})
            try:
                if isinstance(inbound, SlackEvent):
                    await self._handle_event(inbound)
                else:
                    await self._answer(inbound)
            except PostError as error:
                log.warning("answer not shown error=%s", error.code)
            except Exception as error:  # noqa: BLE001 - nothing above this catches it: it is logged and reported here
                await self._report_failure(error, inbound)

    async def _handle_event(self, event: SlackEvent) -> None:
        """Passes an event to the bot, with retries: Slack does not send an acknowledged event again."""
        if event.kind == "joined" and event.user:
            event = replace(event, locale=(await self._people.person(event.team, event.user)).locale)
        for pause_seconds in EVENT_RETRY_SECONDS:
            try:
                await self.bot.handle_event(event)
            except Exception as error:  # noqa: BLE001 - the last try below lets every error through
                log.warning("event retried id=%s error=%s", event.id, type(error).__name__)
                await asyncio.sleep(pause_seconds)
            else:
                break
        else:
            await self.bot.handle_event(event)
        await self.bot.handled(event)

    async def _report_failure(self, error: Exception, inbound: Inbound) -> None:
        """Logs a failure and tells the asker, unless an answer was begun or the row will be recovered anyway."""
        reference = _log_failure(error, inbound.id)
        if isinstance(inbound, SlackEvent) or isinstance(inbound.ask, Unfurl):
            return  # nobody waits for it
        try:
            may_show = await self.bot.begin_showing(inbound, changed=False)
        except Exception as second_error:  # noqa: BLE001 - the payload stays in its row and is recovered later
            log.warning("left for recovery reference=%s error=%s", reference, type(second_error).__name__)
            return
        if may_show:
            await self._show_failure(reference, inbound)

    async def failed(self, error: BaseException, request: Request | None) -> str:
        """Logs a payload that could not even be stored, and shows the asker its reference, which is returned."""
        reference = _log_failure(error, request.id if request else "")
        if request is not None:
            await self._show_failure(reference, request)
        return reference

    async def _show_failure(self, reference: str, request: Request) -> None:
        card = ErrorCard(request.line, None, 0, Note("internal"), reference=reference)
        try:
            await self._responder.show(Shown(card, self._language(request)), request)
        except PostError as error:
            log.warning("failure not shown reference=%s error=%s", reference, error.code)

    async def _answer(self, request: Request) -> None:
        """Lets the bot answer. A slow answer first shows a notice, which the answer then replaces.

        A modal is opened before anything else is asked, because Slack's permission lasts three seconds.
        """
        request = await self._with_person(await self._responder.with_modal(request))
        answering = asyncio.create_task(self.bot.answer(request))
        try:
            done, _ = await asyncio.wait({answering}, timeout=self._wait_notice_seconds)
            if not done and await self._responder.show_wait_notice(request, self._language(request)):
                request = replace(request, replace_original=request.replaceable)
            shown = await answering
        finally:
            answering.cancel()
        if shown is not None and await self.bot.begin_showing(request, changed=shown.changed):
            await self._responder.show(shown, request)
            log.info("answered")
            if shown.later is not None:
                self._follow(shown.later, request)
            if shown.changed and request.view is not None:
                await self._publish_home_again(request)

    def _follow(self, later: Callable[[], Awaitable[Shown | None]], request: Request) -> None:
        """Replaces the answer when its outcome is known, in a task that a shutdown cancels: the row says it all."""
        if len(self._following) < FOLLOWED_AT_ONCE:
            task = asyncio.create_task(self._replace(later, request))
            self._following.add(task)
            task.add_done_callback(self._following.discard)

    async def _replace(self, later: Callable[[], Awaitable[Shown | None]], request: Request) -> None:
        with bound(trace=request_trace(request.id)):
            try:
                shown = await later()
                if shown is not None:
                    await self._responder.replace(shown, request)
            except PostError as error:
                log.info("answer not replaced error=%s", error.code)
            except Exception as error:  # noqa: BLE001 - nothing above this catches it; the first answer stays
                _log_failure(error, request.id)

    async def _publish_home_again(self, request: Request) -> None:
        """Publishes the person's home tab after a change that was made there or in a modal."""
        asker = replace(request.asker, channel="", direct=True, unsure_direct=True, language=None)
        home = Request(f"{request.id}:home", asker, Home())
        shown = await self.bot.answer(home)
        if shown is not None:
            await self._responder.show(shown, home)

    async def _with_person(self, request: Request) -> Request:
        """Adds locale and standing; that the payload names another workspace is not overruled."""
        asker = request.asker
        if not asker.user:
            return request
        person = await self._people.person(asker.team, asker.user)
        asker = replace(asker, locale=asker.locale or person.locale, standing=asker.standing or person.standing)
        return replace(request, asker=asker)

    def _language(self, request: Request) -> str:
        asker = request.asker
        return language_of(asker.language or asker.locale or self.language)


def team_of(inbound: Inbound) -> str:
    """Returns the workspace of a payload."""
    return inbound.team if isinstance(inbound, SlackEvent) else inbound.asker.team


def with_meant_line(request: Request, line: str) -> Request:
    """Adds the line to a request; a line typed in the other keyboard mode is kept beside the line that it means."""
    meant = understood(line)
    return replace(request, line=meant, typed="" if meant == line else line)


def _log_failure(error: BaseException, inbound_id: str) -> str:
    """Logs a failure under a fresh reference and returns the reference."""
    reference = secrets.token_hex(4)
    log.error("failed reference=%s id=%s error=%s", reference, inbound_id, type(error).__name__, exc_info=error)
    return reference
