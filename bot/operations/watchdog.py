"""The dead man's line: when nothing succeeds for too long the operators hear of it, once, and once of its end.

Where nothing can be posted the line itself waits; it stands in the log at once.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.deliveries.notices import OperatorsChannel, notify_operators
from bot.store import installations, sources
from bot.store.deliveries import table as deliveries
from bot.store.deliveries import watchdog
from bot.store.engine import Connection
from scrapers.outlet import Outlet

log = logging.getLogger("pactbot.watchdog")

READ_INTERVALS = 3
MIN_READ_SILENCE = timedelta(minutes=30)
MAX_POST_SILENCE = timedelta(minutes=15)
"""How long something may be due while nothing at all is posted."""

Activity = Literal["read", "post"]


@dataclass(frozen=True, slots=True)
class LastSuccess:
    """What went well last, and since when something waits to be posted."""

    began_at: datetime
    """When this process began to watch: it is not to blame for what was before."""
    read_at: datetime | None
    posted_at: datetime | None
    due_since: datetime | None


def max_read_silence(outlets: Mapping[str, Outlet]) -> timedelta | None:
    """How long no outlet at all may be read: three times the shortest interval; None where none is read."""
    intervals = [outlet.every_minutes for outlet in outlets.values() if outlet.enabled]
    return max(MIN_READ_SILENCE, timedelta(minutes=READ_INTERVALS * min(intervals))) if intervals else None


def silences(seen: LastSuccess, patience: timedelta | None, now: datetime) -> dict[Activity, datetime]:
    """What is silent for too long, and since when."""
    found: dict[Activity, datetime] = {}
    if patience is not None and now - max(seen.read_at or seen.began_at, seen.began_at) > patience:
        found["read"] = seen.read_at or seen.began_at
    if seen.due_since is not None:
        stood = max(at for at in (seen.due_since, seen.posted_at, seen.began_at) if at is not None)
        if now - stood > MAX_POST_SILENCE:
            found["post"] = max(seen.due_since, seen.posted_at or seen.due_since)
    return found


class Watchdog:
    """Watches over one process's rows; ``operators`` None: into the log alone."""

    def __init__(self, outlets: Mapping[str, Outlet], operators: OperatorsChannel | None, began_at: datetime) -> None:
        self._patience = max_read_silence(outlets)
        self._operators = operators
        self._began_at = began_at

    async def look(self, c: Connection, now: datetime) -> int:
        """Owes what is to be said now; returns how many messages that is."""
        owed = 0
        read_at = max((row.last_ok_at for row in await sources.all_of(c) if row.last_ok_at), default=None)
        for team in await installations.present(c):
            posted_at = await deliveries.last_post_at(c, team=team.team)
            due_since = await watchdog.due_since(c, team.team, now)
            silent = silences(LastSuccess(self._began_at, read_at, posted_at, due_since), self._patience, now)
            for what in ("read", "post"):
                owed += await self._say(c, team.team, what, silent.get(what), now)
        return owed

    async def _say(self, c: Connection, team: str, what: Activity, since: datetime | None, now: datetime) -> int:
        """A silence that nobody spoke of, or the end of one that was spoken of."""
        last = await watchdog.newest_with_prefix(c, f"notice:{team}:silent:{what}:")
        ended = last is None or await deliveries.by_key(c, last.key.replace(":silent:", ":well:", 1)) is not None
        if since is not None:
            log.error("silent", extra={"what": what, "since": since.isoformat(), "team": team})
            return await self._owe(c, team, "silent", what, since.isoformat(), now) if ended else 0
        if last is None or ended:
            return 0
        log.info("well_again", extra={"what": what, "team": team})
        return await self._owe(c, team, "well", what, last.key.rsplit(f":{what}:", 1)[1], now)

    async def _owe(self, c: Connection, team: str, code: str, what: Activity, since: str, now: datetime) -> int:
        key, said = f"{code}:{what}:{since}", f"{code}_{what}"
        return await notify_operators(c, self._operators, team, key, said, {"since": since}, now)
