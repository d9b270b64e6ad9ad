"""How the bot is: what was read although nothing was said, how much is owed, which outlets fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.store import articles, deliveries, sources
from bot.store.engine import Connection
from bot.store.sources import SourceRow
from handlers.cards import Health, Proof
from scrapers.outlet import Outlet

STALE_AFTER = timedelta(days=3)
"""A feed that answers but has told nothing new for so long is shown as failing: it may be frozen."""


def by_outlet(rows: Sequence[SourceRow]) -> dict[str, list[SourceRow]]:
    """Source rows under their outlet's key."""
    found: dict[str, list[SourceRow]] = {}
    for row in rows:
        found.setdefault(row.outlet, []).append(row)
    return found


def failing_since(rows: Sequence[SourceRow], now: datetime) -> datetime | None:
    """Since when an outlet gives nothing; None while one of its sources works.

    An outlet with a source that still works is read; one source of several that fails is the operators' business.
    """
    broken = [row.failing_since for row in rows if row.failing_since is not None]
    if rows and len(broken) == len(rows):
        return min(broken)
    frozen = [row.newest_at for row in rows if row.newest_at is not None]
    if frozen and len(frozen) == len(rows) and now - max(frozen) > STALE_AFTER:
        return max(frozen)
    return None


async def proof(c: Connection, outlets: Mapping[str, Outlet], now: datetime, since_at: datetime | None = None) -> Proof:
    """Proof of silence: what was read since then (a day, when nobody says)."""
    enabled = {key: outlet for key, outlet in outlets.items() if outlet.enabled}
    rows = by_outlet([row for row in await sources.all_of(c) if row.outlet in enabled])
    broken = {key: since for key, mine in rows.items() if (since := failing_since(mine, now)) is not None}
    read = [row.last_ok_at for mine in rows.values() for row in mine if row.last_ok_at is not None]
    counts = await articles.counts_since(c, since_at or now - timedelta(days=1))
    ok = sum(1 for key, mine in rows.items() if key not in broken and any(row.last_ok_at for row in mine))
    return Proof(
        sources_ok=ok,
        sources_all=len(enabled),
        articles=sum(count.articles for count in counts),
        last_check_at=max(read, default=None),
        failing=tuple(sorted((enabled[key].name, since) for key, since in broken.items())),
    )


async def health(c: Connection, now: datetime, team: str | None = None) -> Health:
    """How much is owed and when something last went well."""
    owed = await deliveries.depth(c, now, team)
    rows = await sources.all_of(c)
    return Health(
        queue_depth=owed.depth,
        oldest_due_at=owed.oldest_due_at,
        unknown=owed.unknown,
        last_post_at=await deliveries.last_post_at(c, team=team),
        last_sweep_at=max((row.last_ok_at for row in rows if row.last_ok_at), default=None),
    )
