"""Answers with what became of a post: at once what is known in a moment, and later how it ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.answers.context import AnswerContext
from bot.model import UNSETTLED, Delivery
from handlers.cards.shown import Shown

SayOutcome = Callable[[Delivery | None], Awaitable[Shown]]
"""Makes the answer from the delivery as it is by then."""


async def answer_with_outcome(context: AnswerContext, delivery_id: int, say: SayOutcome) -> Shown:
    """Returns the answer by a delivery's outcome; one that takes longer has ``later``, the answer that replaces it."""
    outcome = await context.wait_for_delivery(delivery_id)
    shown = await say(outcome)
    if outcome is None or outcome.state not in UNSETTLED:
        return shown

    async def later() -> Shown | None:
        settled = await context.follow_delivery(delivery_id)
        return None if settled is None or settled.state in UNSETTLED else await say(settled)

    return replace(shown, later=later)
