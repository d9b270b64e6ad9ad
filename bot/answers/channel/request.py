"""Answers ``request``: posts a person's wish with a button that an admin can press."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from bot.answers.context import AnswerContext, Requester, destination_for
from bot.answers.permission import shared_refusal
from bot.answers.post_outcome import answer_with_outcome
from bot.answers.registry import answers
from bot.answers.request_done import REQUEST
from bot.deliveries.notices import operators_destination
from bot.errors import ClaimLost
from bot.model import Delivery, Destination
from bot.store import destinations, inbound
from bot.store.deliveries import table as deliveries
from bot.store.deliveries.admin_requests import request_key
from bot.store.engine import Connection
from handlers.cards.answers import ErrorCard, NoticeCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.requests import Ask, Unclear
from handlers.verbs.grammar import is_korean
from handlers.verbs.parse import parse
from handlers.verbs.request import AskAdmins


@answers(AskAdmins)
async def ask_admins(context: AnswerContext, requester: Requester, ask: AskAdmins) -> Shown:
    """Posts the line once a day: to the operators, or in this channel where that is who decides, or nobody else is set.

    The button carries the line as a person types it, so whoever presses it is checked as if it had been typed.
    """
    wanted, _ = parse(ask.line, requester.asker)
    if isinstance(wanted, Unclear) or not (wanted.admins_only or wanted.configures):
        verb = requester.request.line[: ask.position].strip()
        example = f"{verb} {'목록 전체' if is_korean(verb) else 'list all'}"
        note = Note("request_wrong")
        return requester.shown(
            ErrorCard(requester.request.line, ask.position, len(ask.line), note, example, example=True)
        )
    if (of_all := shared_refusal(context, wanted, requester.asker.team)) is not None:
        return requester.error(of_all)
    now, asker = context.now(), requester.asker
    direct = await context.open_direct(asker.team, asker.user)
    async with context.store.begin() as c:
        destination = await _where(c, context, requester, wanted)
        if destination is None:
            return requester.error("request_nobody", {"line": ask.line})
        if not await inbound.mark_handled(c, asker.team, requester.request.id, now):
            raise ClaimLost(f"request {requester.request.id}")
        own = await destination_for(c, context, requester, direct, personal=True) if direct else None
        delivery_id = await deliveries.enqueue(
            c, _key(asker.team, destination, asker.user, ask.line, now),
            team=asker.team, destination=destination.id, kind="notice", now=now,
            payload={"code": REQUEST, "args": {}, "user": asker.user, "line": ask.line, "direct": own and own.id},
        )  # fmt: skip
    if delivery_id is None:
        return replace(requester.shown(NoticeCard((Note("request_known"),))), changed=True)

    async def say(outcome: Delivery | None) -> Shown:
        is_posted = outcome is not None and outcome.state == "sent"
        said = Note("request_posted" if is_posted else "request_saved")
        return replace(requester.shown(NoticeCard((said,))), changed=True)

    return await answer_with_outcome(context, delivery_id, say)


async def _where(c: Connection, context: AnswerContext, requester: Requester, wanted: Ask) -> Destination | None:
    """Returns where admins see it: what a channel decides is asked there; None where nobody would see it."""
    if wanted.admins_only and context.operators is not None and context.operators.is_in(requester.asker.team):
        return await operators_destination(c, context.operators, requester.asker.team)
    if requester.asker.direct:
        return None
    return requester.destination or await destinations.get_or_add(
        c, requester.asker.team, requester.asker.channel, language=context.language, timezone=context.timezone
    )


def _key(team: str, destination: Destination, user: str, line: str, now: datetime) -> str:
    digest = blake2b(f"{user} {line}".encode("utf-8", "replace"), digest_size=12).hexdigest()
    return request_key(team, f"{destination.id}:{digest}:{now.date().isoformat()}")
