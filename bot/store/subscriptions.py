"""Subscriptions: a channel's or a person's wishes. Their numbers are never used twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Cadence, Subscription
from bot.store.rows import from_row
from bot.store.schema import subscriptions


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
    """A new one, active from now."""
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
    row = await c.execute(insert(subscriptions).values(**values).returning(*subscriptions.columns))
    return from_row(Subscription, row.one())


async def some(c: AsyncConnection, team: str, numbers: tuple[int, ...]) -> tuple[Subscription, ...]:
    """Those of the numbers that this workspace has, in order."""
    return await _list(c, subscriptions.c.team == team, subscriptions.c.id.in_(numbers))


async def active(c: AsyncConnection, team: str | None) -> tuple[Subscription, ...]:
    """All that are active, of one workspace or (None) of all."""
    where = [subscriptions.c.state == "active"]
    if team is not None:
        where.append(subscriptions.c.team == team)
    return await _list(c, *where)


async def of_destination(c: AsyncConnection, destination: int, *, ended: bool = False) -> tuple[Subscription, ...]:
    """A channel's active subscriptions; with ``ended`` those too."""
    where = [subscriptions.c.destination == destination]
    if not ended:
        where.append(subscriptions.c.state == "active")
    return await _list(c, *where)


async def end(c: AsyncConnection, team: str, number: int, now: datetime) -> bool:
    """End it; False when it was not active (or is not this workspace's)."""
    row = subscriptions.c
    ended = update(subscriptions).where(row.id == number, row.team == team, row.state == "active")
    return (await c.execute(ended.values(state="ended", ended_at=now))).rowcount == 1


async def reactivate(c: AsyncConnection, team: str, number: int) -> bool:
    """Undo its end: the same number is active again."""
    row = subscriptions.c
    ended = update(subscriptions).where(row.id == number, row.team == team, row.state == "ended")
    return (await c.execute(ended.values(state="active", ended_at=None))).rowcount == 1


async def past_end(c: AsyncConnection, now: datetime) -> tuple[Subscription, ...]:
    """Active ones whose ``for 3d`` is over: to be ended."""
    return await _list(c, subscriptions.c.state == "active", subscriptions.c.ends_at <= now)


async def count_active(c: AsyncConnection, destination: int, cadence: Cadence | None = None) -> int:
    """How many a channel has, for its limits."""
    row = subscriptions.c
    query = select(func.count()).where(row.destination == destination, row.state == "active")
    if cadence is not None:
        query = query.where(row.cadence == cadence)
    return (await c.execute(query)).scalar_one()


async def _list(c: AsyncConnection, *where: ColumnElement[bool]) -> tuple[Subscription, ...]:
    rows = await c.execute(select(subscriptions).where(*where).order_by(subscriptions.c.id))
    return tuple(from_row(Subscription, row) for row in rows)
