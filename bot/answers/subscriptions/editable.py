"""Finds the subscription of a number for whoever may change it, wherever the person asks."""

from __future__ import annotations

from dataclasses import dataclass

from bot.answers.context import AnswerContext, Requester
from bot.answers.permission import is_member, require_permission
from bot.model import Destination, Subscription
from bot.store import destinations, subscriptions


@dataclass(frozen=True, slots=True)
class Editable:
    """A subscription that the person may change, with its channel or direct message."""

    subscription: Subscription
    destination: Destination


async def find_editable(context: AnswerContext, requester: Requester, number: int) -> Editable | None:
    """Finds an active subscription of this conversation, of the person's own, or of a channel that the person is in.

    One of somebody else's is not even said to exist. Raises NotPermitted where its channel does not let the person
    change it: a person's own subscription is no setting of the channel where its number is typed.
    """
    editable = await _find(context, requester, number)
    changed = editable.destination if editable else requester.destination
    is_here = changed is not None and changed.slack_id == requester.asker.channel
    require_permission(changed, requester.asker, may_ask=is_here)
    return editable


async def _find(context: AnswerContext, requester: Requester, number: int) -> Editable | None:
    asker = requester.asker
    async with context.store.read() as c:
        found = await subscriptions.some(c, asker.team, (number,))
        subscription = next((each for each in found if each.state == "active"), None)
        destination = await destinations.get(c, subscription.destination) if subscription else None
    if subscription is None or destination is None:
        return None
    if destination.person is not None:
        return Editable(subscription, destination) if destination.person == asker.user else None
    may = await is_member(context, asker, destination.slack_id)
    return Editable(subscription, destination) if may else None
