"""Writes this process's heartbeat, and notifies the operators when a process type is missing, and when it is back.

Every process does so, because a fleet of which all workers are dead cannot report it. A web process and a worker send
the notice; where only clocks are left, it waits, and the log and /readyz have it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.deliveries.notices import OperatorsChannel, notify_operators, operators_teams
from bot.errors import StoreTrouble
from bot.operations.open_notices import open_notices
from bot.operations.process_roles import HEARTBEAT_SECONDS, LIVES_FOR, ROLES, Role, counts, missing
from bot.store import processes
from bot.store.engine import Connection, Store
from bot.store.processes import Process

log = logging.getLogger("pactbot.processes")

KEPT_FOR = timedelta(days=1)
"""How long the row of a process stays after its last heartbeat."""
END_SECONDS = 1.0
MISSING_CODES: Mapping[Role, str] = {role: f"missing_{role}" for role in ROLES}


class ProcessWatch:
    """The heartbeat of one process, and what it sees of the others. With ``operators`` None only the log tells it."""

    def __init__(
        self,
        store: Store,
        name: str,
        part: str,
        operators: OperatorsChannel | None,
        now: Callable[[], datetime],
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._process = Process(name, part, now(), now())
        self._operators = operators
        self._now = now
        self._wake = wake
        self._beaten_at: datetime | None = None
        self._watched_since = now()
        self.missing: tuple[Role, ...] = ()
        """The process types that were missing at the last look."""

    async def run(self, stop: asyncio.Event) -> None:
        """Beats until ``stop``, and then notes that this process has ended."""
        while not stop.is_set():
            try:
                await self.beat()
            except StoreTrouble as error:
                log.warning("heartbeat_not_written", extra={"why": str(error)})
            with suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    await stop.wait()
        with suppress(StoreTrouble, TimeoutError):
            async with asyncio.timeout(END_SECONDS), self._store.begin() as c:
                await processes.end(c, self._process.name, self._now())

    async def beat(self) -> None:
        """Stores a heartbeat, and looks whether a process type is missing or back."""
        async with self._store.begin() as c:
            now = self._now()
            await processes.forget(c, now - KEPT_FOR)
            await processes.beat(c, replace(self._process, beat_at=now))
            present = await processes.all_of(c)
            if self._beaten_at is None or not timedelta(0) <= now - self._beaten_at < LIVES_FOR:
                self._watched_since = now
            absent = missing(present, self._watched_since, now)
            notices = await self._report(c, absent, counts(present, now), now)
        self._beaten_at = now
        self._log(absent)
        if notices:
            self._wake()

    async def _report(
        self, c: Connection, absent: Mapping[Role, datetime], living: Mapping[str, int], now: datetime
    ) -> int:
        """Enqueues the notices of what is missing, once for each absence, and of what is back; returns their number."""
        notices = 0
        teams = await operators_teams(c, self._operators)
        reported = await open_notices(c, "missing", "back", ROLES) if teams else {}
        for team in teams:
            for role in ROLES:
                since, known_since = absent.get(role), reported.get((team, role))
                if since is not None and known_since is None:
                    what, code, args = f"missing:{role}:{since.isoformat()}", MISSING_CODES[role], _since(since)
                elif known_since is not None and since is None and living.get(role, 1):
                    what, code = f"back:{role}:{known_since.isoformat()}", "process_back"
                    args = {"role": role, **_since(known_since)}
                else:
                    continue
                notices += await notify_operators(c, self._operators, team, what, code, args, now)
        return notices

    def _log(self, absent: Mapping[Role, datetime]) -> None:
        for role in absent.keys() - set(self.missing):
            log.error("process_missing", extra={"role": role, "since": absent[role].isoformat()})
        for role in set(self.missing) - absent.keys():
            log.info("process_back", extra={"role": role})
        self.missing = tuple(role for role in ROLES if role in absent)


def _since(at: datetime) -> dict[str, str]:
    return {"since": at.isoformat()}
