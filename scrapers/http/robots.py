"""robots.txt (RFC 9309): what a host does not want asked, remembered for a day."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from scrapers.errors import BadStatus, FetchRateLimited, FetchRefused, NotUnderstood, Unreachable
from scrapers.http.fetch import Client

AGENT = "pactbot"
KEEP = timedelta(hours=24)
KEEP_FAILURE = timedelta(minutes=10)
MAX_BYTES = 512 * 1024

Verdict = Callable[[str, str, str], Awaitable[tuple[bool, float | None]]]
"""robots.txt, agent, address → may it be asked, and the Crawl-delay in seconds."""
OnCrawlDelay = Callable[[str, float], Awaitable[None]]
"""Told the host and the seconds it wants between two requests, each time its robots.txt is read."""


@dataclass(frozen=True, slots=True)
class RobotsRecord:
    """One robots.txt as it was answered."""

    text: str | None
    """None when there was none to read: 4xx allows everything, 5xx and silence (status 0) allow nothing."""
    status: int
    fetched_at: datetime


class RobotsMemory(Protocol):
    """Where records are kept, by scheme, host and port (``https://www.example.com``)."""

    async def get(self, origin: str) -> RobotsRecord | None:
        """The record, however old."""
        ...

    async def put(self, origin: str, record: RobotsRecord) -> None:
        """Remember a record in place of the one before."""
        ...


class MemoryRobots:
    """Records in a dict, for one process."""

    def __init__(self) -> None:
        self._records: dict[str, RobotsRecord] = {}

    async def get(self, origin: str) -> RobotsRecord | None:
        """The record, however old."""
        return self._records.get(origin)

    async def put(self, origin: str, record: RobotsRecord) -> None:
        """Remember a record in place of the one before."""
        self._records[origin] = record


class Robots:
    """Asks for each robots.txt once a day and holds every address against it."""

    def __init__(
        self,
        client: Client,
        memory: RobotsMemory,
        verdict: Verdict,
        now: Callable[[], datetime],
        on_crawl_delay: OnCrawlDelay | None = None,
    ) -> None:
        self._client = client
        self._memory = memory
        self._verdict = verdict
        self._now = now
        self._on_crawl_delay = on_crawl_delay
        self._silent: dict[str, str] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def allow(self, url: str) -> None:
        """Return when the address may be asked.

        :raises FetchRefused: when robots.txt forbids it, or was answered with 5xx.
        :raises Unreachable: when the host gave no robots.txt at all, with the reason.
        """
        origin = origin_of(url)
        record = await self._record(origin)
        if record.text is not None:
            allowed, _ = await self._verdict(record.text, AGENT, url)
            if not allowed:
                raise FetchRefused(url, "robots.txt forbids it")
        elif record.status == 0:
            raise Unreachable(url, self._silent.get(origin, "robots.txt could not be read"))
        elif record.status >= 500:
            raise FetchRefused(url, f"robots.txt answered {record.status}, so nothing may be asked for now")

    async def _record(self, origin: str) -> RobotsRecord:
        lock = self._locks.setdefault(origin, asyncio.Lock())
        async with lock:
            known = await self._memory.get(origin)
            if known is not None and self._now() - known.fetched_at < _kept(known):
                return known
            fresh = await self._fetched(origin)
            if fresh.text is None and (fresh.status == 0 or fresh.status >= 500) and known and known.text is not None:
                fresh = RobotsRecord(known.text, known.status, self._now() - KEEP + KEEP_FAILURE)
            await self._memory.put(origin, fresh)
        if fresh.text is not None and self._on_crawl_delay is not None:
            _, delay = await self._verdict(fresh.text, AGENT, origin + "/")
            if delay:
                await self._on_crawl_delay(urlsplit(origin).hostname or "", delay)
        return fresh

    async def _fetched(self, origin: str) -> RobotsRecord:
        url = f"{origin}/robots.txt"
        try:
            answer = await self._client.get(url, accept="text/plain, */*;q=0.5", max_bytes=MAX_BYTES, truncate=True)
        except FetchRateLimited:
            raise
        except BadStatus as problem:
            return RobotsRecord(None, problem.status, self._now())
        except (Unreachable, NotUnderstood) as problem:
            self._silent[origin] = problem.problem
            return RobotsRecord(None, 0, self._now())
        return RobotsRecord(answer.body.decode("utf-8", "replace").lstrip("\ufeff"), answer.status, self._now())


def _kept(record: RobotsRecord) -> timedelta:
    failed = record.text is None and (record.status == 0 or record.status >= 500)
    return KEEP_FAILURE if failed else KEEP


def origin_of(url: str) -> str:
    """Scheme, host and port, as RFC 9309 wants robots.txt to be looked for."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise FetchRefused(url, "is no address") from None
    name = f"[{host}]" if ":" in host else host
    standard = {"http": 80, "https": 443}.get(parts.scheme)
    return f"{parts.scheme}://{name}" + (f":{port}" if port and port != standard else "")
