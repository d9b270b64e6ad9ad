"""Reads and writes the ``feedback`` table: why a person finds a story not relevant, one reason a person and story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import from_row
from bot.store.schema import feedback


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """What a person said of a story."""

    id: int
    team: str
    story: int
    person: str
    what: str
    """``other-pact``, ``passing`` or ``not-news``."""
    said_at: datetime
    remark: str | None = None
    """What the person wrote beside it."""


async def say(
    c: AsyncConnection, *, team: str, story: int, person: str, what: str, now: datetime, remark: str | None = None
) -> None:
    """Writes a person's reason in place of the one that the person gave before."""
    row = feedback.c
    of_person = delete(feedback).where(row.team == team, row.story == story, row.person == person)
    await c.execute(of_person)
    await c.execute(
        insert(feedback).values(team=team, story=story, person=person, what=what, remark=remark, said_at=now)
    )


async def newest(c: AsyncConnection, team: str, since_at: datetime, limit: int) -> tuple[FeedbackRow, ...]:
    """Returns the workspace's reasons that were said since then, the newest first."""
    row = feedback.c
    query = select(feedback).where(row.team == team, row.said_at >= since_at)
    rows = await c.execute(query.order_by(row.said_at.desc(), row.id.desc()).limit(limit))
    return tuple(from_row(FeedbackRow, each) for each in rows)


async def counts_since(c: AsyncConnection, team: str, since_at: datetime) -> dict[str, int]:
    """Returns how often each reason was said since then in the workspace."""
    row = feedback.c
    query = (
        select(row.what, func.count().label("times"))
        .where(row.team == team, row.said_at >= since_at)
        .group_by(row.what)
    )
    return {each.what: each.times for each in await c.execute(query)}
