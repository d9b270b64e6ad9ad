"""The daily audit: what was posted in a day, and what was found of it. One row a workspace and day, for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Delivery
from bot.store import once
from bot.store.deliveries import rollups, unconfirmed
from bot.store.deliveries.table import some
from bot.store.deliveries.watchdog import key_starts_with
from bot.store.schema import deliveries, destinations
from bot.store.schema import firsts as rows

_START = "audit:"


@dataclass(frozen=True, slots=True)
class Audit:
    """One audit's result: of the time since the one before.

    ``unread`` counts the channels and threads that could not be looked at; ``missing`` the posts that do not stand in
    their channel; ``unsent`` the messages that were given up.
    """

    on: date
    posted: int
    doubled: int
    lost: int
    unread: int
    missing: int = 0
    unsent: int = 0


async def save(c: AsyncConnection, team: str, found: Audit, now: datetime) -> bool:
    """Writes it down; False where somebody audited this day before."""
    last = await last_of(c, team)
    if last is not None and last.on >= found.on:
        return False
    numbers = (found.posted, found.doubled, found.lost, found.unread, found.missing, found.unsent)
    counts = ":".join(str(number) for number in numbers)
    return await once.take(c, team, f"{_START}{found.on.isoformat()}:{counts}", now)


async def last_of(c: AsyncConnection, team: str) -> Audit | None:
    """A workspace's newest result."""
    newest = select(func.max(rows.c.key)).where(rows.c.team == team, key_starts_with(c, rows.c.key, _START))
    key: str | None = (await c.execute(newest)).scalar_one()
    if key is None:
        return None
    _, on, *counts = key.split(":")
    return Audit(date.fromisoformat(on), *(int(count) for count in counts))


async def last_at(c: AsyncConnection, team: str) -> datetime | None:
    """When a workspace was last audited."""
    done = rows.c.done_at
    query = select(func.max(done, type_=done.type)).where(rows.c.team == team, key_starts_with(c, rows.c.key, _START))
    found: datetime | None = (await c.execute(query)).scalar_one()
    return found


async def sent_between(c: AsyncConnection, team: str, since_at: datetime, until_at: datetime) -> list[Delivery]:
    """What was posted in that time, oldest first."""
    return await rollups.sent_since(c, since_at, deliveries.c.team == team, deliveries.c.sent_at < until_at)


async def given_up(c: AsyncConnection, team: str, since_at: datetime, until_at: datetime) -> list[Delivery]:
    """What was owed, last tried in that time, and will never be sent: dead, or skipped where nobody may look."""
    row = deliveries.c
    tried = func.coalesce(row.last_try_at, row.created_at)
    skipped = and_(row.state == "cancelled", row.error == unconfirmed.MAY_HAVE_BEEN_SENT)
    return await some(c, row.team == team, or_(row.state == "dead", skipped), tried >= since_at, tried < until_at)


async def overdue(c: AsyncConnection, team: str, before_at: datetime) -> list[Delivery]:
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
