"""The job ``websub``: asks hubs to subscribe, renew or end what is due, and ends what is read no longer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.model import Job
from bot.store import hosts, hub_subscriptions
from bot.store.engine import Store
from bot.store.hub_subscriptions import HubSubscription
from bot.websub.decisions import changed, failed, form, requested
from scrapers.errors import FetchRateLimited, ScrapeError
from scrapers.outlet import Outlet
from scrapers.scraper import Scraper

log = logging.getLogger("pactbot.websub")

JOB = Job("websub")
EVERY_MINUTES = 10
"""The interval of the schedule; a request that is due sooner has a job of its own."""
REQUESTS_A_JOB = 10


class HubRequests:
    """Sends the requests of due rows. A hub that fails is asked again later; no person hears of it."""

    def __init__(
        self,
        store: Store,
        outlets: Mapping[str, Outlet],
        scraper: Scraper,
        public_url: str,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._outlets = outlets
        self._scraper = scraper
        self._public_url = public_url
        self._now = now

    async def run(self, _key: str) -> Iterable[Job]:
        """Runs once; returns the job of the next request, where that comes before the schedule's."""
        await self._follow_changes()
        async with self._store.read() as c:
            due = await hub_subscriptions.due(c, self._now(), REQUESTS_A_JOB)
        for row in due:
            await self._request(row)
        async with self._store.read() as c:
            return next_job(await hub_subscriptions.next_try_at(c), self._now())

    async def _follow_changes(self) -> None:
        """Ends the subscriptions of sources that are read no longer; moves those at another address of ours."""
        async with self._store.read() as c:
            rows = await hub_subscriptions.all_of(c)
        enabled = [outlet for outlet in self._outlets.values() if outlet.enabled]
        sources = {(outlet.key, source.url) for outlet in enabled for source in outlet.sources} if rows else set()
        for row in rows:
            after = changed(row, sources, self._public_url, self._now())
            if after is not None:
                async with self._store.begin() as c:
                    await hub_subscriptions.replace_unchanged(c, row, after)

    async def _request(self, before: HubSubscription) -> None:
        """Asks one hub. The row is written before the call, because a hub may verify before it answers."""
        row = requested(before, self._now())
        async with self._store.begin() as c:
            if row is None:
                await hub_subscriptions.forget(c, before)
                return
            if not await hub_subscriptions.replace_unchanged(c, before, row):
                return
        fields = {"outlet": row.outlet, "hub": row.hub, "mode": form(row)["hub.mode"]}
        try:
            await self._scraper.ask_hub(row.hub, form(row))
        except ScrapeError as error:
            log.info("hub_failed", extra={**fields, "why": error.problem, "failures": row.failures + 1})
            await self._note_failure(row, error)
        else:
            log.info("hub_asked", extra=fields)

    async def _note_failure(self, row: HubSubscription, error: ScrapeError) -> None:
        """Notes a failure, unless the hub has verified meanwhile."""
        now = self._now()
        seconds = error.retry_after_seconds if isinstance(error, FetchRateLimited) else 0.0
        host = urlsplit(row.hub).hostname
        async with self._store.begin() as c:
            if seconds and host:
                await hosts.put_off(c, host, seconds, now)
            if row.state != "leaving":
                await hub_subscriptions.replace_unchanged(c, row, failed(row, error.problem, now, seconds))


def next_job(next_try_at: datetime | None, now: datetime) -> list[Job]:
    """Returns the job at an instant, where that comes before the schedule's next."""
    if next_try_at is None or next_try_at - now >= timedelta(minutes=EVERY_MINUTES):
        return []
    return [Job(JOB.name, JOB.key, max(next_try_at, now))]
