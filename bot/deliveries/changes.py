"""A change of a channel's settings: made in one transaction with its audit row and the post that says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.deliveries.cards_from_rows import subscription_lines
from bot.deliveries.digest import next_digest_at
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
    place: Destination,
    who: str | None,
    what: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
    now: datetime,
    *,
    undo: bool = True,
    heard: str | None = None,
) -> tuple[int, int]:
    """Writes a change down and owes the post that says it in the channel; returns both numbers.

    ``heard`` is the id of the request that wants it: done with in the same transaction, so that no restart makes the
    change again, and ClaimLost (and the transaction undone) where another process has done it. The post is the
    permission test: a channel that was away is tried again, whoever may have missed its invitation.
    """
    if heard is not None and not await inbound.handled(c, place.team, heard, now):
        raise ClaimLost(f"request {heard}")
    number = await changes.add(
        c,
        team=place.team,
        destination=place.id,
        who=who,
        what=what,
        before=before,
        after=after,
        made_at=now,
        undo_until_at=now + UNDO_FOR if undo else None,
    )
    if place.state != "active":
        await resume_destination(c, place, f"change{number}", now)
    return number, await _enqueue_post(c, place, number, now)


async def _enqueue_post(c: Connection, place: Destination, number: int, now: datetime) -> int:
    delivery = await deliveries.enqueue(
        c,
        f"change:{number}",
        team=place.team,
        destination=place.id,
        kind="change",
        now=now,
        payload={"change": number},
    )
    assert delivery is not None
    return delivery


async def change_card(
    c: Connection, change: Change, place: Destination, now: datetime, notes: Sequence[Note] = ()
) -> ChangeCard:
    """A change as a card: what it is, and the whole state of the channel as it is now."""
    asked = await subscriptions.of_destination(c, place.id)
    until = change.after.get("until_at")
    return ChangeCard(
        change=change.id,
        what=change.what,
        args=_args(change),
        user=change.who,
        lines=await subscription_lines(c, asked, {place.id: place}, now),
        undo=f"undo {change.id}" if change.undo_until_at and change.undone_at is None else None,
        zone=place.timezone,
        next_digest_at=next_digest_at(place, asked, now),
        until_at=datetime.fromisoformat(str(until)) if until else None,
        notes=tuple(notes),
        waiting=place.state != "active",
        quiet=quiet_hours_of(place),
    )


def quiet_hours_of(place: Destination) -> tuple[str, str] | None:
    """A channel's quiet hours, for cards."""
    return (place.quiet_from, place.quiet_to) if place.quiet_from and place.quiet_to else None


def _args(change: Change) -> dict[str, str]:
    args = {key: str(value) for key, value in change.after.items() if isinstance(value, str | int)}
    if isinstance(number := change.after.get("subscription"), int):
        args["id"] = subscription_id(number)
    return args
