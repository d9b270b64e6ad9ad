"""Makes the proof of silence: how many outlets and articles were read, which outlets fail, and which are frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.store import articles, outlet_troubles, sources
from bot.store.engine import Connection
from bot.store.sources import SourceRow
from handlers.cards.digest import Proof
from scrapers.outlet import Outlet

UNREAD_INTERVALS = 3
READING_MARGIN = timedelta(minutes=2)
"""Reading takes time, and waits for the host's turn."""


def present_rows(outlets: Mapping[str, Outlet], rows: Sequence[SourceRow]) -> dict[str, list[SourceRow]]:
    """The rows of the sources that the enabled outlets have at present, by the outlet's key."""
    grouped: dict[str, list[SourceRow]] = {}
    addresses = {key: {source.url for source in outlet.sources} for key, outlet in outlets.items() if outlet.enabled}
    for row in rows:
        if row.url in addresses.get(row.outlet, ()):
            grouped.setdefault(row.outlet, []).append(row)
    return grouped


def failing_since(outlet: Outlet, rows: Sequence[SourceRow], now: datetime) -> datetime | None:
    """Since when an outlet has been failing; None while one of its sources works.

    A source fails when its last reading failed or when nobody has read it for three intervals. One that answers and
    lists nothing new works. One failing source among several concerns only the operators.
    """
    since = [row.failing_since or unread_since(outlet, row, now) for row in rows]
    failing = [at for at in since if at is not None]
    return min(failing) if rows and len(failing) == len(rows) else None


def unread_since(outlet: Outlet, row: SourceRow, now: datetime) -> datetime | None:
    """The last reading of a source that has not been read for three of its present intervals."""
    patience = timedelta(minutes=row.present_interval_minutes(outlet.every_minutes) * UNREAD_INTERVALS) + READING_MARGIN
    return row.last_ok_at if row.last_ok_at is not None and now - row.last_ok_at > patience else None


async def proof(c: Connection, outlets: Mapping[str, Outlet], now: datetime, since_at: datetime | None = None) -> Proof:
    """The proof of silence since an instant (default: one day ago)."""
    enabled = {key: outlet for key, outlet in outlets.items() if outlet.enabled}
    rows_of = present_rows(enabled, await sources.all_of(c))
    frozen = await outlet_troubles.of_kinds(c, ["frozen"])
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
        frozen=tuple((each.name, each.since_at) for each in frozen if each.outlet in enabled.keys() - failing.keys()),
    )
