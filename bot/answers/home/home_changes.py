"""Answers the buttons of the home tab that end or mute a subscription of any of the person's channels."""

from __future__ import annotations

from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from bot.answers.subscriptions.subscription_mutes import mute_subscription
from bot.answers.subscriptions.unsubscribe import end_by_number
from handlers.cards.shown import Shown
from handlers.views.asks import EndSubscription, MuteSubscription


@answers(EndSubscription)
async def end_by_button(context: AnswerContext, requester: Requester, ask: EndSubscription) -> Shown:
    """Ends the subscription and posts that in its channel."""
    return await end_by_number(context, requester, ask.subscription)


@answers(MuteSubscription)
async def mute_by_button(context: AnswerContext, requester: Requester, ask: MuteSubscription) -> Shown:
    """Mutes the subscription, or ends its mute."""
    return await mute_subscription(context, requester, ask.subscription, ask.seconds)
