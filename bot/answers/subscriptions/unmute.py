"""Answers ``unmute``."""

from __future__ import annotations

from bot.answers.confirm_change import confirm_change, record_change
from bot.answers.context import AnswerContext, Requester, destination_for
from bot.answers.registry import answers
from bot.answers.subscriptions.mute import find_target, no_such_target
from bot.answers.subscriptions.show_mutes import show_mutes
from bot.answers.subscriptions.subscription_mutes import mute_subscription
from bot.deliveries.shown_mutes import show_mute
from bot.store import mutes
from bot.store.deliveries import table as deliveries
from handlers.cards.shown import Shown
from handlers.verbs.unmute import Unmute


@answers(Unmute)
async def unmute(context: AnswerContext, requester: Requester, ask: Unmute) -> Shown:
    """Ends a mute early; the deliveries that it held are due now.

    A delivery that another mute covers is held again when the outbox claims it.
    """
    if ask.target is None:
        return await show_mutes(context, requester)
    if ask.target.kind == "subscription":
        return await mute_subscription(context, requester, int(ask.target.name[1:]), 0)
    target = await find_target(context, requester.asker.team, ask.target)
    if target is None:
        return no_such_target(context, requester, ask.target)
    now = context.now()
    async with context.store.begin() as c:
        destination = await destination_for(c, context, requester)
        until_at = await mutes.until(c, destination.id, target.kind, target.key, now)
        if until_at is None or not await mutes.end(c, destination.id, target.kind, target.key, now):
            return requester.error("not_muted", {"target": target.name}, about=ask.target.name)
        await deliveries.release_held_of(c, destination.id, now)
        if target.kind == "story":
            await show_mute(c, destination.team, destination.id, int(target.key))
        before = {"until_at": until_at.isoformat()}
        after = {"kind": target.kind, "mute": target.key, "target": target.name}
        recorded = await record_change(c, context, requester, destination, "unmuted", before, after)
    return await confirm_change(context, requester, recorded)
