"""/healthz, /readyz and /metrics: is the process alive, can it do its work, and the figures behind both."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.desk.health import health, proof
from bot.errors import StoreTrouble
from bot.store.engine import Store
from handlers.cards import Health, Proof
from handlers.transports import Probes, SocketMode
from scrapers.outlet import Outlet

log = logging.getLogger("pactbot.probes")


class Vitals:
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

    def deaf_seconds(self) -> float:
        """Since when nothing was heard over Socket Mode; 0 in HTTP mode."""
        return self.socket.age_seconds() if self.socket is not None else 0.0

    async def healthz(self) -> tuple[int, str]:
        """Alive: the event loop answers."""
        return 200, "ok\n"

    async def readyz(self) -> tuple[int, str]:
        """Ready: the database answers, Slack is heard, the bot works."""
        problem = await self._problem()
        return (503, f"{problem}\n") if problem else (200, "ready\n")

    async def _problem(self) -> str | None:
        if self.store is None:
            return "database: not open yet"
        try:
            await self.store.ping()
        except StoreTrouble as trouble:
            log.warning("database_away", extra={"why": str(trouble)})
            return "database: away"
        if not self.working:
            return "slack: not connected yet"
        if self.socket is not None and self.socket.connected() == 0:
            return "slack: no socket"
        return None

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
                owed, read = await health(c, self._now()), await proof(c, self._outlets, self._now())
        except StoreTrouble as trouble:
            log.warning("database_away", extra={"why": str(trouble)})
            return 503, "database: away\n"
        registry = CollectorRegistry()
        for name, meaning, value in self._figures(owed, read):
            Gauge(f"pactbot_{name}", meaning, registry=registry).set(value)
        return 200, generate_latest(registry).decode()

    def _figures(self, owed: Health, read: Proof) -> list[tuple[str, str, float]]:
        return [
            ("queue_depth", "Messages owed and not sent", owed.queue_depth),
            ("oldest_due_seconds", "Age of the oldest of them", self._age(owed.oldest_due_at)),
            ("unknown", "Messages being checked with Slack", owed.unknown),
            ("last_post_seconds", "Since the last post", self._age(owed.last_post_at)),
            ("last_sweep_seconds", "Since an outlet was last read", self._age(owed.last_sweep_at)),
            ("socket_age_seconds", "Since anything was heard over Socket Mode", self.deaf_seconds()),
            ("outlets_ok", "Outlets that are read", read.sources_ok),
            ("outlets", "Outlets that should be read", read.sources_all),
            ("articles_day", "Articles seen in the last day", read.articles),
        ]

    def _age(self, at: datetime | None) -> float:
        return (self._now() - at).total_seconds() if at is not None else 0.0
