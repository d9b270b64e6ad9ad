"""Claims deliveries for a worker, with a lease and a fencing epoch. Settlements end a claim (settlements.py).

A channel is the unit of exclusion: a claim locks the channel's row first, so that two workers never have two messages
of one channel on their way. Whoever enqueues holds that row, too (``table.enqueue_many``): no channel is claimed while
a delivery with a smaller id may still be committed. Every claim raises the epoch; a settlement under an old epoch
raises ClaimLost.
A workspace has a share of a worker's calls, so that its flood, or a Slack that answers it slowly, never delays another
workspace (shares.py).
The statements are built once, because every worker runs them every second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Delivery, DeliveryState
from bot.store.deliveries import dependents, ready_channels
from bot.store.deliveries.ready_channels import open_channel
from bot.store.deliveries.shares import Shares
from bot.store.deliveries.table import find_all
from bot.store.schema import HELD_DELIVERY, STALE_DELIVERY, Utc, deliveries, destinations, installations

_row = deliveries.c
_NOW = bindparam("now", type_=Utc())
_EDITED_BEFORE = bindparam("edited_before", type_=Utc())
_LIMIT = bindparam("most", type_=Integer())
_TEAMS: BindParameter[Any] = bindparam("teams", expanding=True)


@dataclass(frozen=True, slots=True)
class Lease:
    """The worker that claims, and the seconds for which its claims hold."""

    worker: str
    seconds: float

    def values(self, now: datetime) -> dict[str, object]:
        """The columns that a claim writes."""
        until_at = now + timedelta(seconds=self.seconds)
        return {"worker": self.worker, "lease_until_at": until_at, "epoch": _row.epoch + 1}


@dataclass(frozen=True, slots=True)
class PendingWork:
    """The kinds of work that are due for an outbox now."""

    posts: bool
    """Channels in which a delivery may be ready; a claim that finds none remembers that."""
    reads: bool
    """Unknown deliveries whose quarantine is over."""
    edits: bool
    expired_leases: bool
    """Deliveries in ``sending`` whose worker is gone."""
    ended_holds: bool
    dependents: bool
    """Parents that were cancelled or are dead while deliveries wait for them."""
    stopped_teams: bool
    """Stopped workspaces whose token is to be checked again."""
    waits: bool
    """Something that time alone makes due; it is no work yet."""

    def __bool__(self) -> bool:
        return (
            self.posts or self.reads or self.edits
            or self.expired_leases or self.ended_holds or self.dependents or self.stopped_teams
        )  # fmt: skip


# ── conditions ─────────────────────────────────────────────────────────────────────────────────────────────


def _in_open_channel() -> ColumnElement[bool]:
    """The delivery's channel is open; asked for each, because PostgreSQL would join from the channels and read all."""
    channel = select(destinations.c.id).where(destinations.c.id == _row.destination, open_channel())
    return channel.scalar_subquery().is_not(None)


def _unleased() -> ColumnElement[bool]:
    return or_(_row.lease_until_at.is_(None), _row.lease_until_at < _NOW)


def _stale() -> ColumnElement[bool]:
    """The message wants a later revision, and its last edit is long enough ago."""
    stood = func.coalesce(_row.edited_at, _row.sent_at) <= _EDITED_BEFORE
    return and_(STALE_DELIVERY, _row.not_before <= _NOW, stood, _unleased())


# ── statements ─────────────────────────────────────────────────────────────────────────────────────────────


def _locking(query: Select[int, str], table: Table) -> Select[int, str]:
    return query.limit(_LIMIT).with_for_update(skip_locked=True, of=table)


def _other_team(table: Table) -> ColumnElement[bool]:
    return table.c.team.not_in(_TEAMS)


def _unknown() -> Select[int, str]:
    query = select(_row.id, _row.team).join(destinations, destinations.c.id == _row.destination)
    query = query.where(_row.state == "unknown", _row.not_before <= _NOW, _unleased(), open_channel())
    query = query.where(_other_team(deliveries))
    return _locking(query.order_by(_row.not_before), deliveries)


def _edits() -> Select[int, str]:
    query = select(_row.id, _row.team).where(_stale(), _in_open_channel(), _other_team(deliveries))
    return _locking(query.order_by(_row.not_before, _row.id), deliveries)  # in the order of their index


def _pending() -> Select[*tuple[Any, ...]]:
    """One column for each field of PendingWork, in its order."""
    sendable = select(_row.id).join(destinations, destinations.c.id == _row.destination).where(open_channel())
    team = installations.c
    queries = {
        "reads": sendable.where(_row.state == "unknown", _row.not_before <= _NOW, _unleased()),
        "edits": _first_stale(select(_row.id).where(_stale(), _in_open_channel())),
        "expired_leases": select(_row.id).where(_row.state == "sending", _row.lease_until_at < _NOW),
        "ended_holds": select(_row.id).where(HELD_DELIVERY, _row.not_before <= _NOW),
        "dependents": dependents.any_noted(),
        "stopped_teams": select(team.team).where(team.state == "stopped", team.ask_again_at <= _NOW),
    }
    waiting = (
        *(_first_in_state(state) for state in ("due", "held", "sending", "unknown")),
        _first_stale(select(_row.id).where(STALE_DELIVERY)),
        select(team.team).where(team.state == "stopped"),
    )
    waits = or_(*map(_has_row, waiting)).label("waits")
    kinds = (_has_row(query).label(name) for name, query in queries.items())
    return select(ready_channels.any_candidate().label("posts"), *kinds, waits)


def _first_stale(query: Select[int]) -> Select[int]:
    """The first in the order of the index of stale deliveries.

    PostgreSQL takes a third of all for stale, and would read the table until it meets one.
    """
    return query.order_by(_row.not_before).limit(1)


def _first_in_state(state: DeliveryState) -> Select[int]:
    """The first in the order of their index. Where many wait, PostgreSQL would read the table until one does."""
    return select(_row.id).where(_row.state == state).order_by(_row.destination, _row.id).limit(1)


def _has_row(query: Select[Any]) -> ColumnElement[bool]:
    """Whether there is a row. PostgreSQL ignores the order of a query that is asked whether a row exists."""
    return exists(query) if query._limit_clause is None else query.scalar_subquery().is_not(None)


# A delivery that another transaction changes is left for the next round: who holds channels must not wait for rows.
_FREE = (
    select(_row.id)
    .where(_row.id.in_(bindparam("ids", expanding=True)), func.coalesce(_row.state, "") == "due")
    .with_for_update(skip_locked=True, of=deliveries)
)
_UNKNOWN = _unknown()
_EDITS = _edits()
_EXPIRED = (
    select(_row.id, _row.last_try_at)
    .where(_row.state == "sending", _row.lease_until_at < _NOW)
    .with_for_update(skip_locked=True)
)
_RELEASE = update(deliveries).where(HELD_DELIVERY, _row.not_before <= _NOW).values(state="due")
_PENDING = _pending()


# ── claiming ───────────────────────────────────────────────────────────────────────────────────────────────


async def pending_work(c: AsyncConnection, now: datetime, gap_seconds: float = 10) -> PendingWork:
    """Look up what is due for an outbox. Read only: an idle worker writes nothing."""
    moments = {"now": now, "edited_before": now - timedelta(seconds=gap_seconds)}
    return PendingWork(*(bool(column) for column in (await c.execute(_PENDING, moments)).one()))


async def claim(
    c: AsyncConnection, now: datetime, lease: Lease, limit: int | Shares, paused: Sequence[int] = ()
) -> list[Delivery]:
    """Claim at most one due delivery per channel, first in the channel that has waited longest; none where ``paused``.

    Commit before anything is sent: the row says ``sending`` from here on.
    """
    shares = limit if isinstance(limit, Shares) else Shares(limit)
    locked = await ready_channels.lock_ready(c, now, shares, paused) if shares.room else []
    if not locked:
        return []
    # a second look, now that no other worker can claim in these channels
    heads = await ready_channels.heads_of(c, locked)
    heads = list((await c.execute(_FREE, {"ids": heads})).scalars())
    values = {
        "state": "sending",
        "first_try_at": func.coalesce(_row.first_try_at, now),
        "last_try_at": now,
        "attempts": _row.attempts + 1,
        "trying_revision": _row.wanted_revision,
        "empty_reads": 0,
    }
    claimed = await _claim(c, heads, "due", now, lease, values)
    await ready_channels.forget_locked(c, [delivery.destination for delivery in claimed])
    return claimed


async def claim_unknown(c: AsyncConnection, now: datetime, lease: Lease, limit: int | Shares) -> list[Delivery]:
    """Claim unknown deliveries whose quarantine is over, to read their history. They stay ``unknown``."""
    ids = await _shared_out(c, _UNKNOWN, limit, {"now": now})
    return await _claim(c, ids, "unknown", now, lease, {})


async def claim_edits(
    c: AsyncConnection, now: datetime, lease: Lease, limit: int | Shares, gap_seconds: float = 10
) -> list[Delivery]:
    """Claim sent messages that want a later revision and were not edited within the gap. They stay ``sent``."""
    moments = {"now": now, "edited_before": now - timedelta(seconds=gap_seconds)}
    ids = await _shared_out(c, _EDITS, limit, moments)
    return await _claim(c, ids, "sent", now, lease, {"trying_revision": _row.wanted_revision})


async def _shared_out(
    c: AsyncConnection, query: Select[int, str], limit: int | Shares, moments: Mapping[str, object]
) -> list[int]:
    """The ids that may be claimed within every workspace's share.

    A first look that fills its limit may hide other workspaces behind a flood: a second one asks for those alone.
    """
    shares = limit if isinstance(limit, Shares) else Shares(limit)

    async def look(without: Sequence[str], most: int) -> list[tuple[int, str]]:
        rows = await c.execute(query, {**moments, "teams": list(without), "most": most})
        return [(row[0], row[1]) for row in rows]

    if not shares.room:
        return []
    first = await look(shares.full(), shares.most())
    if shares.is_single or len(first) < shares.most():
        return shares.chosen(first)
    known = {*shares.running, *(team for _, team in first)}
    return shares.chosen([*await look(sorted(known), shares.most()), *first])


async def _claim(
    c: AsyncConnection,
    ids: Sequence[int],
    state: DeliveryState,
    now: datetime,
    lease: Lease,
    values: dict[str, object],
) -> list[Delivery]:
    """Claim those still in that state: another worker may have cancelled or held one since the query."""
    if not ids:
        return []
    in_state = func.coalesce(_row.state, "") == state  # by the ids: SQLite would read all that was ever sent
    claiming = update(deliveries).where(_row.id.in_(ids), in_state).values(**lease.values(now), **values)
    claimed = list((await c.execute(claiming.returning(_row.id))).scalars())
    return await find_all(c, _row.id.in_(claimed)) if claimed else []


# ── what time has ended ────────────────────────────────────────────────────────────────────────────────────


async def expire_leases(c: AsyncConnection, now: datetime, quarantine_seconds: float) -> int:
    """Make deliveries unknown whose worker is gone, and void its claims; how many there were."""
    rows = (await c.execute(_EXPIRED, {"now": now})).all()
    for row in rows:
        values = {"not_before": row.last_try_at + timedelta(seconds=quarantine_seconds), "error": "lease_over"}
        voided = {"worker": None, "lease_until_at": None, "epoch": _row.epoch + 1}
        await c.execute(update(deliveries).where(_row.id == row.id).values(state="unknown", **voided, **values))
    return len(rows)


async def release_held(c: AsyncConnection, now: datetime) -> int:
    """Make deliveries due whose hold is over; how many there were."""
    return (await c.execute(_RELEASE, {"now": now})).rowcount
