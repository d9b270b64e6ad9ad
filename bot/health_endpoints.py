"""Answers /healthz, /readyz and /metrics: whether the process is alive and able to work, with its figures."""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.deliveries.reading_proof import proof
from bot.errors import LoginRefused, StoreTrouble
from bot.operations.health import FIGURES, figures, health
from bot.operations.process_watch import ProcessWatch
from bot.store import installations
from bot.store.engine import Store
from handlers.cards.digest import Proof
from handlers.cards.status import Health
from handlers.http_mode import Probes
from handlers.socket_mode import SocketMode
from scrapers.outlet import Outlet

log = logging.getLogger("pactbot.probes")

LOGIN_REFUSED = "database: refuses the login"
NOT_STARTED = {"clock": "clock: not started yet", "worker": "queue: not started yet"}
"""What a part lacks that does not receive from Slack, until it has started."""
HEALTH_TIMEOUT_SECONDS = 1.0
"""A monitor gets its answer in time, without figures when the database is slow."""
MEANINGS = dict(
    zip(
        FIGURES,
        (
            "Deliveries that are due and not sent",
            "Age of the oldest of them; NaN: none is due",
            "Deliveries whose outcome is being read back from Slack",
            "Time since the last post; NaN: never",
            "Time since an outlet was last read; NaN: never",
            "Time since anything was received over Socket Mode; NaN: HTTP mode",
        ),
        strict=True,
    )
)


class ProcessHealth:
    """The health of this process; the app sets the attributes while it starts."""

    def __init__(self, outlets: Mapping[str, Outlet], now: Callable[[], datetime], only: str | None = None) -> None:
        self._outlets = outlets
        self._now = now
        self._receives = only in (None, "slack")
        """Whether this process receives from Slack."""
        self._not_started = NOT_STARTED.get(only or "", "slack: not connected yet")
        self.store: Store | None = None
        self.socket: SocketMode | None = None
        self.working = False
        self.faults: list[Callable[[], str | None]] = []
        """What each part of this process says of itself: its fault, or None."""
        self.watch: ProcessWatch | None = None

    def probes(self) -> Probes:
        """The three probes for the HTTP server."""
        return Probes(self.healthz, self.readyz, self.metrics)

    def socket_age(self) -> float | None:
        """Seconds since anything was received over Socket Mode; None in HTTP mode."""
        return self.socket.age_seconds() if self.socket is not None else None

    async def healthz(self) -> tuple[int, str]:
        """Alive: the event loop answers, whatever the figures are."""
        return 200, self._body({"status": "alive"}, await self._health())

    async def readyz(self) -> tuple[int, str]:
        """Ready: the database answers, and this process does its own part; other processes are only named."""
        missing = await self._missing()
        status = {"status": "not ready", "missing": missing} if missing else {"status": "ready"}
        if self.watch is not None and self.watch.missing:
            status["missing_processes"] = ", ".join(self.watch.missing)
        return 503 if missing else 200, self._body(status, await self._health())

    def _body(self, status: Mapping[str, str], measured: Health | None) -> str:
        return json.dumps({**status, **figures(measured, self._now())}) + "\n"

    async def _health(self) -> Health | None:
        """The figures; None when the database does not answer in time."""
        if self.store is None:
            return None
        try:
            async with asyncio.timeout(HEALTH_TIMEOUT_SECONDS), self.store.read() as c:
                return await health(c, self._now(), socket_age_seconds=self.socket_age())
        except (StoreTrouble, TimeoutError) as error:
            log.warning("database_away", extra={"why": str(error)})
            return None

    async def _missing(self) -> str | None:
        """What keeps the bot from working; None when nothing does."""
        if self.store is None:
            return "database: not open yet"
        try:
            await self.store.ping()
            stopped = await self._stopped(self.store) if self._receives else None
            if self.store.refused.seconds() is not None:
                return LOGIN_REFUSED
        except LoginRefused:
            return LOGIN_REFUSED
        except StoreTrouble as error:
            log.warning("database_away", extra={"why": str(error)})
            return "database: away"
        if not self.working:
            return self._not_started
        if self.socket is not None and self.socket.connected() == 0:
            return "slack: no socket"
        return next((fault for each in self.faults if (fault := each()) is not None), stopped)

    @staticmethod
    async def _stopped(store: Store) -> str | None:
        """The reason and time of the last stop, when every workspace is stopped."""
        async with store.read() as c:
            known = await installations.all_of(c)
        if not known or any(installation.state == "active" for installation in known):
            return None
        last = max(known, key=lambda installation: installation.stopped_at or installation.installed_at)
        since = f" since {last.stopped_at:%Y-%m-%dT%H:%MZ}" if last.stopped_at else ""
        return f"slack: stopped ({last.reason}){since}"

    async def metrics(self) -> tuple[int, str]:
        """The figures in the text format of Prometheus, if the extra is installed."""
        try:
            from prometheus_client import CollectorRegistry, Gauge, generate_latest
        except ImportError:
            return 501, "metrics need the extra: pip install 'pactbot[metrics]'\n"
        if self.store is None:
            return 503, "database: not open yet\n"
        try:
            async with self.store.read() as c:
                measured = await health(c, self._now(), socket_age_seconds=self.socket_age())
                read = await proof(c, self._outlets, self._now())
        except StoreTrouble as error:
            log.warning("database_away", extra={"why": str(error)})
            return 503, "database: away\n"
        registry = CollectorRegistry()
        for name, meaning, value in self._gauges(measured, read):
            Gauge(f"pactbot_{name}", meaning, registry=registry).set(value)
        meaning = "Living processes of each type; no sample where one process is the whole bot"
        living = Gauge("pactbot_processes", meaning, ["role"], registry=registry)
        for role, count in measured.processes.items():
            living.labels(role).set(count)
        return 200, generate_latest(registry).decode()

    def _gauges(self, measured: Health, read: Proof) -> list[tuple[str, str, float]]:
        """Name, meaning and value of each gauge. What never happened is NaN, because 0 s would be the best value."""
        values = figures(measured, self._now())
        return [
            *((name, MEANINGS[name], math.nan if value is None else value) for name, value in values.items()),
            ("outlets_ok", "Outlets that are read without failure", read.sources_ok),
            ("outlets", "Outlets that are enabled", read.sources_all),
            ("articles_day", "Articles seen in the last day", read.articles),
        ]
