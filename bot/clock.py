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


Bell = Every | AtLocal


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

    async def _ring(self, job: Job) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._ringing.add(task)
        try:
            await self._put(job)
        finally:
            self._ringing.discard(task)

    def set_bells(self, group: str, bells: Iterable[Bell]) -> None:
        """Replaces all bells of one group (``outlets``, ``digests``) by these; equal ones keep their rhythm."""
        wanted = {f"{group}:{bell.job.name}:{bell.job.key}:{_rhythm(bell)}": bell for bell in bells}
        for known in self._scheduler.get_jobs():
            if known.id.startswith(f"{group}:") and known.id not in wanted:
                known.remove()
        for id_, bell in wanted.items():
            if self._scheduler.get_job(id_) is None:
                self._scheduler.add_job(self._ring, _trigger(bell), args=[bell.job], id=id_, **_first(bell))


def _rhythm(bell: Bell) -> str:
    if isinstance(bell, Every):
        return f"{bell.minutes:g}m"
    return f"{bell.hour:02}:{bell.minute:02}@{bell.zone}/{bell.weekday or 'daily'}"


def _first(bell: Bell) -> dict[str, Any]:
    return {"next_run_time": datetime.now(UTC)} if isinstance(bell, Every) else {}


def _trigger(bell: Bell) -> IntervalTrigger | CronTrigger:
    if isinstance(bell, Every):
        jitter = min(bell.minutes * 6, 30) if bell.minutes >= 1 else None
        return IntervalTrigger(seconds=bell.minutes * 60, jitter=jitter, timezone=ZoneInfo("UTC"))
    return CronTrigger(
        day_of_week=bell.weekday or "*", hour=bell.hour, minute=bell.minute, timezone=ZoneInfo(bell.zone)
    )
