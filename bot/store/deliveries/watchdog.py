"""Reads for the watchdog: since when a delivery is due and not sent, and the newest notice of a kind."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Delivery
from bot.store.deliveries.table import find_all
from bot.store.schema import deliveries, destinations, installations

_row = deliveries.c


async def due_since(c: AsyncConnection, team: str, now: datetime) -> datetime | None:
    """Since when the oldest sendable delivery is due: its first try, or the end of its hold."""
    parent = deliveries.alias("parent")
    parent_sent = exists().where(parent.c.id == _row.after, parent.c.state == "sent")
    reachable = select(destinations.c.id).join(installations, installations.c.team == destinations.c.team)
    reachable = reachable.where(
        destinations.c.team == team, destinations.c.state == "active", installations.c.state == "active"
    )
    since = case((_row.attempts > 0, _row.first_try_at), else_=_row.not_before)
    query = select(func.min(since, type_=_row.not_before.type)).where(
        _row.team == team,
        _row.state.in_(("due", "sending", "unknown")),
        _row.destination.in_(reachable),
        or_(_row.state != "due", _row.not_before <= now),
        or_(_row.after.is_(None), parent_sent),
    )
    oldest_at: datetime | None = (await c.execute(query)).scalar_one()
    return oldest_at


def key_starts_with(c: AsyncConnection, column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """A condition on a key's prefix. SQLite uses its index for a range; PostgreSQL may sort by a language's rules."""
    if c.dialect.name == "postgresql":
        return column.startswith(prefix, autoescape=True)
    return and_(column >= prefix, column < prefix + "\uffff")


async def newest_with_prefix(c: AsyncConnection, prefix: str) -> Delivery | None:
    """The newest delivery whose key starts with this prefix."""
    delivery_id = (await c.execute(select(func.max(_row.id)).where(key_starts_with(c, _row.key, prefix)))).scalar_one()
    return (await find_all(c, _row.id == delivery_id))[0] if delivery_id is not None else None
