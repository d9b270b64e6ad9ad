"""Answers ``undo``: takes a change of this channel back."""

from __future__ import annotations

from datetime import datetime

from bot.answers.confirm_change import confirm_change, record_change
from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers, restore_functions, restores
from bot.store import changes, destinations
from bot.store.changes import Change
from bot.store.engine import Connection
from handlers.cards.shown import Shown
from handlers.verbs.undo import Undo


@answers(Undo)
async def undo(context: AnswerContext, requester: Requester, ask: Undo) -> Shown:
    """Takes a change of this channel back. The undoing is itself a change, which can be undone."""
    channel, number = requester.destination, {"n": str(ask.change_id)}
    now, person = context.now(), requester.asker.user
    async with context.store.begin() as c:
        change = await changes.get(c, requester.asker.team, ask.change_id)
        if change is None or channel is None or change.destination != channel.id:
            return requester.error("no_such_change", number)
        if not await changes.undo(c, change.team, change.id, now):
            return requester.error("undone_already", number)
        await _restore(c, change, False, person, now)
        destination = await destinations.get(c, channel.id)
        assert destination is not None
        recorded = await record_change(c, context, requester, destination, "undone", {}, {"undone": change.id})
    return await confirm_change(context, requester, recorded)


async def _restore(c: Connection, change: Change, made: bool, person: str, now: datetime) -> None:
    await restore_functions()[change.what](c, change, made, person, now)


@restores("undone")
async def restore_undone(c: Connection, change: Change, made: bool, person: str, now: datetime) -> None:
    """Takes the original change back again, or makes it again."""
    original = await changes.get(c, change.team, int(str(change.after["undone"])))
    assert original is not None
    await _restore(c, original, not made, person, now)
