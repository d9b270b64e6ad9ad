"""What Slack sent: remembered before the ack, so that nothing acked is lost and nothing replayed is done twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import inserted, made
from bot.store.schema import inbound


@dataclass(frozen=True, slots=True)
class Inbound:
    """One command, action or event, by Slack's own id of it (envelope, trigger or event)."""

    team: str
    id: str
    kind: str
    payload: Mapping[str, object]
    heard_at: datetime
    handled_at: datetime | None


async def remember(
    c: AsyncConnection,
    team: str,
    slack_id: str,
    kind: str,
    payload: Mapping[str, object],
    now: datetime,
) -> bool:
    """True when it is heard for the first time; False for a redelivery or a replay."""
    values = {"kind": kind, "payload": dict(payload), "heard_at": now}
    return await inserted(c, inbound, team=team, id=slack_id, **values)


async def handled(c: AsyncConnection, team: str, slack_id: str, now: datetime) -> None:
    """It is done: what was said, and the address that would let anybody answer it, are forgotten."""
    mine = update(inbound).where(inbound.c.team == team, inbound.c.id == slack_id)
    await c.execute(mine.values(handled_at=now, payload={}))


async def unhandled(c: AsyncConnection, since_at: datetime, until_at: datetime | None = None) -> tuple[Inbound, ...]:
    """Heard in this time and not done: somebody stopped half way."""
    query = select(inbound).where(inbound.c.handled_at.is_(None), inbound.c.heard_at >= since_at)
    if until_at is not None:
        query = query.where(inbound.c.heard_at < until_at)
    rows = await c.execute(query.order_by(inbound.c.heard_at, inbound.c.id))
    return tuple(made(Inbound, row) for row in rows)


async def forget(c: AsyncConnection, before_at: datetime) -> int:
    """Drop what was heard before then; Slack redelivers within the hour."""
    return (await c.execute(delete(inbound).where(inbound.c.heard_at < before_at))).rowcount
