"""Makes the proof of silence: how many outlets and articles were read, and which outlets fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.store import articles, sources
from bot.store.engine import Connection
from bot.store.sources import SourceRow
from handlers.cards.digest import Proof
from scrapers.outlet import Outlet

STALE_AFTER = {"media": timedelta(days=3), "official": timedelta(days=45), "aggregator": timedelta(days=14)}
"""An outlet whose newest entry is older than this counts as failing: its feed may be frozen."""
UNREAD_INTERVALS = 3
READING_MARGIN = timedelta(minutes=2)
"""Reading takes time, and waits for the host's turn."""


def by_outlet(rows: Sequence[SourceRow]) -> dict[str, list[SourceRow]]:
    """Source rows by their outlet's key."""
    grouped: dict[str, list[SourceRow]] = {}
    for row in rows:
        grouped.setdefault(row.outlet, []).append(row)
    return grouped


def failing_since(outlet: Outlet, rows: Sequence[SourceRow], now: datetime) -> datetime | None:
    """Since when an outlet has been failing; None while one of its sources works.

    A source fails when its last reading failed or when nobody has read it for three intervals. An outlet also fails
    when none of its sources has shown a new entry for a long time. One failing source among several concerns only the
    operators.
    """
    since = [_failing_source_since(outlet, row, now) for row in rows]
    failing = [at for at in since if at is not None]
    if rows and len(failing) == len(rows):
        return min(failing)
    newest = [row.newest_at for row in rows if row.newest_at is not None]
    stale_after = STALE_AFTER.get(outlet.kind, STALE_AFTER["media"])
    if newest and len(newest) == len(rows) and now - max(newest) > stale_after:
        return max(newest)
    return None


def _failing_source_since(outlet: Outlet, row: SourceRow, now: datetime) -> datetime | None:
    if row.failing_since is not None:
        return row.failing_since
    patience = timedelta(minutes=row.present_interval_minutes(outlet.every_minutes) * UNREAD_INTERVALS) + READING_MARGIN
    return row.last_ok_at if row.last_ok_at is not None and now - row.last_ok_at > patience else None


async def proof(c: Connection, outlets: Mapping[str, Outlet], now: datetime, since_at: datetime | None = None) -> Proof:
    """The proof of silence since an instant (default: one day ago)."""
    enabled = {key: outlet for key, outlet in outlets.items() if outlet.enabled}
    rows_of = by_outlet([row for row in await sources.all_of(c) if row.outlet in enabled])
    since_of = {key: failing_since(enabled[key], rows, now) for key, rows in rows_of.items()}
    failing = {key: since for key, since in since_of.items() if since is not None}
    read = [row.last_ok_at for rows in rows_of.values() for row in rows if row.last_ok_at is not None]
    counts = await articles.counts_since(c, since_at or now - timedelta(days=1))
    ok = sum(1 for key, rows in rows_of.items() if key not in failing and any(row.last_ok_at for row in rows))
    return Proof(
        sources_ok=ok,
        sources_all=len(enabled),
        articles=sum(count.articles for count in counts),
        last_check_at=max(read, default=None),
        failing=tuple(sorted((enabled[key].name, since) for key, since in failing.items())),
    )
