"""The requests to admins that stand in a workspace's channels, and the press or the command that settles one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Delivery
from bot.store.deliveries.table import find_all, want_revision
from bot.store.deliveries.watchdog import key_starts_with
from bot.store.schema import deliveries

_row = deliveries.c

SETTLED_REVISION = 2
"""A request's message shows the button in its first revision, and who settled it in this one."""


def request_key(team: str, rest: str) -> str:
    """Returns the key of a request's delivery."""
    return f"request:{team}:{rest}"


async def unsettled(c: AsyncConnection, team: str) -> list[Delivery]:
    """Those of a workspace that nobody has settled, also where the message is not posted yet."""
    of_team = key_starts_with(c, _row.key, request_key(team, ""))
    return await find_all(c, of_team, _row.wanted_revision < SETTLED_REVISION)


async def settle(c: AsyncConnection, asked: Delivery, user: str, now: datetime) -> bool:
    """Lets the message show who settled it and when, without its button; False where it was settled before."""
    if not await want_revision(c, asked.id, SETTLED_REVISION):
        return False
    payload = {**asked.payload, "settled_by": user, "settled_at": now.isoformat()}
    await c.execute(update(deliveries).where(_row.id == asked.id).values(payload=payload))
    return True
