"""Where everything heard from Slack passes: remembered before the ack, answered once after it, its tasks counted.

The order is the promise: what was acknowledged is in a row, and what comes twice is done once.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt.response import BoltResponse

from handlers.asks import Desk, Happened, Home, Request
from handlers.blocks import said_so
from handlers.cards import ErrorCard, HomeCard, Note, Shown
from handlers.errors import PostError
from handlers.parse import understood
from handlers.post import Identity, Poster
from handlers.respond import Responder
from handlers.rich import context
from handlers.sheet import Message
from handlers.words import language_of, say

log = logging.getLogger("pactbot.slack")

PATIENCE_SECONDS = 2.5
"""A change waits two seconds for its post: only what takes longer says so."""
EVENT_PAUSES_SECONDS = (1.0, 5.0, 30.0, 120.0)
LOCALE_WAIT_SECONDS = 2.0
LOCALE_KEPT_SECONDS = 3_600.0
LOCALES_KEPT = 2_000

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """A request with where its answer is shown."""

    request: Request
    typed: str = ""
    """The line as it was typed, when it is not the line that was understood."""
    thread_ts: str | None = None
    replace_original: bool = False


Ear = Callable[[Body], Heard | Happened | None]


class Reception:
    """Hears, remembers, lets the desk answer, shows the answer."""

    def __init__(
        self,
        desk: Desk,
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
        self._tasks: set[asyncio.Task[None]] = set()
        self._locales: dict[str, tuple[float, str | None]] = {}

    def listener(self, ear: Ear) -> tuple[list[Callable[..., Awaitable[Any]]], Callable[..., Awaitable[None]]]:
        """The middleware and the listener for one kind of thing heard: ``ear`` reads it out of the body."""

        async def remember(body: Body, context: dict[str, Any], next: Callable[[], Awaitable[None]]) -> Any:  # noqa: A002
            heard = ear(body)
            if heard is None or not await self.desk.remember(_row(heard)):
                return BoltResponse(status=200, body="")
            context["heard"] = heard
            await next()
            return None

        async def answer(ack: Callable[..., Awaitable[Any]], context: Mapping[str, Any]) -> None:
            await ack()
            self.start(self.serve(context["heard"]))

        return [remember], answer

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs what remains after the ack in a task of our own: closing the transport must not lose it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, seconds: float) -> int:
        """Waits for what is under way; what is not done by then is cancelled (its row brings it back). How many."""
        pending = set(self._tasks)
        if pending:
            _, pending = await asyncio.wait(pending, timeout=seconds)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        return len(pending)

    async def serve(self, heard: Heard | Happened) -> None:
        """Does what was heard and marks it handled; a failure is logged and told with its reference."""
        try:
            if isinstance(heard, Happened):
                await self._take_note(heard)
            else:
                await self._answer(heard)
        except PostError as refusal:
            log.warning("answer not shown error=%s", refusal.code)
        except Exception as failure:  # noqa: BLE001 - the last line before the event loop: logged, told, never silent
            await self.failed(failure, heard)
        await self._mark(heard)

    async def _take_note(self, event: Happened) -> None:
        """Nobody repeats an event that was acknowledged: what fails (a database that is away) is tried again."""
        for pause in EVENT_PAUSES_SECONDS:
            try:
                await self.desk.happened(event)
            except Exception as failure:  # noqa: BLE001 - whatever it was, the last try below tells of it
                log.warning("event waits id=%s error=%s", event.id, type(failure).__name__)
                await asyncio.sleep(pause)
            else:
                return
        await self.desk.happened(event)

    async def _mark(self, heard: Heard | Happened) -> None:
        try:
            await self.desk.handled(_row(heard))
        except Exception as failure:  # noqa: BLE001 - its row only brings it back after a restart
            log.error("not marked handled id=%s error=%s", _row(heard).id, type(failure).__name__)

    async def resume(self, request: Request) -> None:
        """Answers a remembered request again after a restart."""
        await self.serve(Heard(request))

    async def failed(self, failure: BaseException, heard: Heard | Happened | None) -> str:
        """Logs a failure under a reference id and tells the person the id; what was asked changed nothing."""
        reference = secrets.token_hex(4)
        log.error("failed reference=%s error=%s", reference, type(failure).__name__, exc_info=failure)
        if isinstance(heard, Heard):
            card = ErrorCard(heard.request.line, None, 0, Note("internal"), reference=reference)
            try:
                await self._show(Shown(card, self._language(heard.request)), heard)
            except PostError as refusal:
                log.warning("untold reference=%s error=%s", reference, refusal.code)
        return reference

    async def _answer(self, heard: Heard) -> None:
        """Lets the desk answer; what takes long says so, and the answer then takes that message's place."""
        request = await self._with_locale(heard.request)
        heard = replace(heard, request=request)
        answering = asyncio.create_task(self.desk.answer(request))
        try:
            done, _ = await asyncio.wait({answering}, timeout=self._patience_seconds)
            if not done and await self._ask_for_patience(heard):
                heard = replace(heard, replace_original=True)
            shown = await answering
        finally:
            answering.cancel()
        await self._show(shown, heard)

    async def _ask_for_patience(self, heard: Heard) -> bool:
        """Says that the answer takes a moment, where there is an address to say it to; a failure to is no matter."""
        request = heard.request
        if request.response_url is None:
            return False
        line = say(self._language(request), "error.later")
        message = Message(line, [context("pact:later", line)], line)
        try:
            await self._responder.respond(request.response_url, message, heard.replace_original)
        except PostError as refusal:
            log.info("patience not asked error=%s", refusal.code)
            return False
        return True

    async def _show(self, shown: Shown, heard: Heard) -> None:
        """Shows an answer where it was asked: the home tab, the answer address, the thread or direct message."""
        asker = heard.request.asker
        if isinstance(shown.card, HomeCard):
            await self.poster.publish_home(asker.user, shown)
            return
        if isinstance(heard.request.ask, Home):
            return
        message = self.poster.message(shown)
        if heard.typed:
            message = said_so(message, shown.language, heard.typed, heard.request.line)
        if heard.request.response_url is not None:
            try:
                await self._responder.respond(heard.request.response_url, message, heard.replace_original)
                return
            except PostError as refusal:
                log.warning("respond failed error=%s", refusal.code)
        await self._tell(asker.channel, asker.user, asker.direct, message, heard.thread_ts)

    async def _tell(self, channel: str, user: str, direct: bool, message: Message, thread_ts: str | None) -> None:
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


def heard_line(line: str, request: Request, **where: Any) -> Heard:
    """A heard line; when it was typed in the keyboard's other mode and understood all the same, that is kept."""
    meant = understood(line)
    return Heard(request, typed="" if meant == line else line, **where)


def _row(heard: Heard | Happened) -> Request | Happened:
    return heard.request if isinstance(heard, Heard) else heard
