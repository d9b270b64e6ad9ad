"""Corrects deliveries that were enqueued, tried or held by a clock that was put back since."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.future_instants import MAX_SKEW
from bot.store.schema import deliveries

READ_BACK = timedelta(days=1)
"""Where neither the first try's true instant nor the delivery's is known, Slack's history is read back this far."""
_row = deliveries.c
_OPEN = ("due", "held", "waiting", "sending", "unknown")


async def has_any(c: AsyncConnection, now: datetime) -> bool:
    """Whether an open delivery was enqueued or tried in the future."""
    latest = now + MAX_SKEW
    ahead = select(_row.id).where(_row.state.in_(_OPEN), or_(_row.created_at > latest, _row.last_try_at > latest))
    return bool((await c.execute(select(exists(ahead)))).scalar_one())


async def correct(c: AsyncConnection, now: datetime) -> int:
    """Moves creation and tries to the past; returns the number of deliveries.

    A first try moves to the delivery's creation, so that a read of Slack's history still includes its message. A held
    delivery is released: it is held again when it is rendered, by the clock that is right.
    """
    latest = now + MAX_SKEW
    in_state = _row.state.in_(_OPEN)
    is_held = (_row.state == "held", or_(_row.created_at > latest, _row.last_try_at > latest))
    no_burst = update(deliveries).where(*is_held, _row.kind == "card")
    await c.execute(no_burst.values(payload={}))
    released = (await c.execute(update(deliveries).where(*is_held).values(not_before=now))).rowcount
    created_at = case((_row.created_at > latest, now - READ_BACK), else_=_row.created_at)
    first = update(deliveries).where(in_state, _row.first_try_at > latest)
    await c.execute(first.values(first_try_at=created_at))
    last = update(deliveries).where(in_state, _row.last_try_at > latest)
    tried = (await c.execute(last.values(last_try_at=now))).rowcount
    created = update(deliveries).where(in_state, _row.created_at > latest)
    return released + tried + (await c.execute(created.values(created_at=now))).rowcount
