"""Share to channel: what was answered to one person is said in the channel, as it is by then."""

from __future__ import annotations

from dataclasses import replace

from bot.answers.context import AnswerContext, Requester, place_for
from bot.store.deliveries import table as deliveries
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.requests import Share


async def share(rooms: AnswerContext, here: Requester, ask: Share) -> Shown:
    """Owes the channel a post of what the line answers."""
    now = rooms.now()
    async with rooms.store.begin() as c:
        place = replace(await place_for(c, rooms, here), language=here.language)
        payload = {"line": ask.line, "user": here.asker.user, "language": here.language}
        number = await deliveries.enqueue(
            c,
            f"share:{place.team}:{here.request.id}",
            team=place.team,
            destination=place.id,
            kind="share",
            now=now,
            payload=payload,
        )
    outcome = await rooms.settled(number) if number is not None else None
    if outcome is not None and outcome.state == "sent":
        return here.shown(NoticeCard((Note("shared"),)))
    if outcome is not None and outcome.state == "waiting":
        return here.error("not_in_channel")
    return here.shown(NoticeCard((Note("shared_soon"),)))
