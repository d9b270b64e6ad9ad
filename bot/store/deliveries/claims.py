"""Who sends what: claims with a lease and a fencing epoch. How a claim ends is in settlements.py.

A channel is the unit of exclusion: to claim in it, its row is locked first, so that two workers can never have two
messages of one channel on the way. Every claim moves the epoch on; a settlement under an old epoch raises ClaimLost.
The statements are built once: every worker runs them every second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
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

from bot.model import Delivery, DeliveryState
from bot.store import matches
from bot.store.deliveries.table import OPEN, some
from bot.store.schema import STALE_DELIVERY, Utc, deliveries, destinations, installations

_d = deliveries.c
_parent = deliveries.alias("first")
_other = deliveries.alias("other")
_NOW = bindparam("now", type_=Utc())
_STOOD = bindparam("stood", type_=Utc())
_MOST = bindparam("most", type_=Integer())


@dataclass(frozen=True, slots=True)
class Lease:
    """On whose behalf a claim is made, and until when it holds."""

    worker: str
    seconds: float

    def values(self, now: datetime) -> dict[str, object]:
        """The columns of a claim."""
        until = now + timedelta(seconds=self.seconds)
        return {"worker": self.worker, "lease_until_at": until, "epoch": _d.epoch + 1}


@dataclass(frozen=True, slots=True)
class PendingWork:
    """The kinds of work that are due for an outbox now."""

    posts: bool
    reads: bool
    """Unknown deliveries whose quarantine is over."""
    edits: bool
    expired_leases: bool
    """Deliveries in ``sending`` whose worker is gone."""
    ended_holds: bool
    dependents: bool
    """Deliveries whose parent was cancelled or is dead."""
    stopped_teams: bool
    """Stopped workspaces whose token is to be checked again."""

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))


def _open_channel() -> ColumnElement[bool]:
    team = installations.c
    stopped = exists().where(team.team == destinations.c.team, team.state != "active")
    return and_(destinations.c.state == "active", not_(stopped))


def _unleased() -> ColumnElement[bool]:
    return or_(_d.lease_until_at.is_(None), _d.lease_until_at < _NOW)


def _ready() -> ColumnElement[bool]:
    """Due, with its parent sent, in a channel that has nothing on the way or in doubt."""
    parent_sent = exists().where(_parent.c.id == _d.after, _parent.c.state == "sent")
    busy = exists().where(_other.c.destination == _d.destination, _other.c.state.in_(("sending", "unknown")))
    return and_(_d.state == "due", _d.not_before <= _NOW, or_(_d.after.is_(None), parent_sent), not_(busy))


def _rested() -> ColumnElement[bool]:
    return or_(destinations.c.next_post_at.is_(None), destinations.c.next_post_at <= _NOW)


def _heads(*more: ColumnElement[bool]) -> Subquery:
    """The first delivery of each channel that may go out now.

    None where an earlier one was tried and is due again a moment later than ``now`` (which was read before this
    worker's turn to write, or from another machine's clock): nothing may pass it.
    """
    query = select(_d.destination, func.min(_d.id).label("head")).where(_ready(), *more)
    first = query.group_by(_d.destination).subquery()
    passed = exists().where(
        _other.c.destination == first.c.destination,
        _other.c.state == "due",
        _other.c.id < first.c.head,
        _other.c.first_try_at.is_not(None),
    )
    return select(first).where(not_(passed)).subquery()


def _locking(query: Select[int], table: Table) -> Select[int]:
    return query.limit(_MOST).with_for_update(skip_locked=True, of=table)


def _channels() -> Select[int]:
    heads = _heads()
    query = select(destinations.c.id).join(heads, heads.c.destination == destinations.c.id)
    query = query.where(_rested(), _open_channel(), destinations.c.id.not_in(bindparam("resting", expanding=True)))
    return _locking(query.order_by(destinations.c.next_post_at.nulls_first()), destinations)


def _unknown() -> Select[int]:
    query = select(_d.id).join(destinations, destinations.c.id == _d.destination)
    query = query.where(_d.state == "unknown", _d.not_before <= _NOW, _unleased(), _open_channel())
    return _locking(query.order_by(_d.not_before), deliveries)


def _stale() -> ColumnElement[bool]:
    stood = func.coalesce(_d.edited_at, _d.sent_at) <= _STOOD
    return and_(STALE_DELIVERY, _d.not_before <= _NOW, stood, _unleased())


def _edits() -> Select[int]:
    stale = select(_d.id).where(STALE_DELIVERY).scalar_subquery()
    query = select(_d.id).join(destinations, destinations.c.id == _d.destination)
    query = query.where(_d.id.in_(stale), _stale(), _open_channel())
    return _locking(query.order_by(_d.id), deliveries)


def _orphan() -> ColumnElement[bool]:
    gone = exists().where(_parent.c.id == _d.after, _parent.c.state.in_(("cancelled", "dead")))
    return and_(_d.state.in_(OPEN), _d.after.is_not(None), gone)


def _waits() -> Select[*tuple[Any, ...]]:
    here = select(_d.id).join(destinations, destinations.c.id == _d.destination).where(_open_channel())
    team = installations.c
    asked = {
        "send": here.where(_ready(), _rested()),
        "ask": here.where(_d.state == "unknown", _d.not_before <= _NOW, _unleased()),
        "edit": here.where(_stale()),
        "expired": select(_d.id).where(_d.state == "sending", _d.lease_until_at < _NOW),
        "held": select(_d.id).where(_d.state == "held", _d.not_before <= _NOW),
        "orphans": select(_d.id).where(_orphan()),
        "token": select(team.team).where(team.state == "stopped", team.ask_again_at <= _NOW),
    }
    return select(*(exists(one).label(name) for name, one in asked.items()))


_CHANNELS = _channels()
_THEIR_HEADS = select(_heads(_d.destination.in_(bindparam("locked", expanding=True))).c.head)
_UNKNOWN = _unknown()
_EDITS = _edits()
_EXPIRED = (
    select(_d.id, _d.last_try_at)
    .where(_d.state == "sending", _d.lease_until_at < _NOW)
    .with_for_update(skip_locked=True)
)
_RELEASE = update(deliveries).where(_d.state == "held", _d.not_before <= _NOW).values(state="due")
_ORPHANS = update(deliveries).where(_orphan()).values(state="cancelled", error="parent_gone").returning(_d.id)
_WAITS = _waits()


async def pending_work(c: AsyncConnection, now: datetime, gap_seconds: float = 10) -> PendingWork:
    """Is there anything for an outbox to do, and what? Read only: an idle worker writes nothing."""
    moments = {"now": now, "stood": now - timedelta(seconds=gap_seconds)}
    return PendingWork(*(bool(it) for it in (await c.execute(_WAITS, moments)).one()))


async def claim(
    c: AsyncConnection, now: datetime, lease: Lease, limit: int, resting: Sequence[int] = ()
) -> list[Delivery]:
    """Take at most one delivery per channel, the channel that has waited longest first; none where one is ``resting``.

    Commit before anything is sent: the row says ``sending`` from here on.
    """
    locked = list((await c.execute(_CHANNELS, {"now": now, "most": limit, "resting": list(resting)})).scalars())
    if not locked:
        return []
    # a second look, now that nobody else can claim in these channels
    mine = list((await c.execute(_THEIR_HEADS, {"now": now, "locked": locked})).scalars())
    values = {
        "state": "sending",
        "first_try_at": func.coalesce(_d.first_try_at, now),
        "last_try_at": now,
        "attempts": _d.attempts + 1,
        "trying_revision": _d.wanted_revision,
        "empty_reads": 0,
    }
    return await _take(c, mine, "due", now, lease, values)


async def claim_unknown(c: AsyncConnection, now: datetime, lease: Lease, limit: int) -> list[Delivery]:
    """Take deliveries nobody can say about, whose quarantine is over: Slack is to be asked. They stay ``unknown``."""
    numbers = list((await c.execute(_UNKNOWN, {"now": now, "most": limit})).scalars())
    return await _take(c, numbers, "unknown", now, lease, {})


async def claim_edits(
    c: AsyncConnection, now: datetime, lease: Lease, limit: int, gap_seconds: float = 10
) -> list[Delivery]:
    """Take sent messages that want a later revision and have stood unedited for the gap. They stay ``sent``."""
    moments = {"now": now, "stood": now - timedelta(seconds=gap_seconds)}
    numbers = list((await c.execute(_EDITS, moments | {"most": limit})).scalars())
    return await _take(c, numbers, "sent", now, lease, {"trying_revision": _d.wanted_revision})


async def _take(
    c: AsyncConnection,
    numbers: Sequence[int],
    state: DeliveryState,
    now: datetime,
    lease: Lease,
    values: dict[str, object],
) -> list[Delivery]:
    """Those that are still in that state: somebody may have cancelled or held one since it was looked for."""
    if not numbers:
        return []
    taking = update(deliveries).where(_d.id.in_(numbers), _d.state == state).values(**lease.values(now), **values)
    taken = list((await c.execute(taking.returning(_d.id))).scalars())
    return await some(c, _d.id.in_(taken)) if taken else []


async def expire_leases(c: AsyncConnection, now: datetime, quarantine_seconds: float) -> int:
    """Whoever sent these is gone: nobody can say about them, and the old claim is void. How many there were."""
    rows = (await c.execute(_EXPIRED, {"now": now})).all()
    for row in rows:
        values = {"not_before": row.last_try_at + timedelta(seconds=quarantine_seconds), "error": "lease_over"}
        free = {"worker": None, "lease_until_at": None, "epoch": _d.epoch + 1}
        await c.execute(update(deliveries).where(_d.id == row.id).values(state="unknown", **free, **values))
    return len(rows)


async def release_held(c: AsyncConnection, now: datetime) -> int:
    """What was kept back until now is due."""
    return (await c.execute(_RELEASE, {"now": now})).rowcount


async def cancel_dependents(c: AsyncConnection) -> int:
    """What should follow a message that never comes is not owed any more; what it was to tell is untold again."""
    numbers = list((await c.execute(_ORPHANS)).scalars())
    for number in numbers:
        await matches.mark_untold(c, number)
    return len(numbers)
