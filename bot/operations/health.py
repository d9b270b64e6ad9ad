"""Counts what monitors ask for: queue depth, oldest due delivery, last post, last sweep."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from bot.store import sources
from bot.store.deliveries import audits
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from handlers.cards.status import Audited, Health

FIGURES = (
    *("queue_depth", "oldest_due_seconds", "unknown", "last_post_seconds", "last_sweep_seconds"),
    "socket_age_seconds",
)


async def health(
    c: Connection, now: datetime, team: str | None = None, socket_age_seconds: float | None = None
) -> Health:
    """How much is owed and when something last went well."""
    owed = await deliveries.depth(c, now, team)
    audit = await audits.last_of(c, team) if team is not None else None
    rows = await sources.all_of(c)
    return Health(
        queue_depth=owed.depth,
        oldest_due_at=owed.oldest_due_at,
        unknown=owed.unknown,
        last_post_at=await deliveries.last_post_at(c, team=team),
        last_sweep_at=max((row.last_ok_at for row in rows if row.last_ok_at), default=None),
        audited=Audited(**asdict(audit)) if audit else None,
        socket_age_seconds=socket_age_seconds,
    )


def figures(found: Health | None, now: datetime) -> dict[str, float | None]:
    """The six figures that tell how the bot is, under the names that every monitor sees. None: never, or unknown."""

    def age(at: datetime | None) -> float | None:
        return None if at is None else round((now - at).total_seconds(), 3)

    if found is None:
        return dict.fromkeys(FIGURES)
    oldest, post, sweep = age(found.oldest_due_at), age(found.last_post_at), age(found.last_sweep_at)
    ear = None if found.socket_age_seconds is None else round(found.socket_age_seconds, 3)
    return dict(zip(FIGURES, (found.queue_depth, oldest, found.unknown, post, sweep, ear), strict=True))


async def oldest_reading(c: Connection) -> datetime | None:
    """Since when we read at all: before that, nothing is known of what is usual."""
    return min((row.baseline_at for row in await sources.all_of(c) if row.baseline_at), default=None)
