"""Records a change of a channel, and confirms it: a post in the channel, and one line to the person who made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.answers.context import AnswerContext, Requester
from bot.answers.permission import require_permission
from bot.answers.request_done import notify_who_asked
from bot.deliveries import changes as channel_changes
from bot.model import Destination
from bot.store import changes, destinations
from bot.store.engine import Connection
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.cards.subscriptions import ChangeCard
from handlers.cards.texts import Note
from handlers.text.words import has_key

_LINES_SHOWN = 10
"""Subscriptions in the answer to a change of them; ``list`` shows all."""


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
    *,
    of_workspace: bool = False,
) -> RecordedChange:
    """Writes the change down and enqueues its post, in the transaction that makes the change.

    Raises ``ClaimLost`` when another process has made the change of this request already, and ``NotPermitted`` where
    the channel does not let this person change its settings. A change ``of_workspace`` is no setting of the channel.
    """
    if not of_workspace:
        require_permission(destination, requester.asker)
    change_id, delivery_id = await channel_changes.record_change(
        c, destination, requester.asker.user, what, before, after, context.now(), request_id=requester.request.id
    )
    await notify_who_asked(c, requester.request, context.now())
    return RecordedChange(change_id, delivery_id)


async def confirm_change(
    context: AnswerContext,
    requester: Requester,
    recorded: RecordedChange,
    notes: tuple[Note, ...] = (),
    offers: tuple[tuple[str, str], ...] = (),
) -> Shown:
    """Returns the resulting state: in short when the change was posted, else with how to invite the bot.

    ``offers`` are buttons for what may be done next: each label's code and the line that it runs.
    """
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
        elsewhere = None if card.personal or destination.slack_id == requester.asker.channel else destination.slack_id
        answer = replace(_short_answer(card, requester, notes, elsewhere), offers=offers)
        return replace(requester.shown(answer), changed=True)
    waiting = card.waiting or (outcome is not None and outcome.state == "waiting")
    return replace(requester.shown(replace(card, waiting=waiting, in_full=True)), changed=True)


def _short_answer(card: ChangeCard, requester: Requester, notes: tuple[Note, ...], elsewhere: str | None) -> NoticeCard:
    """Says that the change was posted, and after a change of subscriptions lists what there is now.

    ``elsewhere`` is the channel of the change where that is not the one of the question.
    """
    if elsewhere is not None:
        return NoticeCard((Note("said_elsewhere", {"channel": elsewhere}), *notes), zone=requester.zone)
    at_home = requester.asker.direct and not requester.moved
    said = Note("said_here" if at_home else "said_in_direct" if card.personal else "said_in_channel")
    if has_key(f"note.undid_{card.undone_what}"):
        notes = (Note(f"undid_{card.undone_what}", card.args), *notes)
    lines = card.lines if card.is_of_subscriptions else ()
    if len(lines) < 2:
        return NoticeCard((said, *notes), zone=requester.zone)
    heading = Note("change.state_personal" if card.personal else "change.state")
    left_out = max(0, len(lines) - _LINES_SHOWN)
    return NoticeCard(
        (said, *notes), lines[:_LINES_SHOWN], zone=requester.zone, lines_left_out=left_out, heading=heading
    )
