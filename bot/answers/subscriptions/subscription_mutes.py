"""Mutes a subscription of any of the person's channels, or ends its mute: for ``mute``, ``unmute`` and the home tab."""

from __future__ import annotations

from datetime import timedelta

from bot.answers.confirm_change import confirm_change, record_change
from bot.answers.context import AnswerContext, Requester
from bot.answers.subscriptions.edit import not_here
from bot.answers.subscriptions.editable import find_editable
from bot.model import subscription_id
from bot.store import mutes
from handlers.cards.shown import Shown
from handlers.verbs.mute import MUTE_MAX_SECONDS


async def mute_subscription(context: AnswerContext, requester: Requester, number: int, seconds: int) -> Shown:
    """Mutes a subscription for so long, or ends its mute with 0 seconds.

    What it matches meanwhile comes with the first digest after the mute's end.
    """
    editable = await find_editable(context, requester, number)
    if editable is None:
        return await not_here(context, requester, number)
    destination, now = editable.destination, context.now()
    key, named = str(number), subscription_id(number)
    after: dict[str, object] = {"kind": "subscription", "mute": key, "target": named}
    async with context.store.begin() as c:
        if not seconds:
            until_at = await mutes.until(c, destination.id, "subscription", key, now)
            if until_at is None or not await mutes.end(c, destination.id, "subscription", key, now):
                return requester.error("not_muted", {"target": named}, about=named)
            before = {"until_at": until_at.isoformat()}
            recorded = await record_change(c, context, requester, destination, "unmuted", before, after)
        else:
            until_at = now + timedelta(seconds=min(seconds, MUTE_MAX_SECONDS))
            await mutes.add(
                c, team=destination.team, destination=destination.id, kind="subscription", target=key,
                person=requester.asker.user, now=now, until_at=until_at,
            )  # fmt: skip
            after |= {"until_at": until_at.isoformat()}
            recorded = await record_change(c, context, requester, destination, "muted", {}, after)
    return await confirm_change(context, requester, recorded)
