"""How a change is told: by a post in its channel, and in one line to who made it."""

from __future__ import annotations

from dataclasses import replace

from bot.answers.context import AnswerContext, Requester
from bot.deliveries import changes as making
from bot.store import changes, destinations
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note


async def said(rooms: AnswerContext, here: Requester, number: int, delivery: int, notes: tuple[Note, ...]) -> Shown:
    """The change was posted in the channel: one person gets the outlook; or it waits: he is told how to mend it."""
    outcome = await rooms.settled(delivery)
    async with rooms.store.read() as c:
        change = await changes.get(c, here.asker.team, number)
        assert change is not None
        assert change.destination is not None
        place = await destinations.get(c, change.destination)
        assert place is not None
        card = await making.change_card(c, change, place, rooms.now(), notes)
    if outcome is not None and outcome.state == "sent":
        told = "said_in_direct" if place.person is not None else "said_in_channel"
        return replace(here.shown(NoticeCard((Note(told), *notes), zone=here.zone)), changed=True)
    waits = card.waiting or (outcome is not None and outcome.state == "waiting")
    return replace(here.shown(replace(card, waiting=waits)), changed=True)
