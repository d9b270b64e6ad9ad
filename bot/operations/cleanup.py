"""Cleans up now and then: ends expired subscriptions, deletes old rows, reports failing outlets to the operators."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.deliveries.notices import OperatorsChannel, notify_operators
from bot.deliveries.reading_proof import by_outlet, failing_since
from bot.operations.watchdog import Watchdog
from bot.store import (
    feed_texts,
    inbound,
    installations,
    jobs,
    mentions,
    purge,
    sentences,
    sources,
    subscriptions,
    text_sketches,
)
from bot.store.engine import Connection, Store
from scrapers.outlet import Outlet

log = logging.getLogger("pactbot.cleanup")

KEEP_INBOUND = timedelta(days=1)
"""Slack redelivers within the hour."""
KEEP_SENTENCES = timedelta(days=90)
KEEP_REMOVED_WORKSPACES = timedelta(days=30)
"""How long the rows of a workspace stay after it removed the app."""
PURGE_BATCHES = 100
"""Small transactions of one run; the next run continues."""
NOTIFY_AFTER_INTERVALS = 3


class Cleanup:
    """The job ``cleanup``; ``operators`` get the notices, if there is such a channel."""

    def __init__(
        self,
        store: Store,
        outlets: Mapping[str, Outlet],
        operators: OperatorsChannel | None,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._outlets = outlets
        self._operators = operators
        self._now = now
        self._watchdog = Watchdog(outlets, operators, now())

    async def run(self) -> int:
        """Runs once; returns the number of notices."""
        now = self._now()
        async with self._store.begin() as c:
            await jobs.expire(c, now)
            await inbound.forget(c, now - KEEP_INBOUND)
            await sentences.forget(c, now - KEEP_SENTENCES)
            await mentions.forget_contexts(c, now - KEEP_SENTENCES)
            await feed_texts.forget_decided(c)
            await text_sketches.forget(c, now - text_sketches.KEPT_FOR)
            for subscription in await subscriptions.past_end(c, now):
                await subscriptions.end(c, subscription.team, subscription.id, now)
            notices = await self._report_failing_outlets(c, now) + await self._watchdog.check(c, now)
        await self._purge_removed_workspaces(now)
        return notices

    async def _purge_removed_workspaces(self, now: datetime) -> None:
        """Deletes the rows of workspaces that removed the app a month ago and did not come back."""
        before = now - KEEP_REMOVED_WORKSPACES
        async with self._store.read() as c:
            teams = await purge.removed_before(c, before)
        batches_left = PURGE_BATCHES
        for team in teams:
            more = True
            while more and batches_left:
                batches_left -= 1
                async with self._store.begin() as c:
                    more = await purge.forget_some(c, team, before)
            log.warning("purged" if not more else "purging", extra={"team": team})

    async def _report_failing_outlets(self, c: Connection, now: datetime) -> int:
        rows_of = by_outlet(await sources.all_of(c))
        notices = 0
        for key, outlet in self._outlets.items():
            since = failing_since(outlet, rows_of.get(key, []), now)
            patience = timedelta(minutes=outlet.every_minutes * NOTIFY_AFTER_INTERVALS)
            if outlet.enabled and since is not None and now - since >= patience:
                why = next((row.error for row in rows_of[key] if row.error), "") or ""
                args = {"outlet": outlet.name, "why": why, "since": since.isoformat()}
                what = f"{key}:{since.isoformat()}"
                for installation in await installations.present(c):
                    team = installation.team
                    notices += await notify_operators(c, self._operators, team, what, "outlet_failing", args, now)
        return notices
