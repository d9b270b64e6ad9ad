"""Follows the hubs that sources name, and says when a push makes a source due."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from bot.model import Job
from bot.store import hub_subscriptions
from bot.store.engine import Store
from bot.websub.decisions import followed
from scrapers.hub_links import HubLinks
from scrapers.outlet import Outlet, Source

log = logging.getLogger("pactbot.websub")


class HubSources:
    """The sources that have a hub, for the job ``scrape``."""

    def __init__(self, store: Store, public_url: str, now: Callable[[], datetime]) -> None:
        self._store = store
        self._public_url = public_url
        self._now = now

    async def push_due_at(self, outlet: Outlet, source: Source) -> datetime | None:
        """Returns when a source is to be read because of a push, or None."""
        return await self._store.reads.do(hub_subscriptions.push_due_at_in_step, (outlet.key, source.url))

    async def begin_reading(self, outlet: Outlet, source: Source) -> None:
        """Notes, before a source is read, that its push is worked on: one that comes meanwhile counts again."""
        async with self._store.begin() as c:
            await hub_subscriptions.begin_reading(c, outlet.key, source.url)

    async def follow(self, outlet: Outlet, source: Source, links: HubLinks | None) -> list[Job]:
        """Notes the hub that a reading names, where it is a new one; None says nothing of it."""
        if links is None:
            return []
        async with self._store.read() as c:
            before = await hub_subscriptions.get(c, outlet.key, source.url)
        row = followed(before, outlet.key, source.url, links, self._public_url, self._now())
        if row is None:
            return []
        async with self._store.begin() as c:
            await hub_subscriptions.save(c, row)
        log.info("hub_followed", extra={"outlet": outlet.key, "url": source.url, "hub": row.hub, "state": row.state})
        return [Job("websub")]
