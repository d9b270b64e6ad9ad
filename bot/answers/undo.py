"""Answers ``undo``: takes a change of this channel, or of the person's own direct message, back."""

from __future__ import annotations

from datetime import datetime

from bot.answers.confirm_change import confirm_change, record_change
from bot.answers.context import AnswerContext, Requester
from bot.answers.permission import require_permission
from bot.answers.registry import answers, is_of_workspace, restore_functions, restores
from bot.deliveries.changes import first_change
from bot.model import Destination
from bot.store import changes, destinations
from bot.store.changes import UNDONE, Change
from bot.store.engine import Connection
from handlers.cards.shown import Shown
from handlers.verbs.undo import Undo


@answers(Undo)
async def undo(context: AnswerContext, requester: Requester, ask: Undo) -> Shown:
    """Takes a change of this channel back, or with its number one of the person's own direct message.

    The undoing is itself a change, which can be undone.
    """
    channel, number = requester.destination, {"change": str(ask.change_id)}
    named = str(ask.change_id or "")
    now, person = context.now(), requester.asker.user
    async with context.store.begin() as c:
        if ask.change_id is None:
            change = await _last_change(c, channel, person, now)
        else:
            change = await changes.get(c, requester.asker.team, ask.change_id)
        channel = await _own_direct(c, requester, change) or channel
        is_here = change is not None and channel is not None and change.destination == channel.id
        first = await first_change(c, change) if change is not None and is_here else None
        of_workspace = first is not None and is_of_workspace(first.what)
        if not of_workspace:
            require_permission(channel, requester.asker, may_ask=True)
        if change is None or channel is None or first is None:
            return requester.error("no_such_change" if ask.change_id else "nothing_to_undo", number, about=named)
        if not await changes.undo(c, change.team, change.id, now):
            return requester.error("undone_already", number, about=named)
        await _restore(c, change, False, person, now)
        destination = await destinations.get(c, channel.id)
        assert destination is not None
        recorded = await record_change(
            c, context, requester, destination, "undone", {}, _undone(change, first), of_workspace=of_workspace
        )
    return await confirm_change(context, requester, recorded)


async def _own_direct(c: Connection, requester: Requester, change: Change | None) -> Destination | None:
    """Returns the person's direct message where the change was made there."""
    made_in = await destinations.get(c, change.destination) if change is not None and change.destination else None
    return made_in if made_in is not None and made_in.person == requester.asker.user else None


async def _last_change(c: Connection, channel: Destination | None, person: str, now: datetime) -> Change | None:
    """Returns the person's last change of the channel that can be undone, or else anybody's."""
    if channel is None:
        return None
    own = await changes.last_undoable(c, channel.id, now, who=person)
    return own or await changes.last_undoable(c, channel.id, now)


def _undone(change: Change, first: Change) -> dict[str, object]:
    """Returns what the post says of the change that was taken back, and the kind of what was changed first."""
    if change.what == UNDONE:
        return {"undone": change.id, "first_what": first.what}
    named = {key: value for key, value in change.after.items() if isinstance(value, str | int) and key != "until_at"}
    return {**named, "undone": change.id, "undone_what": change.what}


async def _restore(c: Connection, change: Change, made: bool, person: str, now: datetime) -> None:
    await restore_functions()[change.what](c, change, made, person, now)


@restores("undone")
async def restore_undone(c: Connection, change: Change, made: bool, person: str, now: datetime) -> None:
    """Takes the original change back again, or makes it again; then it can be undone once more."""
    original = await changes.get(c, change.team, int(str(change.after["undone"])))
    assert original is not None
    if original.what != UNDONE:
        await changes.set_undone(c, original.id, now if made else None)
    await _restore(c, original, not made, person, now)
