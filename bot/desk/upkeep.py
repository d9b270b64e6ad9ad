"""What is done now and then: ends what is over, forgets what is old, tells the operators what broke."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.desk.announcing import Operators
from bot.desk.health import by_outlet, failing_since
from bot.desk.vigil import Vigil
from bot.store import deliveries, destinations, inbound, installations, jobs, mentions, sources, subscriptions
from bot.store.engine import Connection, Store
from scrapers.outlet import Outlet

KEEP_INBOUND = timedelta(days=1)
"""Slack redelivers within the hour."""
KEEP_SENTENCES = timedelta(days=90)
TELL_AFTER_INTERVALS = 3


class Upkeep:
    """Keeps the house. ``operators`` is the channel where failures are told, if there is one."""

    def __init__(
        self,
        store: Store,
        outlets: Mapping[str, Outlet],
        operators: str | None,
        language: str,
        timezone: str,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._outlets = outlets
        self._operators = operators
        self._language = language
        self._timezone = timezone
        self._now = now
        told = Operators(operators, language, timezone) if operators else None
        self._vigil = Vigil(outlets, told, now())

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
            return await self._tell_operators(c, now) + await self._vigil.look(c, now)

    async def _tell_operators(self, c: Connection, now: datetime) -> int:
        if self._operators is None:
            return 0
        rows = by_outlet(await sources.all_of(c))
        owed = 0
        for key, outlet in self._outlets.items():
            since = failing_since(outlet, rows.get(key, []), now)
            patience = timedelta(minutes=outlet.every_minutes * TELL_AFTER_INTERVALS)
            if outlet.enabled and since is not None and now - since >= patience:
                why = next((row.error for row in rows[key] if row.error), "")
                owed += await self._owe_notice(c, key, outlet.name, since, why or "", now)
        return owed

    async def _owe_notice(self, c: Connection, key: str, name: str, since: datetime, why: str, now: datetime) -> int:
        assert self._operators is not None
        owed = 0
        for team in await installations.all_of(c):
            place = await destinations.get_or_add(
                c, team.team, self._operators, language=self._language, timezone=self._timezone
            )
            payload = {"code": "outlet_failing", "args": {"outlet": name, "why": why, "since": since.isoformat()}}
            number = await deliveries.owe(
                c,
                f"notice:{team.team}:{key}:{since.isoformat()}",
                team=team.team,
                destination=place.id,
                kind="notice",
                now=now,
                payload=payload,
            )
            owed += number is not None
        return owed
