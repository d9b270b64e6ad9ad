"""Reads and writes the ``subscriptions`` table. The id of a subscription is never used twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Update, bindparam, func, insert, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import NullType

from bot.model import Cadence, Subscription
from bot.store import table_versions
from bot.store.rows import chunks, from_row
from bot.store.schema import subscriptions

ROWS_AT_ONCE = 1_000

DriverRow = tuple[Any, ...]
"""An active subscription as the driver gives it, the id first; it has not ``last_post_at``, which every post changes.

Two rows that are equal are the same subscription, and comparing them takes a tenth of the time of making one."""
_INSTANTS = ("created_at", "ends_at")
_OF_DRIVER = (
    "id", "team", "destination", "owner", "query", "cadence", "at", "weekday", "timezone", "min_outlets", *_INSTANTS
)  # fmt: skip
_DRIVER_ROWS = (
    select(*(type_coerce(subscriptions.c[name], NullType()).label(name) for name in _OF_DRIVER))
    .where(subscriptions.c.state == "active")
    .order_by(subscriptions.c.id)
)
_BY_IDS = select(subscriptions).where(subscriptions.c.id.in_(bindparam("ids", expanding=True)))


async def add(
    c: AsyncConnection,
    *,
    team: str,
    destination: int,
    owner: str | None,
    query: str,
    cadence: Cadence,
    at: str,
    weekday: str,
    timezone: str,
    created_at: datetime,
    min_outlets: int = 1,
    ends_at: datetime | None = None,
) -> Subscription:
    """Writes a new subscription, active from now."""
    values = {
        "team": team,
        "destination": destination,
        "owner": owner,
        "query": query,
        "cadence": cadence,
        "at": at,
        "weekday": weekday,
        "timezone": timezone,
        "created_at": created_at,
        "min_outlets": min_outlets,
        "ends_at": ends_at,
    }
    await table_versions.renew_version(c, subscriptions)
    row = await c.execute(insert(subscriptions).values(**values).returning(*subscriptions.columns))
    return from_row(Subscription, row.one())


async def some(c: AsyncConnection, team: str, subscription_ids: tuple[int, ...]) -> tuple[Subscription, ...]:
    """Returns those of the subscriptions that this workspace has, in the order of ids."""
    return await _list(c, subscriptions.c.team == team, subscriptions.c.id.in_(subscription_ids))


async def by_ids(c: AsyncConnection, subscription_ids: Iterable[int]) -> dict[int, Subscription]:
    """Returns those of the subscriptions that there are, of all workspaces, by id."""
    found: dict[int, Subscription] = {}
    for ids in chunks(subscription_ids):
        found.update({row.id: from_row(Subscription, row) for row in await c.execute(_BY_IDS, {"ids": ids})})
    return found


async def active(c: AsyncConnection, team: str) -> tuple[Subscription, ...]:
    """Returns the active subscriptions of a workspace."""
    return await _list(c, subscriptions.c.team == team, subscriptions.c.state == "active")


async def driver_rows(c: AsyncConnection) -> AsyncIterator[list[DriverRow]]:
    """Yields the active subscriptions of all workspaces as one statement finds them, in the order of ids, in parts."""
    async with c.stream(_DRIVER_ROWS) as rows:
        async for some in rows.partitions(ROWS_AT_ONCE):
            yield list(map(tuple, some))


def from_driver(row: DriverRow) -> Subscription:
    """Returns the subscription of such a row, without ``last_post_at``."""
    values = dict(zip(_OF_DRIVER, row, strict=True))
    values |= {name: _instant(values[name]) for name in _INSTANTS}
    return Subscription(**values, state="active", last_post_at=None)


def _instant(stored: str | datetime | None) -> datetime | None:
    """SQLite's driver returns an instant as a text without a zone, in UTC."""
    if isinstance(stored, str):
        return datetime.fromisoformat(stored).replace(tzinfo=UTC)
    return None if stored is None else stored.astimezone(UTC)


async def of_destination(c: AsyncConnection, destination: int, *, ended: bool = False) -> tuple[Subscription, ...]:
    """Returns a channel's active subscriptions; with ``ended`` the ended ones, too."""
    where = [subscriptions.c.destination == destination]
    if not ended:
        where.append(subscriptions.c.state == "active")
    return await _list(c, *where)


async def of_destinations(c: AsyncConnection, destinations: Sequence[int]) -> dict[int, list[Subscription]]:
    """Returns the active subscriptions of each of these channels, in the order of ids."""
    grouped: dict[int, list[Subscription]] = {}
    row = subscriptions.c
    for subscription in await _list(c, row.destination.in_(destinations), row.state == "active"):
        grouped.setdefault(subscription.destination, []).append(subscription)
    return grouped


async def begin(c: AsyncConnection, subscription_ids: Iterable[int], now: datetime) -> None:
    """Lets these subscriptions begin now."""
    for ids in chunks(subscription_ids):
        await c.execute(update(subscriptions).where(subscriptions.c.id.in_(ids)).values(created_at=now))


async def end(c: AsyncConnection, team: str, subscription_id: int, now: datetime) -> bool:
    """Ends a subscription; returns False if it was not active or is another workspace's."""
    row = subscriptions.c
    active_one = update(subscriptions).where(row.id == subscription_id, row.team == team, row.state == "active")
    return await _changed(c, active_one.values(state="ended", ended_at=now))


async def change(
    c: AsyncConnection, team: str, subscription_id: int, values: Mapping[str, object], began_at: datetime
) -> bool:
    """Writes what a person edited (query, cadence, time, zone, number of outlets, end); False if it is not active.

    It begins anew: it owes nothing for articles read before, and no digest that fell due before. Stories that it has
    matched already stay owed.
    """
    row = subscriptions.c
    active_one = update(subscriptions).where(row.id == subscription_id, row.team == team, row.state == "active")
    return await _changed(c, active_one.values(**values, created_at=began_at))


async def reactivate(c: AsyncConnection, team: str, subscription_id: int) -> bool:
    """Makes an ended subscription active again under the same id; returns False if there is none."""
    row = subscriptions.c
    ended = update(subscriptions).where(row.id == subscription_id, row.team == team, row.state == "ended")
    return await _changed(c, ended.values(state="active", ended_at=None))


async def _changed(c: AsyncConnection, change: Update) -> bool:
    is_changed = (await c.execute(change)).rowcount == 1
    if is_changed:
        await table_versions.renew_version(c, subscriptions)
    return is_changed


async def version(c: AsyncConnection) -> int:
    """Returns a number that changes with every change of what subscriptions there are and what they ask for.

    It does not change with ``last_post_at``.
    """
    return await table_versions.version(c, subscriptions)


async def past_end(c: AsyncConnection, now: datetime) -> tuple[Subscription, ...]:
    """Returns active subscriptions whose time (``for 3d``) is over."""
    return await _list(c, subscriptions.c.state == "active", subscriptions.c.ends_at <= now)


async def count_active(c: AsyncConnection, destination: int, cadence: Cadence | None = None) -> int:
    """Counts a channel's active subscriptions."""
    row = subscriptions.c
    query = select(func.count()).where(row.destination == destination, row.state == "active")
    if cadence is not None:
        query = query.where(row.cadence == cadence)
    return (await c.execute(query)).scalar_one()


async def _list(c: AsyncConnection, *where: ColumnElement[bool]) -> tuple[Subscription, ...]:
    rows = await c.execute(select(subscriptions).where(*where).order_by(subscriptions.c.id))
    return tuple(from_row(Subscription, row) for row in rows)
