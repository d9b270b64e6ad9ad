"""Watches for silence: when nothing is read or posted for too long, the operators get one notice, and one of its end.

While nothing can be posted the notice waits as well; the log has it at once.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.deliveries.notices import OperatorsChannel, notify_operators
from bot.operations.open_notices import open_notices
from bot.process_start import ProcessStart
from bot.store import installations, sources
from bot.store.deliveries import watchdog
from bot.store.engine import Connection
from bot.store.sources import SourceRow
from scrapers.outlet import Outlet

log = logging.getLogger("pactbot.watchdog")

READ_INTERVALS = 3
MIN_READ_SILENCE = timedelta(minutes=30)
MAX_POST_SILENCE = timedelta(minutes=15)
"""How long something may be due while nothing at all is posted."""

Activity = Literal["read", "post"]
ACTIVITIES: tuple[Activity, ...] = ("read", "post")


@dataclass(frozen=True, slots=True)
class LastSuccess:
    """When reading and posting last succeeded, and since when something has been due."""

    began_at: datetime
    """When this process started: an earlier silence is not its fault."""
    read_at: datetime | None
    posted_at: datetime | None
    due_since: datetime | None


def max_read_silence(outlets: Mapping[str, Outlet], rows: Sequence[SourceRow] = ()) -> timedelta | None:
    """How long no outlet may be read: three times the shortest present interval, at least half an hour.

    None where no outlet is enabled.
    """
    enabled = {key: outlet for key, outlet in outlets.items() if outlet.enabled}
    adapted = [row.present_interval_minutes(enabled[row.outlet].every_minutes) for row in rows if row.outlet in enabled]
    intervals = adapted or [outlet.every_minutes for outlet in enabled.values()]
    return max(MIN_READ_SILENCE, timedelta(minutes=READ_INTERVALS * min(intervals))) if intervals else None


def silences(last: LastSuccess, max_read: timedelta | None, now: datetime) -> dict[Activity, datetime]:
    """The activities that have been silent for too long, and since when."""
    silent: dict[Activity, datetime] = {}
    if max_read is not None and now - max(last.read_at or last.began_at, last.began_at) > max_read:
        silent["read"] = last.read_at or last.began_at
    if last.due_since is not None:
        counted_from = max(at for at in (last.due_since, last.posted_at, last.began_at) if at is not None)
        if now - counted_from > MAX_POST_SILENCE:
            silent["post"] = max(last.due_since, last.posted_at or last.due_since)
    return silent


def is_over(activity: Activity, since: datetime, last: LastSuccess) -> bool:
    """Whether a silence ended because something succeeded, and not because this process has only begun."""
    if activity == "post" and last.due_since is None:
        return True
    succeeded_at = last.read_at if activity == "read" else last.posted_at
    return succeeded_at is not None and succeeded_at > since


class Watchdog:
    """Watches the rows of reading and posting; with ``operators`` None it only writes to the log."""

    def __init__(self, outlets: Mapping[str, Outlet], operators: OperatorsChannel | None, start: ProcessStart) -> None:
        self._outlets = outlets
        self._operators = operators
        self._start = start

    def reads_nothing(self, rows: Sequence[SourceRow], now: datetime) -> bool:
        """Whether none of several outlets has been read for too long, before this process began or since."""
        max_read = max_read_silence(self._outlets, rows)
        read_at = max((row.last_ok_at for row in rows if row.last_ok_at), default=None)
        several = sum(outlet.enabled for outlet in self._outlets.values()) > 1
        return several and max_read is not None and read_at is not None and now - read_at > max_read

    async def check(self, c: Connection, now: datetime) -> int:
        """Enqueues the notices of silences that began or ended; returns the number of messages."""
        notices = 0
        rows = await sources.all_of(c)
        read_at = max((row.last_ok_at for row in rows if row.last_ok_at), default=None)
        max_read = max_read_silence(self._outlets, rows)
        due_since = await watchdog.due_since(c, now)
        posted_at = await watchdog.last_posts(c, due_since.keys())
        reported = await open_notices(c, "silent", "well", ACTIVITIES)
        for installation in await installations.present(c):
            team = installation.team
            last = LastSuccess(self._start.by(now), read_at, posted_at.get(team), due_since.get(team))
            silent = silences(last, max_read, now)
            for activity in ACTIVITIES:
                report = reported.get((team, activity))
                notices += await self._report(c, team, activity, silent.get(activity), report, last, now)
        return notices

    async def _report(
        self,
        c: Connection,
        team: str,
        activity: Activity,
        since: datetime | None,
        reported_since: datetime | None,
        success: LastSuccess,
        now: datetime,
    ) -> int:
        """Reports a silence that has no notice yet, or the end of one that has."""
        if since is not None:
            log.error("silence_detected", extra={"what": activity, "since": since.isoformat(), "team": team})
            is_new = reported_since is None
            return await self._notify(c, team, "silent", activity, since.isoformat(), now) if is_new else 0
        if reported_since is None or not is_over(activity, reported_since, success):
            return 0
        log.info("silence_ended", extra={"what": activity, "team": team})
        return await self._notify(c, team, "well", activity, reported_since.isoformat(), now)

    async def _notify(
        self, c: Connection, team: str, prefix: str, activity: Activity, since: str, now: datetime
    ) -> int:
        what, code = f"{prefix}:{activity}:{since}", f"{prefix}_{activity}"
        return await notify_operators(c, self._operators, team, what, code, {"since": since}, now)
