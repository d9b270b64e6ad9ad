"""Messages left in doubt: nobody could look whether they had arrived, and the installation wants no repeats.

What they were to tell stays told; a digest says that it may be missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Delivery
from bot.store.deliveries.table import some
from bot.store.rows import chunks
from bot.store.schema import deliveries

MAY_HAVE_BEEN_SENT = "may_have_been_sent"
"""Why such a message was cancelled."""
_SAID_BY = "said_by"
_d = deliveries.c


async def unreported(c: AsyncConnection, destination: int) -> list[Delivery]:
    """Those of a channel that no digest has spoken of which is there, or on its way."""
    return await _unsaid(c, _d.destination == destination)


async def unreported_before(c: AsyncConnection, team: str, before_at: datetime) -> list[Delivery]:
    """Those of a workspace that were owed before then."""
    return await _unsaid(c, _d.team == team, _d.created_at < before_at)


async def _unsaid(c: AsyncConnection, *where: ColumnElement[bool]) -> list[Delivery]:
    left = await some(c, _d.state == "cancelled", _d.error == MAY_HAVE_BEEN_SENT, *where)
    gone: set[object] = {None}
    for numbers in chunks({one.payload[_SAID_BY] for one in left if _SAID_BY in one.payload}):
        ended = select(_d.id).where(_d.id.in_(numbers), _d.state.in_(("cancelled", "dead")))
        gone.update((await c.execute(ended)).scalars())
    return [one for one in left if one.payload.get(_SAID_BY) in gone]


async def mark_reported(c: AsyncConnection, left: Iterable[Delivery], digest: int) -> None:
    """This digest speaks of them."""
    for one in left:
        payload = {**one.payload, _SAID_BY: digest}
        await c.execute(update(deliveries).where(_d.id == one.id).values(payload=payload))
