"""Answers ``quiet``: shows, sets or ends the channel's quiet hours."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.answers.confirm_change import confirm_change, record_change
from bot.answers.context import AnswerContext, Requester, destination_for
from bot.answers.registry import answers, restores
from bot.deliveries.change_quiet_hours import change_quiet_hours
from bot.store import destinations
from bot.store.changes import Change
from bot.store.engine import Connection
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.verbs.quiet import EXAMPLE_HOURS, Quiet


@answers(Quiet)
async def set_quiet_hours(context: AnswerContext, requester: Requester, ask: Quiet) -> Shown:
    """Sets the hours in which nothing but major news is posted here, ends them, or says what they are."""
    if ask.is_shown:
        return _show(requester)
    async with context.store.begin() as c:
        destination = await destination_for(c, context, requester)
        before = {"start": destination.quiet_from, "end": destination.quiet_to}
        destination = await change_quiet_hours(c, destination, ask.start, ask.end, context.now())
        after = {"start": ask.start, "end": ask.end, "zone": destination.timezone} if ask.start else {}
        what = "quiet_on" if ask.start else "quiet_off"
        recorded = await record_change(c, context, requester, destination, what, before, after)
    return await confirm_change(context, requester, recorded)


def _show(requester: Requester) -> Shown:
    channel = requester.destination
    hours = (channel.quiet_from, channel.quiet_to) if channel else (None, None)
    to_set = Note("quiet_set", {"line": f"quiet {EXAMPLE_HOURS}"})
    if channel is None or None in hours:
        return requester.shown(NoticeCard((Note("quiet_none"), to_set), zone=requester.zone))
    now = Note("quiet_now", {"start": str(hours[0]), "end": str(hours[1]), "zone": channel.timezone})
    return requester.shown(NoticeCard((now, to_set, Note("quiet_end", {"line": "quiet off"})), zone=requester.zone))


@restores("quiet_on", "quiet_off")
async def restore_quiet_hours(c: Connection, change: Change, made: bool, _person: str, now: datetime) -> None:
    """Sets the quiet hours as the change set them, or as they were before it."""
    assert change.destination is not None
    hours: Any = change.after if made else change.before
    destination = await destinations.get(c, change.destination)
    assert destination is not None
    await change_quiet_hours(c, destination, hours.get("start"), hours.get("end"), now)
