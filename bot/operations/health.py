"""Measures the bot's health for monitors: queue depth, oldest due delivery, last post, last reading."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from bot.operations.process_roles import counts
from bot.store import processes, sources
from bot.store.deliveries import audits
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection
from handlers.cards.status import Audited, Health

FIGURES = (
    *("queue_depth", "oldest_due_seconds", "unknown", "last_post_seconds", "last_sweep_seconds"),
    "socket_age_seconds",
)
"""The names that /healthz and /metrics show."""


async def health(
    c: Connection, now: datetime, team: str | None = None, socket_age_seconds: float | None = None
) -> Health:
    """The health of one workspace, or of all of them."""
    queue = await deliveries.depth(c, now, team)
    audit = await audits.last_of(c, team) if team is not None else None
    rows = await sources.all_of(c)
    return Health(
        queue_depth=queue.depth,
        oldest_due_at=queue.oldest_due_at,
        unknown=queue.unknown,
        last_post_at=await deliveries.last_post_at(c, team=team),
        last_sweep_at=max((row.last_ok_at for row in rows if row.last_ok_at), default=None),
        audited=Audited(**asdict(audit)) if audit else None,
        socket_age_seconds=socket_age_seconds,
        processes=counts(await processes.all_of(c), now),
    )


def figures(measured: Health | None, now: datetime) -> dict[str, float | None]:
    """The figures under their public names; None stands for never, or for unknown."""

    def age_seconds(at: datetime | None) -> float | None:
        return None if at is None else round((now - at).total_seconds(), 3)

    if measured is None:
        return dict.fromkeys(FIGURES)
    values = (
        measured.queue_depth,
        age_seconds(measured.oldest_due_at),
        measured.unknown,
        age_seconds(measured.last_post_at),
        age_seconds(measured.last_sweep_at),
        None if measured.socket_age_seconds is None else round(measured.socket_age_seconds, 3),
    )
    return dict(zip(FIGURES, values, strict=True))
