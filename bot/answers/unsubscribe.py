"""Answers ``unsubscribe``: ends one subscription of this channel, or all of them after asking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.answers.confirm_change import confirm_change, record_change
from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from bot.model import Destination, Subscription, subscription_id
from bot.store import subscriptions
from handlers.cards.answers import ConfirmCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.verbs.unsubscribe import Unsubscribe


@answers(Unsubscribe)
async def unsubscribe(context: AnswerContext, requester: Requester, ask: Unsubscribe) -> Shown:
    """Ends the subscription with this number, or all."""
    channel = requester.destination
    async with context.store.read() as c:
        subscribed = await subscriptions.of_destination(c, channel.id) if channel else ()
    if channel is None or not subscribed:
        return requester.error("no_subscriptions", {"id": subscription_id(ask.subscription_id or 0), "known": ""})
    if ask.everything:
        if not ask.sure:
            note = Note("unsubscribe_all_sure", {"n": str(len(subscribed))})
            return requester.shown(ConfirmCard(note, "unsubscribe all sure"))
        return await _end(context, requester, channel, subscribed, "unsubscribed_all", {"count": len(subscribed)})
    ended = next((subscription for subscription in subscribed if subscription.id == ask.subscription_id), None)
    if ended is None:
        known = ", ".join(subscription_id(subscription.id) for subscription in subscribed)
        wanted = subscription_id(ask.subscription_id or 0)
        return requester.error("subscription_not_here", {"id": wanted, "known": known})
    after = {"subscription": ended.id, "query": ended.query}
    return await _end(context, requester, channel, (ended,), "unsubscribed", after)


async def _end(
    context: AnswerContext,
    requester: Requester,
    channel: Destination,
    ended: Sequence[Subscription],
    what: str,
    after: Mapping[str, object],
) -> Shown:
    async with context.store.begin() as c:
        for subscription in ended:
            await subscriptions.end(c, subscription.team, subscription.id, context.now())
        before = {"subscriptions": [subscription.id for subscription in ended]}
        recorded = await record_change(c, context, requester, channel, what, before, after)
    return await confirm_change(context, requester, recorded)
