"""Keeps our politeness to outlets in rows: the next turn at each host, and each robots.txt as it was read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.store import hosts, robots
from bot.store.engine import Store
from bot.store.robots import RobotsRow
from scrapers.http.robots import CACHE_FOR, RobotsRecord

LONGEST_CRAWL_DELAY = timedelta(hours=1)


class HostTurns:
    """Waits until a host may be asked again. A turn is a row: it survives a restart and holds for every process."""

    def __init__(self, store: Store, pause_seconds: float, now: Callable[[], datetime]) -> None:
        self._store = store
        self._pause_seconds = pause_seconds
        self._now = now

    async def wait(self, host: str) -> None:
        """Reserves the host's next turn and waits for it."""
        async with self._store.begin() as c:
            begins_at = await hosts.take_turn(c, host, self._now(), self._pause_seconds)
        seconds = (begins_at - self._now()).total_seconds()
        if seconds > 0:
            await asyncio.sleep(seconds)

    async def slow_down(self, host: str, pause_seconds: float) -> None:
        """Notes the pause that the host's robots.txt asks for (Crawl-delay)."""
        async with self._store.begin() as c:
            await hosts.set_pause(c, host, min(pause_seconds, LONGEST_CRAWL_DELAY.total_seconds()))


class StoredRobots:
    """The scrapers' memory of robots.txt, in rows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, origin: str) -> RobotsRecord | None:
        """Returns the record, however old."""
        async with self._store.read() as c:
            row = await robots.get(c, origin)
        if row is None:
            return None
        return RobotsRecord(row.body if row.body or row.status == 200 else None, row.status or 0, row.fetched_at)

    async def put(self, origin: str, record: RobotsRecord) -> None:
        """Writes a record in place of the one before."""
        row = RobotsRow(origin, record.status, record.text or "", record.fetched_at, record.fetched_at + CACHE_FOR)
        async with self._store.begin() as c:
            await robots.put(c, row)
