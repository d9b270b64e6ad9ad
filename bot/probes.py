"""/healthz, /readyz and /metrics: is the process alive, can it do its work, and the figures behind both."""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.deliveries.proof import proof
from bot.errors import StoreTrouble
from bot.operations.health import FIGURES, figures, health
from bot.store import installations
from bot.store.engine import Store
from handlers.cards.digest import Proof
from handlers.cards.status import Health
from handlers.transports import Probes, SocketMode
from scrapers.outlet import Outlet

log = logging.getLogger("pactbot.probes")

HEALTH_TIMEOUT_SECONDS = 1.0
"""A monitor gets its answer in time, without figures where the database is slow."""
MEANINGS = dict(
    zip(
        FIGURES,
        (
            "Messages owed and not sent",
            "Age of the oldest of them; NaN: none is due",
            "Messages being checked with Slack",
            "Since the last post; NaN: never",
            "Since an outlet was last read; NaN: never",
            "Since anything was heard over Socket Mode; NaN: Slack comes over HTTP",
        ),
        strict=True,
    )
)


class ProcessHealth:
    """What the process knows of itself; the app fills it in as it starts."""

    def __init__(self, outlets: Mapping[str, Outlet], now: Callable[[], datetime]) -> None:
        self._outlets = outlets
        self._now = now
        self.store: Store | None = None
        self.socket: SocketMode | None = None
        self.working = False

    def probes(self) -> Probes:
        """The three answers."""
        return Probes(self.healthz, self.readyz, self.metrics)

    def socket_age(self) -> float | None:
        """Since when nothing was heard over Socket Mode; None where Slack comes over HTTP."""
        return self.socket.age_seconds() if self.socket is not None else None

    async def healthz(self) -> tuple[int, str]:
        """Alive: the event loop answers, whatever the figures say."""
        return 200, self._body({"status": "alive"}, await self._health())

    async def readyz(self) -> tuple[int, str]:
        """Ready: the database answers, Slack is heard and takes the token, the bot works."""
        missing = await self._missing()
        said = {"status": "not ready", "missing": missing} if missing else {"status": "ready"}
        return 503 if missing else 200, self._body(said, await self._health())

    def _body(self, said: Mapping[str, str], found: Health | None) -> str:
        return json.dumps({**said, **figures(found, self._now())}) + "\n"

    async def _health(self) -> Health | None:
        """None where the database does not say in time."""
        if self.store is None:
            return None
        try:
            async with asyncio.timeout(HEALTH_TIMEOUT_SECONDS), self.store.read() as c:
                return await health(c, self._now(), socket_age_seconds=self.socket_age())
        except (StoreTrouble, TimeoutError) as trouble:
            log.warning("database_away", extra={"why": str(trouble)})
            return None

    async def _missing(self) -> str | None:
        if self.store is None:
            return "database: not open yet"
        try:
            await self.store.ping()
            stopped = await self._stopped(self.store)
        except StoreTrouble as trouble:
            log.warning("database_away", extra={"why": str(trouble)})
            return "database: away"
        if not self.working:
            return "slack: not connected yet"
        if self.socket is not None and self.socket.connected() == 0:
            return "slack: no socket"
        return stopped

    @staticmethod
    async def _stopped(store: Store) -> str | None:
        """Why nothing goes out, where every workspace has stopped."""
        async with store.read() as c:
            found = await installations.all_of(c)
        if not found or any(one.state == "active" for one in found):
            return None
        last = max(found, key=lambda one: one.stopped_at or one.installed_at)
        since = f" since {last.stopped_at:%Y-%m-%dT%H:%MZ}" if last.stopped_at else ""
        return f"slack: stopped ({last.reason}){since}"

    async def metrics(self) -> tuple[int, str]:
        """Prometheus' text form, with the extra installed."""
        try:
            from prometheus_client import CollectorRegistry, Gauge, generate_latest
        except ImportError:
            return 501, "metrics need the extra: pip install 'pactbot[metrics]'\n"
        if self.store is None:
            return 503, "database: not open yet\n"
        try:
            async with self.store.read() as c:
                owed = await health(c, self._now(), socket_age_seconds=self.socket_age())
                read = await proof(c, self._outlets, self._now())
        except StoreTrouble as trouble:
            log.warning("database_away", extra={"why": str(trouble)})
            return 503, "database: away\n"
        registry = CollectorRegistry()
        for name, meaning, value in self._gauges(owed, read):
            Gauge(f"pactbot_{name}", meaning, registry=registry).set(value)
        return 200, generate_latest(registry).decode()

    def _gauges(self, owed: Health, read: Proof) -> list[tuple[str, str, float]]:
        """What never was is no number: 0 seconds would be the best of all values."""
        found = figures(owed, self._now())
        return [
            *((name, MEANINGS[name], math.nan if value is None else value) for name, value in found.items()),
            ("outlets_ok", "Outlets that are read", read.sources_ok),
            ("outlets", "Outlets that should be read", read.sources_all),
            ("articles_day", "Articles seen in the last day", read.articles),
        ]
