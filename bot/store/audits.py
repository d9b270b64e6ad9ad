"""The daily audit: what was posted in a day, and what was found of it. One row a workspace and day, for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Delivery
from bot.store import firsts, rollups
from bot.store.deliveries import some
from bot.store.schema import deliveries, destinations
from bot.store.schema import firsts as rows
from bot.store.vigils import begins

_START = "audit:"


@dataclass(frozen=True, slots=True)
class Audit:
    """One day's result; ``unread`` counts the channels and threads that could not be looked at."""

    on: date
    posted: int
    doubled: int
    lost: int
    unread: int


async def save(c: AsyncConnection, team: str, found: Audit, now: datetime) -> bool:
    """Writes it down; False where somebody audited this day before."""
    last = await last_of(c, team)
    if last is not None and last.on >= found.on:
        return False
    counts = f"{found.posted}:{found.doubled}:{found.lost}:{found.unread}"
    return await firsts.take(c, team, f"{_START}{found.on.isoformat()}:{counts}", now)


async def last_of(c: AsyncConnection, team: str) -> Audit | None:
    """A workspace's newest result."""
    newest = select(func.max(rows.c.key)).where(rows.c.team == team, begins(c, rows.c.key, _START))
    key: str | None = (await c.execute(newest)).scalar_one()
    if key is None:
        return None
    _, on, *counts = key.split(":")
    return Audit(date.fromisoformat(on), *(int(count) for count in counts))


async def sent_since(c: AsyncConnection, team: str, since_at: datetime) -> list[Delivery]:
    """What was posted since then, oldest first."""
    return await rollups.sent_since(c, since_at, deliveries.c.team == team)


async def stuck(c: AsyncConnection, team: str, before_at: datetime) -> list[Delivery]:
    """What a channel that is there was owed before then, should have gone out, and did not."""
    there = select(destinations.c.id).where(destinations.c.state == "active")
    return await some(
        c,
        deliveries.c.team == team,
        deliveries.c.state.in_(("due", "sending", "unknown")),
        deliveries.c.created_at < before_at,
        deliveries.c.not_before < before_at,
        deliveries.c.destination.in_(there),
    )
