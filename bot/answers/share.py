"""Answers the button *Share to channel*: posts in the channel what a line answers by then."""

from __future__ import annotations

from dataclasses import replace

from bot.answers.context import AnswerContext, Requester, destination_for
from bot.answers.registry import answers
from bot.store.deliveries import table as deliveries
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.requests import Share
from handlers.verbs.parse import parse


@answers(Share)
async def share(context: AnswerContext, requester: Requester, ask: Share) -> Shown:
    """Enqueues a post of the line's answer, waits for it a moment, and says what became of it."""
    if not parse(ask.line, requester.asker)[0].shareable:
        return requester.error("not_shareable")
    async with context.store.begin() as c:
        channel = replace(await destination_for(c, context, requester), language=requester.language)
        delivery_id = await deliveries.enqueue(
            c,
            f"share:{channel.team}:{requester.request.id}",
            team=channel.team,
            destination=channel.id,
            kind="share",
            now=context.now(),
            payload={"line": ask.line, "user": requester.asker.user, "language": requester.language},
        )
    outcome = await context.wait_for_delivery(delivery_id) if delivery_id is not None else None
    if outcome is not None and outcome.state == "sent":
        return requester.shown(NoticeCard((Note("shared"),)))
    if outcome is not None and outcome.state == "waiting":
        return requester.error("not_in_channel")
    return requester.shown(NoticeCard((Note("shared_soon"),)))
