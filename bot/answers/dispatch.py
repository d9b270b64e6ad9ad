"""The desk that Slack's wing talks to: remembers what is heard, answers what is asked, takes note of what happened."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.answers import context as standing
from bot.answers.channel_settings import mute, set_digest, set_quiet, undo, unmute
from bot.answers.context import AnswerContext, Requester
from bot.answers.share import share
from bot.answers.status import digest_now, home, status
from bot.answers.subscribe import listed, subscribe, unsubscribe
from bot.answers.why import why
from bot.errors import ClaimLost
from bot.operations.inbound_rows import LEASE, inbound_key, payload_from
from bot.operations.membership import Membership
from bot.store import inbound
from handlers.cards.answers import ErrorCard, HelpCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.parse import parse
from handlers.requests import (
    Ask,
    Asker,
    Digest,
    Happened,
    Help,
    Home,
    ListSubscriptions,
    Mute,
    Quiet,
    Request,
    Share,
    Status,
    Subscribe,
    Unclear,
    Undo,
    Unmute,
    Unsubscribe,
    Why,
)

log = logging.getLogger("pactbot.answers")


class Dispatcher:
    """Implements handlers.requests.Desk over the store."""

    def __init__(self, rooms: AnswerContext, presence: Membership) -> None:
        self._rooms = rooms
        self._presence = presence

    async def remember(self, heard: Request | Happened) -> bool:
        """Stores what was heard before it is acknowledged; False when it was heard before."""
        kind, now = "request" if isinstance(heard, Request) else "happened", self._rooms.now()
        async with self._rooms.store.begin(urgent=True) as c:
            return await inbound.remember(c, *inbound_key(heard), kind, payload_from(heard), now, now + LEASE)

    async def handled(self, event: Happened) -> None:
        """It was taken note of."""
        async with self._rooms.store.begin() as c:
            await inbound.handled(c, *inbound_key(event), self._rooms.now())

    async def begin_showing(self, request: Request, changed: bool) -> bool:
        """An answer is about to be shown: True once, for whoever may show it."""
        async with self._rooms.store.begin() as c:
            return await inbound.begin_showing(c, *inbound_key(request), self._rooms.now(), changed=changed)

    async def put_back(self, heard: Request | Happened) -> None:
        """A stop cut it off: whoever comes next takes it up at once."""
        async with self._rooms.store.begin() as c:
            await inbound.put_back(c, *inbound_key(heard), self._rooms.now())

    async def happened(self, event: Happened) -> None:
        """Takes note of what Slack told us."""
        await self._presence.note(event)

    async def answer(self, request: Request) -> Shown | None:
        """The answer to an ask; None when another process has made the change meanwhile, and answers."""
        try:
            return await self._answer(request)
        except ClaimLost as lost:
            log.info("answered_elsewhere", extra={"what": str(lost)})
            return None

    async def _answer(self, request: Request) -> Shown:
        async with self._rooms.store.read() as c:
            here = await standing.where(c, self._rooms, request)
        log.info("asked", extra={"ask": type(request.ask).__name__, "team": request.asker.team})
        return await self._answered(here, request.ask)

    async def _answered(self, here: Requester, ask: Ask) -> Shown:
        rooms = self._rooms
        match ask:
            case Help(verb):
                return here.shown(HelpCard(verb, rooms.command))
            case Status():
                return await status(rooms, here, ask)
            case Subscribe():
                return await subscribe(rooms, here, ask)
            case Unsubscribe():
                return await unsubscribe(rooms, here, ask)
            case ListSubscriptions():
                return await listed(rooms, here, ask)
            case Digest(when="now"):
                return await digest_now(rooms, here, ask)
            case Digest():
                return await set_digest(rooms, here, ask)
            case Why():
                return await why(rooms, here, ask)
            case Mute():
                return await mute(rooms, here, ask)
            case Unmute():
                return await unmute(rooms, here, ask)
            case Quiet():
                return await set_quiet(rooms, here, ask)
            case Undo():
                return await undo(rooms, here, ask)
            case Share():
                return await share(rooms, here, ask)
            case Home():
                return await home(rooms, here, ask)
            case Unclear():
                return here.shown(_unclear(here, ask))

    async def answer_line(self, line: str, asker: Asker) -> Shown:
        """The answer that a shared line gives now, for everybody in the channel."""
        ask, who = parse(line, asker)
        shown = await self._answer(Request("share", who, ask, line))
        return replace(shown, share=None)


def _unclear(here: Requester, ask: Unclear) -> ErrorCard:
    return ErrorCard(here.request.line, ask.position, ask.length, Note(ask.code), ask.nearest)
