"""Finds what is wrong with an outlet from the rows of its sources: failing, stopped, frozen. Pure functions.

A source that answers and merely lists nothing new is not in trouble. Only where the silence is out of all proportion to
the outlet's own pace may its list be frozen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.deliveries.reading_proof import READING_MARGIN, UNREAD_INTERVALS, unread_since
from bot.store.outlet_troubles import OutletTrouble, TroubleKind
from bot.store.sources import STOPPED, SourceRow
from scrapers.outlet import Outlet

FOUND_KINDS: tuple[TroubleKind, ...] = ("failing", "source_failing", "stopped", "frozen")
REPORT_AFTER_INTERVALS = 3
SILENT_AFTER = {"media": timedelta(days=3), "official": timedelta(days=45), "aggregator": timedelta(days=14)}
"""A shorter silence is no sign of a frozen list, whatever the outlet's pace."""
SILENT_GAPS = 20
"""And so many times the usual gap between two entries."""
ENTRIES_OF_PACE = 10
"""The usual gap is the mean one between the newest entries; of fewer entries no gap is known."""


def usual_gap(times: Sequence[datetime]) -> timedelta | None:
    """Returns the mean time between an outlet's newest entries, or None where there are too few to tell."""
    newest = sorted(times, reverse=True)[:ENTRIES_OF_PACE]
    return None if len(newest) < ENTRIES_OF_PACE else (newest[0] - newest[-1]) / (ENTRIES_OF_PACE - 1)


def silent_since(outlet: Outlet, rows: Sequence[SourceRow], now: datetime) -> datetime | None:
    """Returns the time of the newest entry, where that is long ago for its kind and all sources are dated."""
    newest = [row.newest_at for row in rows if row.newest_at is not None]
    silent_after = SILENT_AFTER.get(outlet.kind, SILENT_AFTER["media"])
    if not newest or len(newest) < len(rows) or now - max(newest) <= silent_after:
        return None
    return max(newest)


def troubles_of(
    outlet: Outlet, rows: Sequence[SourceRow], gap: timedelta | None, began_at: datetime, now: datetime
) -> list[OutletTrouble]:
    """Returns the troubles of one outlet at present; ``gap`` is its usual gap, ``began_at`` when this process began."""

    def trouble(kind: TroubleKind, since_at: datetime, row: SourceRow | None = None) -> OutletTrouble:
        why = "" if row is None else row.error or row.error_code or ""
        subject = "" if row is None or kind == "failing" else row.url
        return OutletTrouble(kind, outlet.key, subject, outlet.name, why, since_at, now)

    stopped = [row for row in rows if row.error_code == STOPPED]
    found = [trouble("stopped", row.gone_first_at or row.last_try_at or now, row) for row in stopped]
    live = [row for row in rows if row.error_code != STOPPED]
    failing = {row.url: row.failing_since for row in live if row.failing_since and _is_reported(outlet, row, now)}
    unread = {row.url: at for row in live if (at := _unread_since(outlet, row, began_at, now)) is not None}
    since = {**failing, **unread}
    found += [trouble("source_failing", failing[row.url], row) for row in live if row.url in failing]
    if live and len(since) == len(live):
        found.append(trouble("failing", min(since.values()), next((row for row in live if row.url in failing), None)))
    silent_at = silent_since(outlet, live, now)
    if silent_at is not None and gap is not None and now - silent_at > gap * SILENT_GAPS:
        found.append(trouble("frozen", silent_at))
    return found


def may_begin(trouble: OutletTrouble, present: Sequence[OutletTrouble], *, reads_nothing: bool) -> bool:
    """Whether operators hear of a trouble that is new.

    Where the whole outlet fails they hear of that alone, and while nothing at all can be read only of that, because
    the fault is ours then. An end needs no such rule: what is over is over.
    """
    if trouble.kind == "stopped":
        return True
    failing = any(each.kind == "failing" and each.outlet == trouble.outlet for each in present)
    return not reads_nothing and (trouble.kind == "failing" or not failing)


def _is_reported(outlet: Outlet, row: SourceRow, now: datetime) -> bool:
    patience = timedelta(minutes=outlet.every_minutes * REPORT_AFTER_INTERVALS)
    return row.failing_since is not None and now - row.failing_since >= patience


def _unread_since(outlet: Outlet, row: SourceRow, began_at: datetime, now: datetime) -> datetime | None:
    """Returns since when nobody has read a source; a silence before this process began is not its fault."""
    patience = timedelta(minutes=row.present_interval_minutes(outlet.every_minutes) * UNREAD_INTERVALS)
    is_new = now - began_at <= patience + READING_MARGIN
    return None if is_new or row.failing_since is not None else unread_since(outlet, row, now)
