"""Unconfirmed deliveries: they may have arrived, history may not be read, and the policy wants no repeats.

Their matches stay told; the next digest says that these messages may be missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, TextClause, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Delivery
from bot.store.deliveries.table import find_all
from bot.store.rows import chunks
from bot.store.schema import GIVEN_UP_DELIVERY, UNCONFIRMED_DELIVERY, deliveries

MAY_HAVE_BEEN_SENT = "may_have_been_sent"
"""The reason with which an unconfirmed delivery is cancelled."""
_REPORTED_BY = "said_by"
_row = deliveries.c


async def unreported(c: AsyncConnection, destination: int) -> list[Delivery]:
    """The unconfirmed deliveries of a channel that no digest has reported, or only one that was never sent."""
    return await _unreported(c, _row.destination == destination)


async def unreported_before(c: AsyncConnection, team: str, before_at: datetime) -> list[Delivery]:
    """Those of a workspace that were enqueued before then."""
    return await _unreported(c, GIVEN_UP_DELIVERY, _row.team == team, _row.created_at < before_at)


async def _unreported(c: AsyncConnection, *where: ColumnElement[bool] | TextClause) -> list[Delivery]:
    unconfirmed = await find_all(c, UNCONFIRMED_DELIVERY, _row.kind != "merged", *where)
    digests = {delivery.payload[_REPORTED_BY] for delivery in unconfirmed if _REPORTED_BY in delivery.payload}
    never_sent: set[object] = {None}
    for ids in chunks(digests):
        ended = select(_row.id).where(_row.id.in_(ids), _row.state.in_(("cancelled", "dead")))
        never_sent.update((await c.execute(ended)).scalars())
    return [delivery for delivery in unconfirmed if delivery.payload.get(_REPORTED_BY) in never_sent]


async def mark_reported(c: AsyncConnection, unconfirmed: Iterable[Delivery], digest: int) -> None:
    """Write down which digest reports them."""
    for delivery in unconfirmed:
        payload = {**delivery.payload, _REPORTED_BY: digest}
        await c.execute(update(deliveries).where(_row.id == delivery.id).values(payload=payload))
