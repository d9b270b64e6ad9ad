"""Proof of silence: how many outlets and articles were read, and which outlets fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.store import articles, sources
from bot.store.engine import Connection
from bot.store.sources import SourceRow
from handlers.cards.digest import Proof
from scrapers.outlet import Outlet

STALE_AFTER = {"media": timedelta(days=3), "official": timedelta(days=45), "aggregator": timedelta(days=14)}
"""A feed that answers but has told nothing new for so long is shown as failing: it may be frozen."""
UNREAD_INTERVALS = 3
READING_MARGIN = timedelta(minutes=2)
"""A reading takes its time, and waits for its host's turn."""


def by_outlet(rows: Sequence[SourceRow]) -> dict[str, list[SourceRow]]:
    """Source rows under their outlet's key."""
    found: dict[str, list[SourceRow]] = {}
    for row in rows:
        found.setdefault(row.outlet, []).append(row)
    return found


def failing_since(outlet: Outlet, rows: Sequence[SourceRow], now: datetime) -> datetime | None:
    """Since when an outlet gives nothing; None while one of its sources works.

    An outlet with a source that still works is read; one source of several that fails is the operators' business.
    Nothing is given, too, by a source that nobody has read for three intervals, and by a list that is frozen.
    """
    since = [_broken_since(outlet, row, now) for row in rows]
    broken = [at for at in since if at is not None]
    if rows and len(broken) == len(rows):
        return min(broken)
    newest = [row.newest_at for row in rows if row.newest_at is not None]
    if newest and len(newest) == len(rows) and now - max(newest) > STALE_AFTER.get(outlet.kind, STALE_AFTER["media"]):
        return max(newest)
    return None


def _broken_since(outlet: Outlet, row: SourceRow, now: datetime) -> datetime | None:
    if row.failing_since is not None:
        return row.failing_since
    unseen = timedelta(minutes=outlet.every_minutes * UNREAD_INTERVALS)
    return row.last_ok_at if row.last_ok_at is not None and now - row.last_ok_at > unseen + READING_MARGIN else None


async def proof(c: Connection, outlets: Mapping[str, Outlet], now: datetime, since_at: datetime | None = None) -> Proof:
    """Proof of silence: what was read since then (a day, when nobody says)."""
    enabled = {key: outlet for key, outlet in outlets.items() if outlet.enabled}
    rows = by_outlet([row for row in await sources.all_of(c) if row.outlet in enabled])
    found = {key: failing_since(enabled[key], mine, now) for key, mine in rows.items()}
    broken = {key: since for key, since in found.items() if since is not None}
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
