"""What a watchman asks: since when something is due and does not go out, and what he said last."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Delivery
from bot.store.deliveries.table import some
from bot.store.schema import deliveries, destinations, installations

_d = deliveries.c


async def due_since(c: AsyncConnection, team: str, now: datetime) -> datetime | None:
    """Since when the oldest message that could go out is due: its first try, or the end of what held it."""
    parent = deliveries.alias("parent")
    sent = exists().where(parent.c.id == _d.after, parent.c.state == "sent")
    here = select(destinations.c.id).join(installations, installations.c.team == destinations.c.team)
    here = here.where(destinations.c.state == "active", installations.c.state == "active")
    since = case((_d.attempts > 0, _d.first_try_at), else_=_d.not_before)
    query = select(func.min(since, type_=_d.not_before.type)).where(
        _d.team == team,
        _d.state.in_(("due", "sending", "unknown")),
        _d.destination.in_(here),
        or_(_d.state != "due", _d.not_before <= now),
        or_(_d.after.is_(None), sent),
    )
    found: datetime | None = (await c.execute(query)).scalar_one()
    return found


def key_starts_with(c: AsyncConnection, column: ColumnElement[str], start: str) -> ColumnElement[bool]:
    """A key that begins like this. SQLite seeks a range by its index; PostgreSQL may sort by a language's rules."""
    if c.dialect.name == "postgresql":
        return column.startswith(start, autoescape=True)
    return and_(column >= start, column < start + "\uffff")


async def newest_with_prefix(c: AsyncConnection, start: str) -> Delivery | None:
    """The newest message whose key begins like this."""
    number = (await c.execute(select(func.max(_d.id)).where(key_starts_with(c, _d.key, start)))).scalar_one()
    return (await some(c, _d.id == number))[0] if number is not None else None
