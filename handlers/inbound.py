"""Where everything heard from Slack passes: remembered before the ack, answered once after it, its tasks counted.

The order is the promise: what was acknowledged is in a row, what comes twice is done once, and an answer is marked
before it is shown: one that a crash cut off there is not shown again.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.response import BoltResponse

from handlers.blocks.blockkit import context_block
from handlers.blocks.message import with_keyboard_note
from handlers.blocks.message_builder import RenderedMessage
from handlers.cards.answers import ErrorCard
from handlers.cards.shown import Shown
from handlers.cards.status import HomeCard
from handlers.cards.texts import Note
from handlers.error_mapping import NOT_CONNECTED
from handlers.errors import OutcomeUnknown, PostError
from handlers.parse import understood
from handlers.post import Identity, Poster
from handlers.requests import BotPort, Happened, Home, Request
from handlers.respond import Responder
from handlers.text.words import language_of, localized

log = logging.getLogger("pactbot.slack")

PATIENCE_SECONDS = 2.5
"""A change waits two seconds for its post: only what takes longer says so."""
EVENT_PAUSES_SECONDS = (1.0, 5.0)
"""What fails longer stays in its row, and is taken up again."""
LOCALE_WAIT_SECONDS = 2.0
LOCALE_KEPT_SECONDS = 3_600.0
LOCALES_KEPT = 2_000

Body = Mapping[str, Any]


Heard = Request | Happened
Ear = Callable[[Body], Heard | None]
"""Reads what was heard out of a body; None: it is not for us."""


class InboundHandler:
    """Hears, remembers, lets the desk answer, shows the answer."""

    def __init__(
        self,
        desk: BotPort,
        poster: Poster,
        identity: Identity,
        language: str = "en",
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self.desk = desk
        self.poster = poster
        self.identity = identity
        self.language = language
        self._patience_seconds = patience_seconds
        self._responder = Responder(poster.client)
        self._tasks: dict[asyncio.Task[None], tuple[Heard, ...]] = {}
        self._locales: dict[str, tuple[float, str | None]] = {}

    def listener(self, ear: Ear) -> tuple[list[Callable[..., Awaitable[Any]]], Callable[..., Awaitable[None]]]:
        """The middleware and the listener for one kind of thing heard: ``ear`` reads it out of the body."""

        async def remember(body: Body, context: dict[str, Any], next: Callable[[], Awaitable[None]]) -> Any:  # noqa: A002
            heard = ear(body)
            if heard is None or not await self.desk.remember(heard):
                return BoltResponse(status=200, body="")
            context["heard"] = heard
            await next()
            return None

        async def answer(ack: Callable[..., Awaitable[Any]], context: Mapping[str, Any]) -> None:
            await ack()
            self.start(context["heard"])

        return [remember], answer

    def start(self, *heard: Heard) -> None:
        """Does what was heard, one after the other, in a task of our own: closing the transport must not lose it."""
        task = asyncio.create_task(self._serve_all(heard))
        self._tasks[task] = heard
        task.add_done_callback(self._tasks.pop)

    def in_hand(self) -> tuple[Heard, ...]:
        """What is being done."""
        return tuple(heard for several in self._tasks.values() for heard in several)

    async def drain(self, seconds: float) -> int:
        """Waits for what is under way; what is not done by then is cancelled and put back. How many tasks it was."""
        tasks = dict(self._tasks)
        if tasks:
            done, _ = await asyncio.wait(tasks, timeout=seconds)
            for task in done:
                tasks.pop(task)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for heard in (each for several in tasks.values() for each in several):
            await self._put_back(heard)
        return len(tasks)

    async def _put_back(self, heard: Heard) -> None:
        try:
            await self.desk.put_back(heard)
        except Exception as failure:  # noqa: BLE001 - then its lease runs out by itself
            log.warning("not put back id=%s error=%s", heard.id, type(failure).__name__)

    async def _serve_all(self, several: tuple[Heard, ...]) -> None:
        for heard in several:
            await self.serve(heard)

    async def serve(self, heard: Heard) -> None:
        """Does what was heard and has it marked; a failure is logged and told with its reference.

        What cannot even be marked (a database that is away) stays in its row, and is taken up again.
        """
        try:
            if isinstance(heard, Happened):
                await self._take_note(heard)
            else:
                await self._answer(heard)
        except PostError as refusal:
            log.warning("answer not shown error=%s", refusal.code)
        except Exception as failure:  # noqa: BLE001 - the last line before the event loop: logged, told, never silent
            await self._told(failure, heard)

    async def _take_note(self, event: Happened) -> None:
        """Nobody repeats an event that was acknowledged: what fails (a database that is away) is tried again."""
        for pause in EVENT_PAUSES_SECONDS:
            try:
                await self.desk.happened(event)
            except Exception as failure:  # noqa: BLE001 - whatever it was, the last try below tells of it
                log.warning("event waits id=%s error=%s", event.id, type(failure).__name__)
                await asyncio.sleep(pause)
            else:
                break
        else:
            await self.desk.happened(event)
        await self.desk.handled(event)

    async def _told(self, failure: Exception, heard: Heard) -> None:
        """Logs a failure; whoever asked is told, unless an answer was begun or its row brings it back anyway."""
        reference = _logged(failure, heard.id)
        if isinstance(heard, Happened):
            return
        try:
            first = await self.desk.begin_showing(heard, changed=False)
        except Exception as again:  # noqa: BLE001 - its row brings it back
            log.warning("left for later reference=%s error=%s", reference, type(again).__name__)
            return
        if first:
            await self._tell_failure(reference, heard)

    async def failed(self, failure: BaseException, request: Request | None) -> str:
        """Logs what could not even be remembered, and tells the person its reference; nothing was changed."""
        reference = _logged(failure, request.id if request else "")
        if request is not None:
            await self._tell_failure(reference, request)
        return reference

    async def _tell_failure(self, reference: str, request: Request) -> None:
        card = ErrorCard(request.line, None, 0, Note("internal"), reference=reference)
        try:
            await self._show(Shown(card, self._language(request)), request)
        except PostError as refusal:
            log.warning("untold reference=%s error=%s", reference, refusal.code)

    async def _answer(self, request: Request) -> None:
        """Lets the desk answer; what takes long says so, and the answer then takes that message's place."""
        request = await self._with_locale(request)
        answering = asyncio.create_task(self.desk.answer(request))
        try:
            done, _ = await asyncio.wait({answering}, timeout=self._patience_seconds)
            if not done and await self._ask_for_patience(request):
                request = replace(request, replace_original=True)
            shown = await answering
        finally:
            answering.cancel()
        if shown is not None and await self.desk.begin_showing(request, changed=shown.changed):
            await self._show(shown, request)

    async def _ask_for_patience(self, request: Request) -> bool:
        """Says that the answer takes a moment, where there is an address to say it to; a failure to is no matter."""
        if request.response_url is None:
            return False
        line = localized(self._language(request), "error.later")
        message = RenderedMessage(line, [context_block("pact:later", line)], line)
        try:
            await self._responder.respond(request.response_url, message, request.replace_original)
        except PostError as refusal:
            log.info("patience not asked error=%s", refusal.code)
            return False
        return True

    async def _show(self, shown: Shown, request: Request) -> None:
        """Shows an answer where it was asked: the home tab, the answer address, the thread or direct message."""
        asker = request.asker
        if isinstance(shown.card, HomeCard):
            await self.poster.publish_home(asker.user, shown)
            return
        if isinstance(request.ask, Home):
            return
        message = self.poster.message(shown)
        if request.typed:
            message = with_keyboard_note(message, shown.language, request.typed, request.line)
        if request.response_url is not None and await self._responded(request.response_url, message, request):
            return
        await self._tell(asker.channel, asker.user, asker.direct, message, request.thread_ts)

    async def _responded(self, url: str, message: RenderedMessage, request: Request) -> bool:
        """Whether the answer address may have shown it: another way is tried only where it certainly did not."""
        try:
            await self._responder.respond(url, message, request.replace_original)
        except PostError as refusal:
            log.warning("respond failed error=%s", refusal.code)
            return isinstance(refusal, OutcomeUnknown) and refusal.code != NOT_CONNECTED
        return True

    async def _tell(
        self, channel: str, user: str, direct: bool, message: RenderedMessage, thread_ts: str | None
    ) -> None:
        """Without an answer address: in the direct message itself, else to the person alone."""
        if direct:
            await self.poster.say(channel, message, thread_ts=thread_ts)
        else:
            await self.poster.whisper(channel, user, message, thread_ts=thread_ts)

    async def _with_locale(self, request: Request) -> Request:
        """The request with the person's locale, asked of Slack at most once an hour and never for long."""
        asker = request.asker
        if asker.locale is not None or not asker.user:
            return request
        kept = self._locales.get(asker.user)
        if kept is None or time.monotonic() - kept[0] > LOCALE_KEPT_SECONDS:
            kept = (time.monotonic(), await self._locale_of(asker.user))
            if len(self._locales) >= LOCALES_KEPT:
                self._locales.clear()
            self._locales[asker.user] = kept
        return replace(request, asker=replace(asker, locale=kept[1]))

    async def _locale_of(self, user: str) -> str | None:
        try:
            async with asyncio.timeout(LOCALE_WAIT_SECONDS):
                facts = await self.poster.user_facts(user)
        except (PostError, TimeoutError):
            return None
        return facts.locale if facts is not None else None

    def _language(self, request: Request) -> str:
        asker = request.asker
        return language_of(asker.language or asker.locale or self.language)


def heard_line(request: Request, line: str) -> Request:
    """A heard line; when it was typed in the keyboard's other mode and understood all the same, that is kept."""
    meant = understood(line)
    return replace(request, line=meant, typed="" if meant == line else line)


def _logged(failure: BaseException, about: str) -> str:
    """Writes a failure to the log under a reference, which it gives back."""
    reference = secrets.token_hex(4)
    log.error("failed reference=%s id=%s error=%s", reference, about, type(failure).__name__, exc_info=failure)
    return reference
