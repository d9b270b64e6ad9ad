"""Writes and reads the daily audit: a day's posts, and how many of them stand in Slack. One row a workspace and day."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Delivery
from bot.store import once
from bot.store.deliveries.table import find_all
from bot.store.deliveries.watchdog import key_starts_with
from bot.store.schema import GIVEN_UP_DELIVERY, deliveries, destinations, firsts, installations

_PREFIX = "audit:"
_row = deliveries.c


@dataclass(frozen=True, slots=True)
class Audit:
    """One audit's result, for the time since the audit before it.

    ``unread`` counts channels and threads that could not be read, ``missing`` posts that do not stand in their channel,
    ``unsent`` deliveries that were given up.
    """

    on: date
    posted: int
    doubled: int
    lost: int
    unread: int
    missing: int = 0
    unsent: int = 0


async def save(c: AsyncConnection, team: str, audit: Audit, now: datetime) -> bool:
    """Write a result down; False where this day was audited before."""
    last = await last_of(c, team)
    if last is not None and last.on >= audit.on:
        return False
    numbers = (audit.posted, audit.doubled, audit.lost, audit.unread, audit.missing, audit.unsent)
    counts = ":".join(str(number) for number in numbers)
    return await once.take(c, team, f"{_PREFIX}{audit.on.isoformat()}:{counts}", now)


async def last_of(c: AsyncConnection, team: str) -> Audit | None:
    """A workspace's newest result."""
    newest = select(func.max(firsts.c.key)).where(firsts.c.team == team, key_starts_with(c, firsts.c.key, _PREFIX))
    key: str | None = (await c.execute(newest)).scalar_one()
    return None if key is None else _parse(key)


def _parse(key: str) -> Audit:
    _, on, *counts = key.split(":")
    return Audit(date.fromisoformat(on), *(int(count) for count in counts))


async def last_of_all(c: AsyncConnection) -> dict[str, Audit]:
    """The newest result of each workspace that has one."""
    team, key = installations.c.team, firsts.c.key
    of_team = (firsts.c.team == team, key_starts_with(c, key, _PREFIX))
    newest = select(func.max(key)).where(*of_team).scalar_subquery()
    return {row[0]: _parse(row[1]) for row in await c.execute(select(team, newest)) if row[1] is not None}


async def last_at(c: AsyncConnection, team: str) -> datetime | None:
    """The instant of a workspace's last audit."""
    done_at = firsts.c.done_at
    query = select(func.max(done_at, type_=done_at.type))
    query = query.where(firsts.c.team == team, key_starts_with(c, firsts.c.key, _PREFIX))
    audited_at: datetime | None = (await c.execute(query)).scalar_one()
    return audited_at


async def sent_between(c: AsyncConnection, team: str, since_at: datetime, until_at: datetime) -> list[Delivery]:
    """A workspace's deliveries sent in that time, oldest first."""
    return await find_all(c, _row.team == team, _row.sent_at >= since_at, _row.sent_at < until_at)


async def given_up(c: AsyncConnection, team: str, since_at: datetime, until_at: datetime) -> list[Delivery]:
    """Deliveries last tried in that time that will never be sent: dead, or cancelled because they are unconfirmed."""
    tried = and_(_row.last_try_at >= since_at, _row.last_try_at < until_at)
    untried = and_(_row.last_try_at.is_(None), _row.created_at >= since_at, _row.created_at < until_at)
    # two queries, because of a choice between both SQLite reads all that the workspace ever gave up
    given_up = [await find_all(c, GIVEN_UP_DELIVERY, _row.team == team, at) for at in (tried, untried)]
    return sorted(itertools.chain(*given_up), key=lambda delivery: delivery.id)


async def overdue(c: AsyncConnection, team: str, before_at: datetime) -> list[Delivery]:
    """Deliveries to active channels that were enqueued and due before then, and are not sent."""
    return await find_all(
        c,
        _row.team == team,
        _row.state.in_(("due", "sending", "unknown")),
        _row.created_at < before_at,
        _row.not_before < before_at,
        destinations.c.state == "active",
    )
