"""Rings the clock's bells into the queue: outlets by their rhythm, the house by its own, digests by what rows say."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from bot.clock import AtLocal, Clock, Every, Schedule
from bot.deliveries.due_digests import local_times
from bot.errors import StoreTrouble
from bot.model import Job
from bot.queue import Queue
from bot.startup import sleep_unless_stopped
from bot.store.engine import Store
from scrapers.outlet import Outlet

log = logging.getLogger("pactbot.clock")

RELOAD_SECONDS = 20.0
"""How soon a new digest time is heard of."""
HOUSEKEEPING = (
    Every(Job("digest"), 1),
    Every(Job("cleanup"), 5),
    Every(Job("audit"), 30),
    Every(Job("absent_channels"), 60),
    Every(Job("scout"), 720),
)
"""Digests that were missed; what is over, old or broken; the audit, which a row lets happen once a day; channels that
are away; the scout, who by a row speaks once a week. Each rings at the start too."""


def outlet_schedules(outlets: Iterable[Outlet]) -> list[Schedule]:
    """One bell an outlet that is read."""
    return [Every(Job("scrape", outlet.key), outlet.every_minutes) for outlet in outlets if outlet.enabled]


async def run_schedules(store: Store, queue: Queue, outlets: Iterable[Outlet], stop: asyncio.Event) -> None:
    """Rings until ``stop``. Digest bells are made from rows again and again: a new time rings by itself."""

    async def put(job: Job) -> None:
        try:
            await queue.put(job)
        except StoreTrouble as trouble:  # it rings again, and what was due is still due
            log.warning("bell_unheard", extra={"job": job.name, "key": job.key, "why": str(trouble)})

    clock = Clock(put)
    clock.set_schedules("outlets", outlet_schedules(outlets))
    clock.set_schedules("house", HOUSEKEEPING)
    clock.start()
    try:
        while not stop.is_set():
            try:
                clock.set_schedules("digests", [AtLocal(Job("digest"), *at) for at in await local_times(store)])
            except StoreTrouble as trouble:
                log.warning("bells_wait", extra={"why": str(trouble)})
            await sleep_unless_stopped(stop, RELOAD_SECONDS)
    finally:
        await clock.stop()
