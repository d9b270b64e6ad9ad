"""Which bell rings when: APScheduler, rebuilt from rows at every start, keeps no state of its own.

A bell is only a Job put into the queue; whether anything is due stands in a row. So a bell that rings twice is
harmless (as at 01:30 in an American autumn night), and one that was missed is caught up by the ``catch_up`` bell.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.model import Job

GRACE_SECONDS = 300
"""A bell up to this late still rings; the library's own default of one second loses runs after any stall."""

END_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Every:
    """Rings again and again, the first time at once."""

    job: Job
    minutes: float


@dataclass(frozen=True, slots=True)
class AtLocal:
    """Rings at a local time: each day, or on one weekday (``mon`` … ``sun``: names only, never numbers)."""

    job: Job
    hour: int
    minute: int
    zone: str
    weekday: str | None = None


Schedule = Every | AtLocal


class Clock:
    """Rings bells into ``put``. ``start`` and ``set_bells`` may be called in any order and again."""

    def __init__(self, put: Callable[[Job], Awaitable[Any]]) -> None:
        self._put = put
        self._ringing: set[asyncio.Task[Any]] = set()
        self._scheduler = AsyncIOScheduler(
            timezone=ZoneInfo("UTC"),
            job_defaults={"misfire_grace_time": GRACE_SECONDS, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Starts ringing."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Stops ringing; what rings now reaches the queue, because the library's own shutdown would cut it off."""
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        await asyncio.sleep(0)  # a bell that was just submitted begins here
        if self._ringing:
            await asyncio.wait(self._ringing, timeout=END_SECONDS)
        self._scheduler.shutdown(wait=False)

    async def _wake_outbox(self, job: Job) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._ringing.add(task)
        try:
            await self._put(job)
        finally:
            self._ringing.discard(task)

    def set_schedules(self, group: str, schedules: Iterable[Schedule]) -> None:
        """Replaces all bells of one group (``outlets``, ``digests``) by these; equal ones keep their rhythm."""
        wanted = {
            f"{group}:{schedule.job.name}:{schedule.job.key}:{_rhythm(schedule)}": schedule for schedule in schedules
        }
        for known in self._scheduler.get_jobs():
            if known.id.startswith(f"{group}:") and known.id not in wanted:
                known.remove()
        for id_, schedule in wanted.items():
            if self._scheduler.get_job(id_) is None:
                self._scheduler.add_job(
                    self._wake_outbox, _trigger(schedule), args=[schedule.job], id=id_, **_first(schedule)
                )


def _rhythm(schedule: Schedule) -> str:
    if isinstance(schedule, Every):
        return f"{schedule.minutes:g}m"
    return f"{schedule.hour:02}:{schedule.minute:02}@{schedule.zone}/{schedule.weekday or 'daily'}"


def _first(schedule: Schedule) -> dict[str, Any]:
    return {"next_run_time": datetime.now(UTC)} if isinstance(schedule, Every) else {}


def _trigger(schedule: Schedule) -> IntervalTrigger | CronTrigger:
    if isinstance(schedule, Every):
        jitter = min(schedule.minutes * 6, 30) if schedule.minutes >= 1 else None
        return IntervalTrigger(seconds=schedule.minutes * 60, jitter=jitter, timezone=ZoneInfo("UTC"))
    return CronTrigger(
        day_of_week=schedule.weekday or "*",
        hour=schedule.hour,
        minute=schedule.minute,
        timezone=ZoneInfo(schedule.zone),
    )
