"""Reads and writes when a channel's digests are to be looked at next: ``digest_due_at`` of ``destinations``.

A new channel is due at once. Triggers of the database make it due at once whenever its digest, its quiet hours, its
zone or one of its subscriptions changes, so that no writer can forget it, not even a process of an older version. None
means that it has no subscription, so nothing can ever fall due.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, exists, not_, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Destination
from bot.store.future_instants import MAX_SKEW
from bot.store.installations import is_stopped
from bot.store.rows import from_row
from bot.store.schema import destinations

_row = destinations.c


async def due(c: AsyncConnection, now: datetime) -> tuple[int, ...]:
    """Returns the active channels that are to be looked at by now, except those of stopped workspaces.

    A channel that was looked at in the future is one of them: the clock of another process may be ahead, and of several
    slots it made the last.
    """
    looks = (_row.digest_due_at <= now, _row.digest_looked_at > now + MAX_SKEW)
    queries = (select(_row.id).where(_row.state == "active", look, not_(is_stopped(_row.team))) for look in looks)
    return tuple(sorted((await c.execute(union(*queries))).scalars()))


async def lock(c: AsyncConnection, destination_ids: Sequence[int]) -> tuple[Destination, ...]:
    """Returns the active ones of these channels; nobody else makes them due until the transaction ends."""
    query = select(destinations).where(_row.id.in_(destination_ids), _row.state == "active").order_by(_row.id)
    rows = await c.execute(query.with_for_update(key_share=True))  # rows that refer to a channel need not wait
    return tuple(from_row(Destination, row) for row in rows)


async def move_on(c: AsyncConnection, due_at: Mapping[int, datetime | None], now: datetime) -> None:
    """Writes when each of these channels, which the caller has locked, is to be looked at next."""
    if due_at:
        moved = update(destinations).where(_row.id == bindparam("channel"))
        moved = moved.values(digest_due_at=bindparam("due_at"), digest_looked_at=now)
        await c.execute(moved, [{"channel": channel, "due_at": at} for channel, at in due_at.items()])


async def are_ahead(c: AsyncConnection, now: datetime) -> bool:
    """Whether a channel was looked at in the future, by a clock that was put back since."""
    ahead = select(_row.id).where(_row.digest_looked_at > now + MAX_SKEW)
    return bool((await c.execute(select(exists(ahead)))).scalar_one())


async def look_again(c: AsyncConnection, now: datetime) -> int:
    """Makes such channels due at once; returns their number."""
    ahead = update(destinations).where(_row.digest_looked_at > now + MAX_SKEW)
    return (await c.execute(ahead.values(digest_due_at=now, digest_looked_at=now))).rowcount
