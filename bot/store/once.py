"""Reads and writes the ``firsts`` table: actions that a workspace's bot does once for ever, even if undone since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import chunks, try_insert
from bot.store.schema import firsts


async def take(c: AsyncConnection, team: str, key: str, now: datetime) -> bool:
    """Returns True the first time this workspace has this key (as ``setting:channel:C0123``), and never again."""
    return await try_insert(c, firsts, team=team, key=key, done_at=now)


async def beginning_with(c: AsyncConnection, team: str, prefix: str) -> list[str]:
    """Returns the keys of the workspace that begin with this, oldest first."""
    query = select(firsts.c.key).where(firsts.c.team == team, firsts.c.key.startswith(prefix, autoescape=True))
    return list((await c.execute(query.order_by(firsts.c.done_at, firsts.c.key))).scalars())


async def taken(c: AsyncConnection, team: str, keys: Sequence[str]) -> set[str]:
    """Returns those of the keys that this workspace has taken."""
    done: set[str] = set()
    for some_keys in chunks(keys):
        query = select(firsts.c.key).where(firsts.c.team == team, firsts.c.key.in_(some_keys))
        done.update((await c.execute(query)).scalars())
    return done
