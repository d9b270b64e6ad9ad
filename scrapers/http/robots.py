"""robots.txt (RFC 9309): fetched once a day per origin; an address that it forbids is not fetched."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from scrapers.errors import BadStatus, FetchRateLimited, FetchRefused, NotAsked, NotUnderstood, TooBig, Unreachable
from scrapers.http.fetch import Client
from scrapers.http.outlet_headers import NO_OUTLET, OutletHeaders

AGENT = "pactbot"
FORBIDDEN = "robots.txt forbids it"
CACHE_FOR = timedelta(hours=24)
CACHE_FAILURE_FOR = timedelta(minutes=10)
MAX_BYTES = 512 * 1024
MOST_ALLOWED = 2_000
"""So many addresses are known to be allowed; those that were not asked for the longest are forgotten first."""

Verdict = Callable[[str, str, str, str], Awaitable[tuple[bool, float | None]]]
"""Whether this robots.txt allows an agent an address, and its Crawl-delay: (text, agent, address, outlet)."""
OnCrawlDelay = Callable[[str, float], Awaitable[None]]
"""Receives a host and its Crawl-delay in seconds when its robots.txt asks for one, and 0 when it asks no more."""


@dataclass(frozen=True, slots=True)
class RobotsRecord:
    """A host's answer to the request for robots.txt."""

    text: str | None
    """None when no robots.txt came: a 4xx status allows everything, 5xx and no answer (status 0) allow nothing."""
    status: int
    fetched_at: datetime


class RobotsMemory(Protocol):
    """Stores records by origin: scheme, host and port (``https://www.example.com``)."""

    async def get(self, origin: str) -> RobotsRecord | None:
        """The record, of any age."""
        ...

    async def put(self, origin: str, record: RobotsRecord) -> None:
        """Store a record in place of the previous one."""
        ...


class MemoryRobots:
    """Stores records in a dict, for one process."""

    def __init__(self) -> None:
        self._records: dict[str, RobotsRecord] = {}

    async def get(self, origin: str) -> RobotsRecord | None:
        """The record, of any age."""
        return self._records.get(origin)

    async def put(self, origin: str, record: RobotsRecord) -> None:
        """Store a record in place of the previous one."""
        self._records[origin] = record


class Robots:
    """Fetches each robots.txt once a day and checks addresses against it."""

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
        self._no_answer: dict[str, str] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._allowed: dict[str, datetime] = {}
        """The addresses that were found to be allowed, with the time of the record that says so."""

    async def allow(self, url: str, outlet: str = "", headers: OutletHeaders = NO_OUTLET) -> None:
        """Return when the address may be fetched; the rules are parsed in the outlet's turn.

        robots.txt is asked for under the User-Agent of ``headers``; a record of it counts for every agent.

        :raises NotAsked: when robots.txt forbids it.
        :raises Unreachable: when robots.txt answered 5xx or not at all, with the reason; it may pass.
        :raises FetchRateLimited: when robots.txt itself is rate limited.
        """
        said_at = self._allowed.get(url)
        if said_at is not None and said_at <= self._now() < said_at + CACHE_FOR:
            self._remember(url, said_at)
            return
        origin = origin_of(url)
        record = await self._record(origin, outlet, headers)
        if record.text is not None:
            allowed, _ = await self._verdict(record.text, AGENT, url, outlet)
            if not allowed:
                raise NotAsked(url, FORBIDDEN)
        elif record.status == 0:
            raise Unreachable(url, self._no_answer.get(origin, "robots.txt could not be read"))
        elif record.status >= 500:
            raise Unreachable(url, f"robots.txt answered {record.status}, so nothing may be fetched for now")
        self._remember(url, record.fetched_at)

    def _remember(self, url: str, said_at: datetime) -> None:
        """Keeps that an address is allowed while its record counts, because a source is asked for again and again."""
        self._allowed.pop(url, None)
        self._allowed[url] = said_at
        if len(self._allowed) > MOST_ALLOWED:
            del self._allowed[next(iter(self._allowed))]

    async def _record(self, origin: str, outlet: str, headers: OutletHeaders) -> RobotsRecord:
        lock = self._locks.setdefault(origin, asyncio.Lock())
        async with lock:
            stored = await self._memory.get(origin)
            if stored is not None and self._now() - stored.fetched_at < _cache_time(stored):
                return stored
            fresh = await self._fetched(origin, headers)
            if _failed(fresh) and stored and stored.text is not None:  # the old rules stay valid
                fresh = RobotsRecord(stored.text, stored.status, self._now() - CACHE_FOR + CACHE_FAILURE_FOR)
            await self._memory.put(origin, fresh)
        if self._on_crawl_delay is not None:
            delay, before = [await self._crawl_delay(record, origin, outlet) for record in (fresh, stored)]
            if delay or before:
                await self._on_crawl_delay(urlsplit(origin).hostname or "", delay)
        return fresh

    async def _crawl_delay(self, record: RobotsRecord | None, origin: str, outlet: str) -> float:
        if record is None or record.text is None:
            return 0.0
        _, delay = await self._verdict(record.text, AGENT, origin + "/", outlet)
        return delay or 0.0

    async def _fetched(self, origin: str, headers: OutletHeaders) -> RobotsRecord:
        url = f"{origin}/robots.txt"
        accept = "text/plain, */*;q=0.5"
        try:
            response = await self._client.get(url, accept=accept, outlet=headers, max_bytes=MAX_BYTES, truncate=True)
        except FetchRateLimited:
            raise
        except BadStatus as error:
            return RobotsRecord(None, error.status, self._now())
        except (Unreachable, NotUnderstood, TooBig) as error:
            self._no_answer[origin] = error.problem
            return RobotsRecord(None, 0, self._now())
        text = response.body.decode("utf-8", "replace").lstrip("\ufeff")
        return RobotsRecord(text, response.status, self._now())


def _failed(record: RobotsRecord) -> bool:
    return record.text is None and (record.status == 0 or record.status >= 500)


def _cache_time(record: RobotsRecord) -> timedelta:
    return CACHE_FAILURE_FOR if _failed(record) else CACHE_FOR


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, to which its robots.txt belongs (RFC 9309, 2.3).

    :raises FetchRefused: for what is no address.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise FetchRefused(url, "is no address") from None
    name = f"[{host}]" if ":" in host else host
    standard = {"http": 80, "https": 443}.get(parts.scheme)
    return f"{parts.scheme}://{name}" + (f":{port}" if port and port != standard else "")
