"""The desk that Slack's wing talks to: remembers what is heard, answers what is asked, takes note of what happened."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from bot.desk.answers import rooms as standing
from bot.desk.answers.rooms import Rooms, Where
from bot.desk.answers.settings import mute, set_digest, set_quiet, undo, unmute
from bot.desk.answers.sharing import share
from bot.desk.answers.status import digest_now, home, status
from bot.desk.answers.subscribing import listed, subscribe, unsubscribe
from bot.desk.answers.why import why
from bot.desk.presence import Presence
from bot.store import inbound
from handlers.asks import (
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
from handlers.cards import ErrorCard, HelpCard, Note, Shown
from handlers.parse import parse

log = logging.getLogger("pactbot.desk")

UNSAID: Mapping[str, type[Ask]] = {"share": Share, "home": Home}
"""Asks that no line stands for: a button and a tab. What they are must be kept with what was heard."""


class Answers:
    """Implements handlers.asks.Desk over the store."""

    def __init__(self, rooms: Rooms, presence: Presence) -> None:
        self._rooms = rooms
        self._presence = presence

    async def remember(self, heard: Request | Happened) -> bool:
        """Stores what was heard before it is acknowledged; False when it was heard before."""
        team = heard.asker.team if isinstance(heard, Request) else heard.team
        kind = "request" if isinstance(heard, Request) else "happened"
        async with self._rooms.store.begin(urgent=True) as c:
            return await inbound.remember(c, team, heard.id, kind, payload_of(heard), self._rooms.now())

    async def handled(self, heard: Request | Happened) -> None:
        """It is done with."""
        team = heard.asker.team if isinstance(heard, Request) else heard.team
        async with self._rooms.store.begin() as c:
            await inbound.handled(c, team, heard.id, self._rooms.now())

    async def happened(self, event: Happened) -> None:
        """Takes note of what Slack told us."""
        await self._presence.note(event)

    async def answer(self, request: Request) -> Shown:
        """The answer to an ask."""
        async with self._rooms.store.read() as c:
            here = await standing.where(c, self._rooms, request)
        log.info("asked", extra={"ask": type(request.ask).__name__, "team": request.asker.team})
        return await self._answered(here, request.ask)

    async def _answered(self, here: Where, ask: Ask) -> Shown:
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
        shown = await self.answer(Request("share", who, ask, line))
        return replace(shown, share=None)


def _unclear(here: Where, ask: Unclear) -> ErrorCard:
    return ErrorCard(here.request.line, ask.position, ask.length, Note(ask.code), ask.nearest)


def payload_of(heard: Request | Happened) -> Mapping[str, Any]:
    """What is needed to take it up again after a crash."""
    if isinstance(heard, Happened):
        return asdict(heard)
    kept = {"asker": asdict(heard.asker), "line": heard.line, "response_url": heard.response_url}
    unsaid = next((name for name, kind in UNSAID.items() if isinstance(heard.ask, kind)), None)
    return kept | ({"ask": unsaid} if unsaid else {})


def heard_from(number: str, kind: str, payload: Mapping[str, Any]) -> Request | Happened:
    """What was remembered, as it was heard."""
    if kind == "happened":
        return Happened(**payload)
    asker, line = Asker(**payload["asker"]), payload["line"]
    ask, who = parse(line, asker)
    unsaid = payload.get("ask")
    if unsaid == "share":
        ask, who = Share(line), asker
    elif unsaid == "home":
        ask, who = Home(), asker
    return Request(number, who, ask, line, payload["response_url"])
