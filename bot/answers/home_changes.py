"""Answers the buttons of the home tab that end or mute a subscription of any of the person's channels."""

from __future__ import annotations

from datetime import timedelta

from bot.answers.confirm_change import confirm_change, record_change
from bot.answers.context import AnswerContext, Requester
from bot.answers.edit import find_editable, not_here
from bot.answers.registry import answers
from bot.model import subscription_id
from bot.store import mutes, subscriptions
from handlers.cards.shown import Shown
from handlers.verbs.mute import MUTE_MAX_SECONDS
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
async def mute_subscription(context: AnswerContext, requester: Requester, ask: MuteSubscription) -> Shown:
    """Mutes the subscription: what it matches meanwhile comes with the first digest after the mute's end."""
    editable = await find_editable(context, requester, ask.subscription)
    if editable is None:
        return await not_here(context, requester, ask.subscription)
    destination, now = editable.destination, context.now()
    key, named = str(ask.subscription), subscription_id(ask.subscription)
    after: dict[str, object] = {"kind": "subscription", "mute": key, "target": named}
    async with context.store.begin() as c:
        if not ask.seconds:
            until_at = await mutes.until(c, destination.id, "subscription", key, now)
            if until_at is None or not await mutes.end(c, destination.id, "subscription", key, now):
                return requester.error("not_muted", {"target": named})
            before = {"until_at": until_at.isoformat()}
            recorded = await record_change(c, context, requester, destination, "unmuted", before, after)
        else:
            until_at = now + timedelta(seconds=min(ask.seconds, MUTE_MAX_SECONDS))
            await mutes.add(
                c, team=destination.team, destination=destination.id, kind="subscription", target=key,
                person=requester.asker.user, now=now, until_at=until_at,
            )  # fmt: skip
            after |= {"until_at": until_at.isoformat()}
            recorded = await record_change(c, context, requester, destination, "muted", {}, after)
    return await confirm_change(context, requester, recorded)
