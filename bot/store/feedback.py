"""Reads and writes the ``feedback`` table: why a person finds a story not relevant, one reason a person and story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

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
