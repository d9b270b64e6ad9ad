"""What people said of a story (``not_relevant``), once per person, story and word."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import inserted
from bot.store.schema import feedback


async def add(c: AsyncConnection, team: str, story: int, person: str, what: str, now: datetime) -> bool:
    """Write it down; False when this person said so before."""
    return await inserted(c, feedback, team=team, story=story, person=person, what=what, said_at=now)
