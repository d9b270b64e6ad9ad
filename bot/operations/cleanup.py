"""Cleans up now and then: ends expired subscriptions, deletes old rows, reports failing outlets to the operators."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from bot.deliveries.notices import OperatorsChannel
from bot.deliveries.outlet_notices import follow
from bot.deliveries.reading_proof import present_rows
from bot.operations.outlet_troubles import (
    ENTRIES_OF_PACE,
    FOUND_KINDS,
    may_begin,
    silent_since,
    troubles_of,
    usual_gap,
)
from bot.operations.retention import KEEP_DELIVERIES, delete_old
from bot.operations.watchdog import Watchdog
from bot.process_start import ProcessStart
from bot.store import (
    articles,
    feed_texts,
    hub_subscriptions,
    inbound,
    install_states,
    mentions,
    outlet_troubles,
    purge,
    sentences,
    sources,
    subscriptions,
    text_sketches,
)
from bot.store.engine import Connection, Store
from bot.store.old_rows import TOLD
from bot.store.outlet_troubles import OutletTrouble
from scrapers.outlet import Outlet

log = logging.getLogger("pactbot.cleanup")

KEEP_INBOUND = timedelta(days=1)
"""Slack redelivers within the hour."""
KEEP_SENTENCES = timedelta(days=90)
KEEP_FEED_TEXTS = timedelta(days=30)
"""An article that was first seen so long ago is told to nobody, so its waiting page needs no text."""
KEEP_REMOVED_WORKSPACES = timedelta(days=30)
"""How long the rows of a workspace stay after it removed the app."""
KEEP_ENDED_HUBS = timedelta(days=1)
"""How long a hub may take to confirm the end of a subscription."""
PURGE_BATCHES = 100
"""Small transactions of one run; the next run continues."""


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
        self._start = ProcessStart(now())
        self._retained_on: date | None = None
        """The day on which old deliveries were deleted last."""
        self._watchdog = Watchdog(outlets, operators, self._start)

    async def run(self) -> int:
        """Runs once; returns the number of notices."""
        now = self._now()
        async with self._store.begin() as c:
            await inbound.forget(c, now - KEEP_INBOUND)
            await install_states.forget_expired(c, now)
            await sentences.forget(c, now - KEEP_SENTENCES)
            await mentions.forget_contexts(c, now - KEEP_SENTENCES)
            await feed_texts.forget_decided(c, now - KEEP_FEED_TEXTS)
            await text_sketches.forget(c, now - text_sketches.KEPT_FOR)
            await hub_subscriptions.forget_ended(c, self._outlets.keys(), now - KEEP_ENDED_HUBS)
            for subscription in await subscriptions.past_end(c, now):
                await subscriptions.end(c, subscription.team, subscription.id, now)
            notices = await self._follow_outlets(c, now) + await self._watchdog.check(c, now)
        await self._purge_removed_workspaces(now)
        if self._retained_on != now.date():
            is_done = await delete_old(self._store, TOLD, now - KEEP_DELIVERIES, now, most_transactions=PURGE_BATCHES)
            self._retained_on = now.date() if is_done else None
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

    async def _follow_outlets(self, c: Connection, now: datetime) -> int:
        """Notifies the operators of troubles of outlets that began or ended; returns the number of messages."""
        rows = await sources.all_of(c)
        present: list[OutletTrouble] = []
        for key, rows_of_outlet in present_rows(self._outlets, rows).items():
            outlet = self._outlets[key]
            silent = silent_since(outlet, rows_of_outlet, now) is not None
            gap = usual_gap(await articles.recent_times(c, key, ENTRIES_OF_PACE)) if silent else None
            present += troubles_of(outlet, rows_of_outlet, gap, self._start.by(now), now)
        present += [trouble for trouble in await outlet_troubles.of_kinds(c, ["churned"]) if self._is_read(trouble)]
        reads_nothing = self._watchdog.reads_nothing(rows, now)
        return await follow(
            c, self._operators, (*FOUND_KINDS, "churned"), present, now,
            may_begin=lambda trouble: may_begin(trouble, present, reads_nothing=reads_nothing),
            is_read=self._is_read,
        )  # fmt: skip

    def _is_read(self, trouble: OutletTrouble) -> bool:
        """Whether the outlet of a trouble is read, and its source, unless another one has replaced a stopped one."""
        outlet = self._outlets.get(trouble.outlet)
        if outlet is None or not outlet.enabled:
            return False
        is_listed = trouble.subject in {source.url for source in outlet.sources}
        return is_listed or not trouble.subject or trouble.kind == "stopped"
