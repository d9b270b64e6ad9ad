"""Records a change of a channel, and confirms it: a post in the channel, and the state to the person who made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.answers.context import AnswerContext, Requester
from bot.answers.permission import require_permission
from bot.answers.post_outcome import answer_with_outcome
from bot.answers.request_done import settle_requests
from bot.deliveries import changes as channel_changes
from bot.deliveries.setting_lines import settings_of_change
from bot.model import UNSETTLED, Delivery, DeliveryState, Destination
from bot.store import changes, destinations
from bot.store.changes import UNDONE
from bot.store.engine import Connection
from handlers.cards.shown import Shown
from handlers.cards.subscriptions import ChangeCard
from handlers.cards.texts import Note
from handlers.text.words import has_key


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
    await settle_requests(c, requester.request, destination, context.now())
    return RecordedChange(change_id, delivery_id)


async def confirm_change(
    context: AnswerContext,
    requester: Requester,
    recorded: RecordedChange,
    notes: tuple[Note, ...] = (),
    offers: tuple[tuple[str, str], ...] = (),
) -> Shown:
    """Returns the resulting state with the line that undoes it, and where the change was or will be posted.

    ``offers`` are buttons for what may be done next: each label's code and the line that it runs.
    """
    if requester.moved:
        notes = (Note("moved_to_direct"), *notes)

    async def say(outcome: Delivery | None) -> Shown:
        return await _confirmed(context, requester, recorded, notes, offers, outcome)

    return await answer_with_outcome(context, recorded.delivery_id, say)


async def _confirmed(
    context: AnswerContext,
    requester: Requester,
    recorded: RecordedChange,
    notes: tuple[Note, ...],
    offers: tuple[tuple[str, str], ...],
    outcome: Delivery | None,
) -> Shown:
    async with context.store.read() as c:
        change = await changes.get(c, requester.asker.team, recorded.change_id)
        assert change is not None
        assert change.destination is not None
        destination = await destinations.get(c, change.destination)
        assert destination is not None
        card = await channel_changes.change_card(c, change, destination, context.now(), notes)
        undone = await channel_changes.first_change(c, change) if change.what == UNDONE else None
    is_elsewhere = not card.personal and destination.slack_id != requester.asker.channel
    elsewhere = destination.slack_id if is_elsewhere else None
    waiting = card.waiting or (outcome is not None and outcome.state == "waiting")
    if not waiting:
        state = outcome.state if outcome is not None else "due"
        card = replace(card, notes=_answer_notes(card, requester, elsewhere, state))
    answer = replace(
        card,
        waiting=waiting,
        in_full=True,
        elsewhere=elsewhere,
        offers=offers,
        settings=settings_of_change(destination, undone) if undone is not None else (),
    )
    return replace(requester.shown(answer), changed=True)


def _answer_notes(
    card: ChangeCard, requester: Requester, elsewhere: str | None, state: DeliveryState
) -> tuple[Note, ...]:
    """Returns where the change is posted, what an undoing gave back, and the notes of the change.

    A post that has not come yet is announced: an answer that stood for it would be the same post twice.
    """
    at_home = requester.asker.direct and not requester.moved
    undid = f"undid_{card.undone_what}"
    undone = (Note(undid, card.args),) if has_key(f"note.{undid}") else ()
    return (_said(card, elsewhere, state, at_home=at_home), *undone, *card.notes)


def _said(card: ChangeCard, elsewhere: str | None, state: DeliveryState, *, at_home: bool) -> Note:
    if state != "sent":
        return Note("said_soon" if state in UNSETTLED else "said_not_posted")
    if elsewhere is not None:
        return Note("said_elsewhere", {"channel": elsewhere})
    return Note("said_here" if at_home else "said_in_direct" if card.personal else "said_in_channel")
