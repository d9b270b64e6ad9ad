"""Settles claimed deliveries under the claim's epoch; a settlement under an old epoch raises ClaimLost.

Every settlement but a renewal ends the claim. Where the message is never posted, its matches become untold again, so
that the next digest includes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import ClaimLost
from bot.model import DeliveryState
from bot.store import matches
from bot.store.deliveries.story_cards import LINKED
from bot.store.schema import deliveries, delivery_subscriptions, subscriptions

_row = deliveries.c
_NO_LEASE: dict[str, object] = {"worker": None, "lease_until_at": None}
_CLAIMED: tuple[DeliveryState, ...] = ("sending", "unknown")


async def _settle(
    c: AsyncConnection, delivery: int, epoch: int, states: Sequence[DeliveryState], **values: object
) -> None:
    """Settle a claim that stands: one that has ended has no worker.

    A settlement whose commit counted although it failed is tried again under the same epoch; it must not be made twice.
    """
    fenced = update(deliveries).where(_row.id == delivery, _row.epoch == epoch, _row.state.in_(states))
    if (await c.execute(fenced.where(_row.worker.is_not(None)).values(**values))).rowcount != 1:
        raise ClaimLost(f"delivery {delivery}, epoch {epoch}")


# ── during a claim ─────────────────────────────────────────────────────────────────────────────────────────


async def renew(c: AsyncConnection, delivery: int, epoch: int, now: datetime, lease_seconds: float) -> None:
    """Renew a claim's lease."""
    until_at = now + timedelta(seconds=lease_seconds)
    await _settle(c, delivery, epoch, ("sending", "unknown", "sent"), lease_until_at=until_at)


async def begin_call(c: AsyncConnection, delivery: int, epoch: int, now: datetime, lease_seconds: float) -> None:
    """Renew a claim whose call begins late: the quarantine counts from now."""
    until_at = now + timedelta(seconds=lease_seconds)
    await _settle(c, delivery, epoch, ("sending",), lease_until_at=until_at, last_try_at=now)


async def begin_edit(
    c: AsyncConnection, delivery: int, epoch: int, now: datetime, lease_seconds: float, unconfirmed_seconds: float
) -> None:
    """Let no other edit begin before this one's outcome is known, so that a late one cannot overwrite a newer one."""
    until_at = now + timedelta(seconds=lease_seconds)
    not_before = now + timedelta(seconds=unconfirmed_seconds)
    await _settle(c, delivery, epoch, ("sent",), lease_until_at=until_at, not_before=not_before)


# ── the end of a post ──────────────────────────────────────────────────────────────────────────────────────


async def settle_sent(c: AsyncConnection, delivery: int, epoch: int, ts: str, now: datetime) -> None:
    """The message stands in Slack under ``ts``: as Slack answered, or as a read found it."""
    values = {"ts": ts, "sent_at": now, "shown_revision": _row.trying_revision, "not_before": now, "error": None}
    await _settle(c, delivery, epoch, _CLAIMED, state="sent", **values, **_NO_LEASE)
    answered = select(delivery_subscriptions.c.subscription).where(delivery_subscriptions.c.delivery == delivery)
    await c.execute(update(subscriptions).where(subscriptions.c.id.in_(answered)).values(last_post_at=now))


async def settle_unknown(c: AsyncConnection, delivery: int, epoch: int, not_before: datetime, error: str) -> None:
    """The call's outcome is unknown: the history is read when the quarantine is over."""
    await _settle(c, delivery, epoch, _CLAIMED, state="unknown", not_before=not_before, error=error, **_NO_LEASE)


async def settle_due(
    c: AsyncConnection,
    delivery: int,
    epoch: int,
    not_before: datetime,
    error: str | None = None,
    *,
    charge: bool = True,
    plain: bool = False,
    repeat: bool = False,
) -> None:
    """The message was not posted, or (``repeat``) the history may not be read: send it again.

    Without ``charge`` the try does not count as an attempt.
    """
    values: dict[str, object] = {"state": "due", "not_before": not_before, "error": error, **_NO_LEASE}
    if not charge:
        values["attempts"] = _row.attempts - 1
    if plain:
        values["plain"] = True
    if repeat:
        values["repeat"] = True
    await _settle(c, delivery, epoch, _CLAIMED, **values)


async def settle_waiting(c: AsyncConnection, delivery: int, epoch: int, error: str) -> None:
    """The message was not posted because its destination is away: it waits for the return."""
    values = {"state": "waiting", "attempts": _row.attempts - 1, "error": error}
    await _settle(c, delivery, epoch, ("sending",), **values, **_NO_LEASE)


async def settle_held(c: AsyncConnection, delivery: int, epoch: int, until_at: datetime) -> None:
    """The message was not posted: a mute or quiet hours hold it until then."""
    values = {"state": "held", "not_before": until_at, "attempts": _row.attempts - 1}
    await _settle(c, delivery, epoch, ("sending",), **values, **_NO_LEASE)


async def settle_cancelled(c: AsyncConnection, delivery: int, epoch: int, reason: str) -> None:
    """The message is not to be posted; where its parent is gone or a link withholds it, its matches become untold."""
    await _settle(c, delivery, epoch, _CLAIMED, state="cancelled", error=reason, **_NO_LEASE)
    if reason in ("parent_gone", LINKED):
        await matches.mark_untold(c, delivery)


async def settle_dead(c: AsyncConnection, delivery: int, epoch: int, error: str) -> None:
    """The message can never be posted, by our own fault; its matches become untold."""
    await _settle(c, delivery, epoch, _CLAIMED, state="dead", error=error, **_NO_LEASE)
    await matches.mark_untold(c, delivery)


# ── the end of a read or an edit ───────────────────────────────────────────────────────────────────────────


async def note_empty_read(
    c: AsyncConnection, delivery: int, epoch: int, now: datetime, between_seconds: float = 20, reads: int = 2
) -> bool:
    """A read did not find the message: after the last of the reads it is due again (True), else it is read again."""
    query = select(_row.empty_reads).where(_row.id == delivery, _row.epoch == epoch)
    empty_reads = (await c.execute(query)).scalar_one_or_none()
    is_last = empty_reads is not None and empty_reads + 1 >= reads
    not_before = now if is_last else now + timedelta(seconds=between_seconds)
    values = {"state": "due" if is_last else "unknown", "empty_reads": _row.empty_reads + 1, "not_before": not_before}
    await _settle(c, delivery, epoch, ("unknown",), **values, **_NO_LEASE)
    return is_last


async def put_off(
    c: AsyncConnection, delivery: int, epoch: int, not_before: datetime, error: str, payload: Mapping[str, object]
) -> None:
    """A read or an edit failed: make it again, not before then; a read goes on at the place that its payload names."""
    values = {"not_before": not_before, "error": error, "payload": payload}
    await _settle(c, delivery, epoch, ("unknown", "sent"), **values, **_NO_LEASE)


async def settle_edit(c: AsyncConnection, delivery: int, epoch: int, now: datetime) -> None:
    """The message shows the revision that was tried."""
    values = {"shown_revision": _row.trying_revision, "edited_at": now, "not_before": now, "error": None}
    await _settle(c, delivery, epoch, ("sent",), **values, **_NO_LEASE)


async def settle_as_shown(c: AsyncConnection, delivery: int, epoch: int, now: datetime, error: str) -> None:
    """Slack allows no more edits: the message keeps its last revision, and its replies go on."""
    values = {"wanted_revision": _row.shown_revision, "not_before": now, "error": error}
    await _settle(c, delivery, epoch, ("sent",), **values, **_NO_LEASE)


async def settle_gone(c: AsyncConnection, delivery: int, epoch: int) -> None:
    """The message was deleted in Slack: it is never edited or posted again, and nothing follows it."""
    await _settle(c, delivery, epoch, ("sent",), state="cancelled", error="message_gone", **_NO_LEASE)
