"""What is done once for ever: a row says that it was, even if its outcome was deleted since."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import try_insert
from bot.store.schema import firsts


async def take(c: AsyncConnection, team: str, key: str, now: datetime) -> bool:
    """True the first time this workspace has this key (as ``setting:channel:C0123``), never again."""
    return await try_insert(c, firsts, team=team, key=key, done_at=now)
