"""Who sends what: claims with a lease and a fencing epoch, and how a claimed delivery is settled.

A channel is the unit of exclusion: to claim in it, its row is locked first, so that two workers can never have two
messages of one channel on the way. Every claim moves the epoch on; a settlement under an old epoch raises Lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Subquery,
    Table,
    and_,
    bindparam,
    exists,
    func,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import Lost
from bot.model import Delivery, DeliveryState
from bot.store import matches
from bot.store.deliveries import OPEN, some
from bot.store.schema import (
    STALE_DELIVERY,
    Utc,
    deliveries,
    delivery_subscriptions,
    destinations,
    installations,
    subscriptions,
)

_d = deliveries.c
_parent = deliveries.alias("first")
_other = deliveries.alias("other")
Instant = datetime | BindParameter[datetime]


@dataclass(frozen=True, slots=True)
class Lease:
    """On whose behalf a claim is made, and until when it holds."""

    worker: str
    seconds: float

    def values(self, now: datetime) -> dict[str, object]:
        """The columns of a claim."""
        until = now + timedelta(seconds=self.seconds)
        return {"worker": self.worker, "lease_until_at": until, "epoch": _d.epoch + 1}


_FREE: dict[str, object] = {"worker": None, "lease_until_at": None}


def _stopped() -> ColumnElement[bool]:
    team = installations.c
    return exists().where(team.team == destinations.c.team, team.state != "active")


def _open_channel() -> ColumnElement[bool]:
    return and_(destinations.c.state == "active", not_(_stopped()))


def _unleased(now: Instant) -> ColumnElement[bool]:
    return or_(_d.lease_until_at.is_(None), _d.lease_until_at < now)


def _ready(now: Instant) -> ColumnElement[bool]:
    """Due, with its parent sent, in a channel that has nothing on the way or in doubt."""
    parent_sent = exists().where(_parent.c.id == _d.after, _parent.c.state == "sent")
    busy = exists().where(_other.c.destination == _d.destination, _other.c.state.in_(("sending", "unknown")))
    return and_(_d.state == "due", _d.not_before <= now, or_(_d.after.is_(None), parent_sent), not_(busy))


def _rested(now: Instant) -> ColumnElement[bool]:
    return or_(destinations.c.next_post_at.is_(None), destinations.c.next_post_at <= now)


def _heads(now: datetime, *more: ColumnElement[bool]) -> Subquery:
    """The first delivery of each channel that may go out now.

    None where an earlier one was tried and is due again a moment later than ``now`` (which was read before this
    worker's turn to write, or from another machine's clock): nothing may pass it.
    """
    query = select(_d.destination, func.min(_d.id).label("head")).where(_ready(now), *more)
    first = query.group_by(_d.destination).subquery()
    passed = exists().where(
        _other.c.destination == first.c.destination,
        _other.c.state == "due",
        _other.c.id < first.c.head,
        _other.c.first_try_at.is_not(None),
    )
    return select(first).where(not_(passed)).subquery()


async def claim(c: AsyncConnection, now: datetime, lease: Lease, limit: int) -> list[Delivery]:
    """Take at most one delivery per channel, the channel that has waited longest first.

    Commit before anything is sent: the row says ``sending`` from here on.
    """
    heads = _heads(now)
    channels = select(destinations.c.id).join(heads, heads.c.destination == destinations.c.id)
    channels = channels.where(_rested(now), _open_channel()).order_by(destinations.c.next_post_at.nulls_first())
    locked = list((await c.execute(_locking(channels, limit, destinations))).scalars())
    if not locked:
        return []
    # a second look, now that nobody else can claim in these channels
    mine = list((await c.execute(select(_heads(now, _d.destination.in_(locked)).c.head))).scalars())
    values = {
        "state": "sending",
        "first_try_at": func.coalesce(_d.first_try_at, now),
        "last_try_at": now,
        "attempts": _d.attempts + 1,
        "trying_revision": _d.wanted_revision,
        "empty_reads": 0,
    }
    return await _take(c, mine, now, lease, values)


async def claim_unknown(c: AsyncConnection, now: datetime, lease: Lease, limit: int) -> list[Delivery]:
    """Take deliveries nobody can say about, whose quarantine is over: Slack is to be asked. They stay ``unknown``."""
    query = select(_d.id).join(destinations, destinations.c.id == _d.destination)
    query = query.where(_d.state == "unknown", _d.not_before <= now, _unleased(now), _open_channel())
    numbers = list((await c.execute(_locking(query.order_by(_d.not_before), limit, deliveries))).scalars())
    return await _take(c, numbers, now, lease, {})


async def claim_edits(
    c: AsyncConnection, now: datetime, lease: Lease, limit: int, gap_seconds: float = 10
) -> list[Delivery]:
    """Take sent messages that want a later revision and have stood unedited for the gap. They stay ``sent``."""
    before = now - timedelta(seconds=gap_seconds)
    stale = select(_d.id).where(STALE_DELIVERY).scalar_subquery()
    query = select(_d.id).join(destinations, destinations.c.id == _d.destination)
    query = query.where(_d.id.in_(stale), _d.not_before <= now, func.coalesce(_d.edited_at, _d.sent_at) <= before)
    query = query.where(_unleased(now), _open_channel())
    numbers = list((await c.execute(_locking(query.order_by(_d.id), limit, deliveries))).scalars())
    return await _take(c, numbers, now, lease, {"trying_revision": _d.wanted_revision})


def _locking(query: Select[int], limit: int, table: Table) -> Select[int]:
    return query.limit(limit).with_for_update(skip_locked=True, of=table)


async def _take(
    c: AsyncConnection, numbers: Sequence[int], now: datetime, lease: Lease, values: dict[str, object]
) -> list[Delivery]:
    if not numbers:
        return []
    await c.execute(update(deliveries).where(_d.id.in_(numbers)).values(**lease.values(now), **values))
    return await some(c, _d.id.in_(numbers))


async def renew(c: AsyncConnection, delivery: int, epoch: int, now: datetime, lease_seconds: float) -> None:
    """Keep a claim; Lost when it is somebody else's by now."""
    until = now + timedelta(seconds=lease_seconds)
    await _settle(c, delivery, epoch, ("sending", "unknown", "sent"), lease_until_at=until)


async def begin_call(c: AsyncConnection, delivery: int, epoch: int, now: datetime, lease_seconds: float) -> None:
    """Renew a claim that is about to be used later than it was made: the quarantine counts from here."""
    until = now + timedelta(seconds=lease_seconds)
    await _settle(c, delivery, epoch, ("sending",), lease_until_at=until, last_try_at=now)


async def expire_leases(c: AsyncConnection, now: datetime, quarantine_seconds: float) -> int:
    """Whoever sent these is gone: nobody can say about them, and the old claim is void. How many there were."""
    query = select(_d.id, _d.last_try_at).where(_d.state == "sending", _d.lease_until_at < now)
    rows = (await c.execute(query.with_for_update(skip_locked=True))).all()
    for row in rows:
        values = {"not_before": row.last_try_at + timedelta(seconds=quarantine_seconds), "error": "lease_over"}
        lost = update(deliveries).where(_d.id == row.id).values(state="unknown", epoch=_d.epoch + 1, **_FREE, **values)
        await c.execute(lost)
    return len(rows)


async def release_held(c: AsyncConnection, now: datetime) -> int:
    """What was kept back until now is due."""
    over = update(deliveries).where(_d.state == "held", _d.not_before <= now).values(state="due")
    return (await c.execute(over)).rowcount


def _orphan() -> ColumnElement[bool]:
    gone = exists().where(_parent.c.id == _d.after, _parent.c.state.in_(("cancelled", "dead")))
    return and_(_d.state.in_(OPEN), _d.after.is_not(None), gone)


async def cancel_orphans(c: AsyncConnection) -> int:
    """What should follow a message that never comes is not owed any more; what it was to tell is untold again."""
    orphans = update(deliveries).where(_orphan()).values(state="cancelled", error="parent_gone")
    numbers = list((await c.execute(orphans.returning(_d.id))).scalars())
    for number in numbers:
        await matches.untell(c, number)
    return len(numbers)


# ── settling ───────────────────────────────────────────────────────────────────────────────────────────────


async def _settle(
    c: AsyncConnection, delivery: int, epoch: int, states: Sequence[DeliveryState], **values: object
) -> None:
    fenced = update(deliveries).where(_d.id == delivery, _d.epoch == epoch, _d.state.in_(states))
    if (await c.execute(fenced.values(**values))).rowcount != 1:
        raise Lost(f"delivery {delivery}, epoch {epoch}")


_CLAIMED: tuple[DeliveryState, ...] = ("sending", "unknown")


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
        await matches.untell(c, delivery)


async def settle_dead(c: AsyncConnection, delivery: int, epoch: int, error: str) -> None:
    """Our fault: somebody is alarmed. What it was to tell is untold again."""
    await _settle(c, delivery, epoch, _CLAIMED, state="dead", error=error, **_FREE)
    await matches.untell(c, delivery)


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


async def settle_edit(c: AsyncConnection, delivery: int, epoch: int, now: datetime) -> None:
    """The message shows the revision that was tried."""
    values = {"shown_revision": _d.trying_revision, "edited_at": now, "error": None}
    await _settle(c, delivery, epoch, ("sent",), **values, **_FREE)


async def settle_gone(c: AsyncConnection, delivery: int, epoch: int) -> None:
    """Somebody deleted the message: it is not edited any more, nothing follows it, and it never comes back."""
    await _settle(c, delivery, epoch, ("sent",), state="cancelled", error="message_gone", **_FREE)


async def waits(c: AsyncConnection, now: datetime, gap_seconds: float = 10) -> bool:
    """Is there anything for an outbox to do? Cheap, and read only."""
    moments = {"now": now, "stood": now - timedelta(seconds=gap_seconds)}
    return bool((await c.execute(_WAITS, moments)).scalar_one())


def _waits() -> Select[bool]:
    """Built once: every idle worker asks this every second."""
    now, stood = bindparam("now", type_=Utc()), bindparam("stood", type_=Utc())
    here = select(_d.id).join(destinations, destinations.c.id == _d.destination).where(_open_channel())
    still = func.coalesce(_d.edited_at, _d.sent_at) <= stood
    asked = [
        here.where(_ready(now), _rested(now)),
        here.where(_d.state == "unknown", _d.not_before <= now, _unleased(now)),
        here.where(STALE_DELIVERY, _d.not_before <= now, still, _unleased(now)),
        select(_d.id).where(_d.state == "sending", _d.lease_until_at < now),
        select(_d.id).where(_d.state == "held", _d.not_before <= now),
        select(_d.id).where(_orphan()),
    ]
    return select(or_(*(exists(one) for one in asked)))


_WAITS = _waits()
