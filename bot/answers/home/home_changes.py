"""Answers the buttons of the home tab that end or mute a subscription of any of the person's channels."""

from __future__ import annotations

from bot.answers.confirm_change import confirm_change, record_change
from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from bot.answers.subscriptions.edit import not_here
from bot.answers.subscriptions.editable import find_editable
from bot.answers.subscriptions.subscription_mutes import mute_subscription
from bot.model import subscription_id
from bot.store import subscriptions
from handlers.cards.shown import Shown
from handlers.views.asks import EndSubscription, MuteSubscription


@answers(EndSubscription)
async def end_subscription(context: AnswerContext, requester: Requester, ask: EndSubscription) -> Shown:
    """Ends the subscription and posts that in its channel."""
    editable = await find_editable(context, requester, ask.subscription)
    if editable is None:
        return await not_here(context, requester, ask.subscription)
    ended, destination = editable.subscription, editable.destination
    async with context.store.begin() as c:
        if not await subscriptions.end(c, ended.team, ended.id, context.now()):
            return requester.error("subscription_not_here", {"id": subscription_id(ended.id), "known": ""})
        before, after = {"subscriptions": [ended.id]}, {"subscription": ended.id, "query": ended.query}
        recorded = await record_change(c, context, requester, destination, "unsubscribed", before, after)
    return await confirm_change(context, requester, recorded)


@answers(MuteSubscription)
async def mute_by_button(context: AnswerContext, requester: Requester, ask: MuteSubscription) -> Shown:
    """Mutes the subscription, or ends its mute."""
    return await mute_subscription(context, requester, ask.subscription, ask.seconds)
