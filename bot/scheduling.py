"""Sets the clock's schedules: outlets at their intervals, and the bot's own jobs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import partial

from bot.clock import Clock, EachMinute, Every, JobSchedule
from bot.errors import StoreTrouble
from bot.model import Job
from bot.present import Present
from bot.queue.protocol import Queue
from bot.startup import sleep_unless_stopped
from bot.websub.requests import EVERY_MINUTES, JOB
from scrapers.outlet import Outlet

log = logging.getLogger("pactbot.clock")

OWN_SCHEDULES: tuple[JobSchedule, ...] = (
    EachMinute(Job("digest")),
    Every(Job("cleanup"), 5),
    Every(Job("audit"), 30),
    Every(Job("absent_channels"), 1),
    Every(Job("scout"), 720),
)
"""Each of these jobs is also enqueued at the start. Every local time of a digest, and every end of quiet hours, is the
beginning of a minute, so the job ``digest`` needs no schedule for each. Rows limit the audit to once a day, the scout
to once a week, and the questions about absent channels."""

SOON_SECONDS = 6.0
"""After the present was put forward, outlets are read for so long before a digest says which of them were read."""

HUB_SCHEDULE = Every(JOB, EVERY_MINUTES)
"""It runs where hubs can reach us."""


def outlet_schedules(outlets: Iterable[Outlet]) -> list[JobSchedule]:
    """One schedule for each enabled outlet."""
    return [Every(Job("scrape", outlet.key), outlet.every_minutes) for outlet in outlets if outlet.enabled]


async def _try_to_enqueue(queue: Queue, *jobs: Job) -> bool:
    try:
        await queue.enqueue(*jobs)
    except StoreTrouble as error:
        log.warning("job_not_enqueued", extra={"jobs": len(jobs), "why": str(error)})
        return False
    return True


def started_clock(queue: Queue, own_schedules: Iterable[JobSchedule]) -> Clock:
    """Starts a clock with the bot's own schedules, which ``run_schedules`` stops; it says itself what is wrong."""
    clock = Clock(partial(_try_to_enqueue, queue))
    clock.set_schedules("own", own_schedules)
    clock.start()
    return clock


async def run_schedules(
    clock: Clock, outlets: Mapping[str, Outlet], stop: asyncio.Event, reload_seconds: float, present: Present
) -> None:
    """Runs the clock until ``stop``; every ``reload_seconds`` the outlets are looked at.

    When the present is put forward, the bot's own jobs run soon: what fell due meanwhile stands in rows, and the
    minutes of the library are those of the machine.
    """
    ahead = present.ahead
    try:
        while not stop.is_set():
            clock.follow(datetime.now(UTC))
            if present.ahead > ahead:
                ahead = present.ahead
                clock.run_soon("own", SOON_SECONDS)
            clock.set_schedules("outlets", outlet_schedules(outlets.values()))
            await _sleep_until_move(present, stop, reload_seconds)
    finally:
        await clock.stop()


async def _sleep_until_move(present: Present, stop: asyncio.Event, seconds: float) -> None:
    """Sleeps for so long, or until the stop, or until the present is put forward."""
    move = asyncio.create_task(present.wait_for_move())
    sleep = asyncio.create_task(sleep_unless_stopped(stop, seconds))
    try:
        await asyncio.wait({move, sleep}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        move.cancel()
        sleep.cancel()
