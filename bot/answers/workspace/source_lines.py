"""Makes the lines of the sources card from outlets and their rows (pure)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp
from typing import Literal, get_args

from bot.deliveries.reading_proof import failing_since
from bot.intake.reading_pace import REMEMBERED
from bot.store.hub_subscriptions import HubSubscription
from bot.store.outlet_troubles import OutletTrouble
from bot.store.page_refusals import PageRefusals
from bot.store.sources import STOPPED, SourceRow
from handlers.cards.sources import SourceLine
from scrapers.outlet import Outlet

SourceState = Literal["failing", "partly", "frozen", "new", "ok", "off"]
_ORDER: tuple[str, ...] = get_args(SourceState)
WATCHED = timedelta(days=4)
"""The average of new articles a day begins at 96 and forgets two thirds a day: less than two are left by then."""
_HTTP = re.compile(r"HTTP \d{3}")
_HUB_ORDER = ("denied", "failed", "active", "asked", "wanted", "leaving")


@dataclass(frozen=True, slots=True)
class OutletRows:
    """The rows of all outlets that say how they are read, by the outlet's key."""

    sources: Mapping[str, Sequence[SourceRow]] = field(default_factory=dict)
    frozen: Collection[OutletTrouble] = ()
    refusals: Sequence[PageRefusals] = ()
    hubs: Sequence[HubSubscription] = ()


def source_lines(
    outlets: Mapping[str, Outlet], rows: OutletRows, now: datetime, language: str
) -> tuple[SourceLine, ...]:
    """Returns a line for every outlet: those that fail first, those that are off last, each group by name."""
    lines = [source_line(outlet, rows, now, language) for outlet in outlets.values()]
    return tuple(sorted(lines, key=lambda line: (_ORDER.index(line.state), line.name.casefold(), line.key)))


def source_line(outlet: Outlet, rows: OutletRows, now: datetime, language: str) -> SourceLine:
    """Returns how one outlet is read."""
    if not outlet.enabled:
        why = (outlet.reason_ko or outlet.reason) if language == "ko" else outlet.reason
        return SourceLine(outlet.name, outlet.key, "off", why=why or "")
    own = rows.sources.get(outlet.key, ())
    frozen = next((trouble for trouble in rows.frozen if trouble.outlet == outlet.key), None)
    state, since_at = _state(outlet, own, frozen, now)
    failing = [row for row in own if row.failing_since is not None or row.error_code == STOPPED]
    paces = [pace for row in own if (pace := _pace(row, now)) is not None]
    times = [row.latency_seconds for row in own if row.latency_seconds is not None]
    hubs = {hub.state for hub in rows.hubs if hub.outlet == outlet.key}
    return SourceLine(
        name=outlet.name,
        key=outlet.key,
        state=state,
        last_ok_at=max((row.last_ok_at for row in own if row.last_ok_at is not None), default=None),
        latency_seconds=max(times, default=None),
        a_day=sum(paces) if paces else None,
        since_at=since_at,
        why=_status(failing[0]) if failing else "",
        code=(failing[0].error_code or "error") if failing else "",
        refused_by=tuple(
            row.host for row in rows.refusals if row.outlet == outlet.key and row.next_page_at is not None
        ),
        hub=next((state for state in _HUB_ORDER if state in hubs), ""),
    )


def _pace(row: SourceRow, now: datetime) -> float | None:
    """Returns the new articles a day, once a source has been read long enough: the average begins high.

    It is never below what one article before the first reading would have left: of the time before nothing is known.
    """
    if row.news_a_day is None or row.baseline_at is None or now - row.baseline_at < WATCHED:
        return None
    return max(row.news_a_day, exp(-((now - row.baseline_at) / REMEMBERED)))


def _status(row: SourceRow) -> str:
    """Returns the status that a source answers with; other words of the error are the log's."""
    return row.error if row.error and _HTTP.fullmatch(row.error) else ""


def _state(
    outlet: Outlet, rows: Sequence[SourceRow], frozen: OutletTrouble | None, now: datetime
) -> tuple[SourceState, datetime | None]:
    """Returns the state of an outlet, and since when it is in it."""
    since_at = failing_since(outlet, rows, now)
    if since_at is not None:
        return "failing", since_at
    parts = [row.failing_since for row in rows if row.failing_since is not None]
    stopped = [row for row in rows if row.error_code == STOPPED]
    if parts or stopped:
        return "partly", min(parts, default=None)
    if frozen is not None:
        return "frozen", frozen.since_at
    return ("ok" if any(row.last_ok_at for row in rows) else "new"), None
