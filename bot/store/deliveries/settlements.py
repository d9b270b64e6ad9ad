"""How a claimed delivery is settled, under the claim's epoch: a settlement of an old epoch raises ClaimLost.

Every settlement but a renewal ends the claim; what a delivery was to tell is untold again where nobody will read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import ClaimLost
from bot.model import DeliveryState
from bot.store import matches
from bot.store.schema import deliveries, delivery_subscriptions, subscriptions

_d = deliveries.c
_FREE: dict[str, object] = {"worker": None, "lease_until_at": None}
_CLAIMED: tuple[DeliveryState, ...] = ("sending", "unknown")


async def _settle(
    c: AsyncConnection, delivery: int, epoch: int, states: Sequence[DeliveryState], **values: object
) -> None:
    fenced = update(deliveries).where(_d.id == delivery, _d.epoch == epoch, _d.state.in_(states))
    if (await c.execute(fenced.values(**values))).rowcount != 1:
        raise ClaimLost(f"delivery {delivery}, epoch {epoch}")


async def renew(c: AsyncConnection, delivery: int, epoch: int, now: datetime, lease_seconds: float) -> None:
    """Keep a claim; ClaimLost when it is somebody else's by now."""
    until = now + timedelta(seconds=lease_seconds)
    await _settle(c, delivery, epoch, ("sending", "unknown", "sent"), lease_until_at=until)


async def begin_call(c: AsyncConnection, delivery: int, epoch: int, now: datetime, lease_seconds: float) -> None:
    """Renew a claim that is about to be used later than it was made: the quarantine counts from here."""
    until = now + timedelta(seconds=lease_seconds)
    await _settle(c, delivery, epoch, ("sending",), lease_until_at=until, last_try_at=now)


async def settle_sent(c: AsyncConnection, delivery: int, epoch: int, ts: str, now: datetime) -> None:
    """It stands in Slack under ``ts``: as Slack answered, or as it was found there."""
    values = {"ts": ts, "sent_at": now, "shown_revision": _d.trying_revision, "not_before": now, "error": None}
    await _settle(c, delivery, epoch, _CLAIMED, state="sent", **values, **_FREE)
    asked = select(delivery_subscriptions.c.subscription).where(delivery_subscriptions.c.delivery == delivery)
    await c.execute(update(subscriptions).where(subscriptions.c.id.in_(asked)).values(last_post_at=now))


async def settle_unknown(c: AsyncConnection, delivery: int, epoch: int, not_before: datetime, error: str) -> None:
    """Nobody can say: Slack is asked when the quarantine is over."""
    await _settle(c, delivery, epoch, _CLAIMED, state="unknown", not_before=not_before, error=error, **_FREE)


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
    """It was not posted for certain, or (``repeat``) nobody may look: send it again."""
    values: dict[str, object] = {"state": "due", "not_before": not_before, "error": error, **_FREE}
    if not charge:
        values["attempts"] = _d.attempts - 1
    if plain:
        values["plain"] = True
    if repeat:
        values["repeat"] = True
    await _settle(c, delivery, epoch, _CLAIMED, **values)


async def settle_waiting(c: AsyncConnection, delivery: int, epoch: int, error: str) -> None:
    """Not posted, the destination is away: kept until it is back."""
    values = {"state": "waiting", "attempts": _d.attempts - 1, "error": error}
    await _settle(c, delivery, epoch, ("sending",), **values, **_FREE)


async def settle_held(c: AsyncConnection, delivery: int, epoch: int, until_at: datetime) -> None:
    """Not posted, kept back until then."""
    values = {"state": "held", "not_before": until_at, "attempts": _d.attempts - 1}
    await _settle(c, delivery, epoch, ("sending",), **values, **_FREE)


async def settle_cancelled(c: AsyncConnection, delivery: int, epoch: int, reason: str) -> None:
    """Not posted, not owed any more; what it was to tell is untold again, so that the next digest has it."""
    await _settle(c, delivery, epoch, _CLAIMED, state="cancelled", error=reason, **_FREE)
    if reason == "parent_gone":
        await matches.mark_untold(c, delivery)


async def settle_dead(c: AsyncConnection, delivery: int, epoch: int, error: str) -> None:
    """Our fault: somebody is alarmed. What it was to tell is untold again."""
    await _settle(c, delivery, epoch, _CLAIMED, state="dead", error=error, **_FREE)
    await matches.mark_untold(c, delivery)


async def note_empty_read(
    c: AsyncConnection, delivery: int, epoch: int, now: datetime, between_seconds: float = 20, reads: int = 2
) -> bool:
    """Slack does not show it. After the last of the reads it is due again (True), else it is read again later."""
    query = select(_d.empty_reads).where(_d.id == delivery, _d.epoch == epoch)
    empty = (await c.execute(query)).scalar_one_or_none()
    over = empty is not None and empty + 1 >= reads
    not_before = now if over else now + timedelta(seconds=between_seconds)
    values = {"state": "due" if over else "unknown", "empty_reads": _d.empty_reads + 1, "not_before": not_before}
    await _settle(c, delivery, epoch, ("unknown",), **values, **_FREE)
    return over


async def put_off(c: AsyncConnection, delivery: int, epoch: int, not_before: datetime, error: str) -> None:
    """A read or an edit did not come through: once more, not before then."""
    await _settle(c, delivery, epoch, ("unknown", "sent"), not_before=not_before, error=error, **_FREE)


async def begin_edit(
    c: AsyncConnection, delivery: int, epoch: int, now: datetime, lease_seconds: float, doubt_seconds: float
) -> None:
    """An edit sets out: until its outcome is known no other one does, so that a late one cannot overtake it."""
    lease = now + timedelta(seconds=lease_seconds)
    await _settle(
        c, delivery, epoch, ("sent",), lease_until_at=lease, not_before=now + timedelta(seconds=doubt_seconds)
    )


async def settle_edit(c: AsyncConnection, delivery: int, epoch: int, now: datetime) -> None:
    """The message shows the revision that was tried."""
    values = {"shown_revision": _d.trying_revision, "edited_at": now, "not_before": now, "error": None}
    await _settle(c, delivery, epoch, ("sent",), **values, **_FREE)


async def settle_as_shown(c: AsyncConnection, delivery: int, epoch: int, now: datetime, error: str) -> None:
    """Slack lets it be edited no more: it stands as it was shown last, and what follows it goes on."""
    values = {"wanted_revision": _d.shown_revision, "not_before": now, "error": error}
    await _settle(c, delivery, epoch, ("sent",), **values, **_FREE)


async def settle_gone(c: AsyncConnection, delivery: int, epoch: int) -> None:
    """Somebody deleted the message: it is not edited any more, nothing follows it, and it never comes back."""
    await _settle(c, delivery, epoch, ("sent",), state="cancelled", error="message_gone", **_FREE)
