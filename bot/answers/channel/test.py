"""Answers ``test``: posts a sample alert and a sample digest here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.answers.context import AnswerContext, Requester, destination_for
from bot.answers.post_outcome import answer_with_outcome
from bot.answers.registry import answers
from bot.deliveries.samples import SAMPLES, enqueue_sample
from bot.errors import ClaimLost
from bot.model import UNSETTLED, Delivery, DeliveryState
from bot.store import inbound
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.verbs.test import PostSamples

MINUTES_BETWEEN = 10
_CODES: Mapping[DeliveryState, str] = {
    "sent": "sample_posted",
    "waiting": "sample_waits",
    **dict.fromkeys(UNSETTLED, "sample_soon"),
}


@answers(PostSamples)
async def post_samples(context: AnswerContext, requester: Requester, _ask: PostSamples) -> Shown:
    """Enqueues the samples like any other message; a channel gets them once in ten minutes."""
    now, asker = context.now(), requester.asker
    async with context.store.begin() as c:
        destination = await destination_for(c, context, requester)
        if not await inbound.mark_handled(c, asker.team, requester.request.id, now):
            raise ClaimLost(f"request {requester.request.id}")
        enqueued = [await enqueue_sample(c, destination, kind, _slot(now), now) for kind in SAMPLES]
    if enqueued[0] is None:
        return _said(requester, "sample_known")

    async def say(outcome: Delivery | None) -> Shown:
        code = _CODES.get(outcome.state, "not_posted") if outcome is not None else "sample_soon"
        return _said(requester, code)

    return await answer_with_outcome(context, enqueued[0], say)


def _said(requester: Requester, code: str) -> Shown:
    return replace(requester.shown(NoticeCard((Note(code),))), changed=True)


def _slot(now: datetime) -> str:
    """Names a span of ten minutes."""
    return f"{now:%Y-%m-%dT%H:}{now.minute // MINUTES_BETWEEN}"
