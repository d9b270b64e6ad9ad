"""Records a change of a channel's settings: its audit row and the post that announces it, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.deliveries.cards_from_rows import subscription_lines
from bot.deliveries.due_digests import next_digest_at, next_own_digest_at
from bot.deliveries.resume import resume_destination
from bot.errors import ClaimLost
from bot.model import Destination, subscription_id
from bot.store import changes, inbound, subscriptions
from bot.store.changes import Change
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from handlers.cards.subscriptions import ChangeCard
from handlers.cards.texts import Note

UNDO_FOR = timedelta(days=7)


async def record_change(
    c: Connection,
    destination: Destination,
    user: str | None,
    what: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
    now: datetime,
    *,
    undo: bool = True,
    request_id: str | None = None,
) -> tuple[int, int]:
    """Stores a change and enqueues the post that announces it in the channel; returns the ids of both.

    ``request_id`` names the request that asked for the change. It is marked as handled in the same transaction, so
    that no restart makes the change again; raises ClaimLost, and the transaction is undone, where another process has
    handled it. The post is the permission test: a channel that was away becomes active and is tried again.
    """
    if request_id is not None and not await inbound.mark_handled(c, destination.team, request_id, now):
        raise ClaimLost(f"request {request_id}")
    change_id = await changes.add(
        c,
        team=destination.team,
        destination=destination.id,
        who=user,
        what=what,
        before=before,
        after=after,
        made_at=now,
        undo_until_at=now + UNDO_FOR if undo else None,
    )
    if destination.state != "active":
        await resume_destination(c, destination, f"change{change_id}", now)
    return change_id, await _enqueue_post(c, destination, change_id, now)


async def _enqueue_post(c: Connection, destination: Destination, change_id: int, now: datetime) -> int:
    delivery_id = await deliveries.enqueue(
        c,
        f"change:{change_id}",
        team=destination.team,
        destination=destination.id,
        kind="change",
        now=now,
        payload={"change": change_id},
    )
    assert delivery_id is not None
    return delivery_id


async def change_card(
    c: Connection, change: Change, destination: Destination, now: datetime, notes: Sequence[Note] = ()
) -> ChangeCard:
    """A change as a card, with the channel's present subscriptions."""
    subscribed = await subscriptions.of_destination(c, destination.id)
    until = change.after.get("until_at")
    own_at = next_own_digest_at(destination, now) if change.what.startswith("digest") else None
    digest_at = own_at or next_digest_at(destination, subscribed, now)
    return ChangeCard(
        change=change.id,
        what=change.what,
        args=sentence_args(change),
        user=change.who,
        lines=await subscription_lines(c, subscribed, {destination.id: destination}, now),
        undo=f"undo {change.id}" if change.undo_until_at and change.undone_at is None else None,
        zone=destination.timezone,
        next_digest_at=digest_at,
        until_at=datetime.fromisoformat(str(until)) if until else None,
        notes=tuple(notes),
        waiting=destination.state != "active",
        quiet=quiet_hours_of(destination),
        personal=destination.person is not None,
    )


async def first_change(c: Connection, change: Change) -> Change:
    """Returns what was changed first, behind any number of undoings."""
    while change.what == changes.UNDONE:
        original = await changes.get(c, change.team, int(str(change.after["undone"])))
        assert original is not None
        change = original
    return change


def quiet_hours_of(destination: Destination) -> tuple[str, str] | None:
    """A channel's quiet hours as cards show them: start and end, or None."""
    if destination.quiet_from and destination.quiet_to:
        return destination.quiet_from, destination.quiet_to
    return None


def sentence_args(change: Change) -> dict[str, str]:
    args = {key: str(value) for key, value in change.after.items() if isinstance(value, str | int)}
    if isinstance(number := change.after.get("subscription"), int):
        args["id"] = subscription_id(number)
    return args
