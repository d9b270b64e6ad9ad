"""What is done now and then: ends what is over, forgets what is old or removed, tells the operators what broke."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.deliveries.notices import OperatorsChannel, notify_operators
from bot.deliveries.proof import by_outlet, failing_since
from bot.operations.watchdog import Watchdog
from bot.store import inbound, installations, jobs, mentions, purge, sources, subscriptions
from bot.store.engine import Connection, Store
from scrapers.outlet import Outlet

log = logging.getLogger("pactbot.cleanup")

KEEP_INBOUND = timedelta(days=1)
"""Slack redelivers within the hour."""
KEEP_SENTENCES = timedelta(days=90)
KEEP_REMOVED_WORKSPACES = timedelta(days=30)
"""How long the things of a workspace stay that removed the app."""
PURGE_BATCHES = 100
"""At one upkeep: each is a small transaction, and the next upkeep goes on."""
NOTIFY_AFTER_INTERVALS = 3


class Cleanup:
    """Keeps the house. ``operators`` are told of failures, if there are any."""

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
        self._vigil = Watchdog(outlets, operators, now())

    async def run(self) -> int:
        """Does all of it; returns how many messages are owed now."""
        now = self._now()
        async with self._store.begin() as c:
            await jobs.expire(c, now)
            await inbound.forget(c, now - KEEP_INBOUND)
            await mentions.forget_sentences(c, now - KEEP_SENTENCES)
            await mentions.forget_contexts(c, now - KEEP_SENTENCES)
            for over in await subscriptions.past_end(c, now):
                await subscriptions.end(c, over.team, over.id, now)
            owed = await self._tell_operators(c, now) + await self._vigil.look(c, now)
        await self._forget_removed(now)
        return owed

    async def _forget_removed(self, now: datetime) -> None:
        """Workspaces that removed the app a month ago and did not come back: their people's things go."""
        before = now - KEEP_REMOVED_WORKSPACES
        async with self._store.read() as c:
            teams = await purge.removed_before(c, before)
        left = PURGE_BATCHES
        for team in teams:
            more = True
            while more and left:
                left -= 1
                async with self._store.begin() as c:
                    more = await purge.forget_some(c, team, before)
            log.warning("purged" if not more else "purging", extra={"team": team})

    async def _tell_operators(self, c: Connection, now: datetime) -> int:
        rows = by_outlet(await sources.all_of(c))
        owed = 0
        for key, outlet in self._outlets.items():
            since = failing_since(outlet, rows.get(key, []), now)
            patience = timedelta(minutes=outlet.every_minutes * NOTIFY_AFTER_INTERVALS)
            if outlet.enabled and since is not None and now - since >= patience:
                why = next((row.error for row in rows[key] if row.error), "") or ""
                said = {"outlet": outlet.name, "why": why, "since": since.isoformat()}
                for team in await installations.present(c):
                    what = f"{key}:{since.isoformat()}"
                    owed += await notify_operators(c, self._operators, team.team, what, "outlet_failing", said, now)
        return owed
