"""Writes down a change that concerns every channel, such as an added outlet or spelling, and notifies the operators."""

from __future__ import annotations

from collections.abc import Mapping

from bot.answers.context import AnswerContext, Requester
from bot.answers.request_done import settle_requests
from bot.deliveries.notices import operators_destination
from bot.errors import ClaimLost
from bot.store import changes, inbound
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection


async def record_for_all(
    c: Connection, context: AnswerContext, requester: Requester, what: str, args: Mapping[str, str]
) -> None:
    """Writes the change into the audit trail and tells the operators; raises ClaimLost where that was done before."""
    now, asker = context.now(), requester.asker
    if not await inbound.mark_handled(c, asker.team, requester.request.id, now):
        raise ClaimLost(f"request {requester.request.id}")
    await settle_requests(c, requester.request, None, now)
    number = await changes.add(
        c, team=asker.team, destination=None, who=asker.user, what=what, before={}, after=args, made_at=now
    )
    if context.operators is not None and context.operators.is_in(asker.team):
        destination = await operators_destination(c, context.operators, asker.team)
        payload = {"code": what, "args": dict(args), "user": asker.user}
        await deliveries.enqueue(
            c, f"notice:{asker.team}:{what}:{number}",
            team=asker.team, destination=destination.id, kind="notice", now=now, payload=payload,
        )  # fmt: skip
