"""Records a change of a channel, and confirms it: a post in the channel, and one line to the person who made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.answers.context import AnswerContext, Requester
from bot.deliveries import changes as channel_changes
from bot.model import Destination
from bot.store import changes, destinations
from bot.store.engine import Connection
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """A change that was written down, with the delivery that posts it."""

    change_id: int
    delivery_id: int


async def record_change(
    c: Connection,
    context: AnswerContext,
    requester: Requester,
    destination: Destination,
    what: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> RecordedChange:
    """Writes the change down and enqueues its post, in the transaction that makes the change.

    Raises ``ClaimLost`` when another process has made the change of this request already.
    """
    change_id, delivery_id = await channel_changes.record_change(
        c, destination, requester.asker.user, what, before, after, context.now(), request_id=requester.request.id
    )
    return RecordedChange(change_id, delivery_id)


async def confirm_change(
    context: AnswerContext, requester: Requester, recorded: RecordedChange, notes: tuple[Note, ...] = ()
) -> Shown:
    """Returns one line when the change was posted, else the whole state and how to invite the bot."""
    if requester.moved:
        notes = (Note("moved_to_direct"), *notes)
    outcome = await context.wait_for_delivery(recorded.delivery_id)
    async with context.store.read() as c:
        change = await changes.get(c, requester.asker.team, recorded.change_id)
        assert change is not None
        assert change.destination is not None
        destination = await destinations.get(c, change.destination)
        assert destination is not None
        card = await channel_changes.change_card(c, change, destination, context.now(), notes)
    if outcome is not None and outcome.state == "sent":
        code = "said_in_direct" if destination.person is not None else "said_in_channel"
        return replace(requester.shown(NoticeCard((Note(code), *notes), zone=requester.zone)), changed=True)
    waiting = card.waiting or (outcome is not None and outcome.state == "waiting")
    return replace(requester.shown(replace(card, waiting=waiting)), changed=True)
