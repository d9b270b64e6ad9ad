"""Enqueues jobs on schedule with APScheduler. The schedules are rebuilt at every start; the clock stores nothing.

Whether anything is due stands in rows. So a job that is enqueued twice is harmless, and what a missed one should have
done is made up for by the next.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.model import Job

GRACE_SECONDS = 300
"""A job that is this late is still enqueued; the library's default of one second loses runs after any stall."""

END_SECONDS = 5.0
MAX_WAIT_SECONDS = 30.0
"""How long due jobs may wait to be stored until the clock says that it is not ready."""
RETRY_SECONDS = 5.0
"""The pause after jobs could not be stored: an outlet must not wait for its next interval."""


@dataclass(frozen=True, slots=True)
class Every:
    """Enqueues a job at once and then at a fixed interval."""

    job: Job
    minutes: float


@dataclass(frozen=True, slots=True)
class EachMinute:
    """Enqueues a job at once and then as each minute begins: local times fall due then, in whichever zone."""

    job: Job


JobSchedule = Every | EachMinute


class Clock:
    """Calls ``enqueue`` with the jobs that schedules make due, once at a time: those due meanwhile go together next.

    ``enqueue`` returns False where it could not store the jobs; they go with those of the next try.
    ``start`` and ``set_schedules`` may be called in any order, and repeatedly.
    """

    def __init__(self, enqueue: Callable[..., Awaitable[bool]], *, retry_seconds: float = RETRY_SECONDS) -> None:
        self._enqueue = enqueue
        self._retry_seconds = retry_seconds
        self._stopping = asyncio.Event()
        self._due: dict[Job, None] = {}
        self._due_since: float | None = None
        """Since when jobs wait to be stored, by the monotonic clock."""
        self._enqueuing: asyncio.Task[None] | None = None
        self._scheduler = AsyncIOScheduler(
            timezone=ZoneInfo("UTC"),
            job_defaults={"misfire_grace_time": GRACE_SECONDS, "coalesce": True, "max_instances": 1},
        )

    def fault(self) -> str | None:
        """Says for how long due jobs could not be stored, where that is too long, or that the schedules have ended."""
        if not self._scheduler.running:
            return "clock: not running"
        waited_seconds = 0.0 if self._due_since is None else time.monotonic() - self._due_since
        return f"clock: nothing enqueued for {waited_seconds:.0f} s" if waited_seconds > MAX_WAIT_SECONDS else None

    def start(self) -> None:
        """Starts the schedules."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Stops the schedules and waits for jobs that are being enqueued."""
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        await asyncio.sleep(0)  # a job that was just submitted begins here
        self._stopping.set()
        if self._enqueuing is not None:
            await asyncio.wait({self._enqueuing}, timeout=END_SECONDS)
            self._enqueuing.cancel()
        self._scheduler.shutdown(wait=False)

    async def _note_due(self, job: Job) -> None:
        """Ends at once, because the library skips a run, with a warning, whose last one has not ended."""
        self._due[job] = None
        if self._due_since is None:
            self._due_since = time.monotonic()
        if self._enqueuing is None or self._enqueuing.done():
            self._enqueuing = asyncio.create_task(self._enqueue_due())

    async def _enqueue_due(self) -> None:
        while self._due:
            jobs = dict(self._due)
            self._due.clear()
            if await self._enqueue(*jobs):
                self._due_since = time.monotonic() if self._due else None
                continue
            self._due = jobs | self._due
            with suppress(TimeoutError):
                async with asyncio.timeout(self._retry_seconds):
                    await self._stopping.wait()
                    return

    def set_schedules(self, group: str, schedules: Iterable[JobSchedule]) -> None:
        """Replaces the schedules of one group (``own``, ``outlets``); one that stays the same is not restarted."""
        wanted = {
            f"{group}:{schedule.job.name}:{schedule.job.key}:{_timing(schedule)}": schedule for schedule in schedules
        }
        for known in self._scheduler.get_jobs():
            if known.id.startswith(f"{group}:") and known.id not in wanted:
                known.remove()
        for id_, schedule in wanted.items():
            if self._scheduler.get_job(id_) is None:
                self._scheduler.add_job(
                    self._note_due,
                    _trigger(schedule),
                    args=[schedule.job],
                    id=id_,
                    next_run_time=datetime.now(UTC),
                )

    def run_soon(self, group: str, seconds: float) -> None:
        """Makes every schedule of a group run in so many seconds."""
        for job in self._scheduler.get_jobs():
            if job.id.startswith(f"{group}:"):
                job.modify(next_run_time=datetime.now(UTC) + timedelta(seconds=seconds))

    def follow(self, now: datetime) -> None:
        """Moves up schedules whose next run is further away than it can be: the machine's clock was put back."""
        for job in self._scheduler.get_jobs():
            latest_at = _latest_next_run(job.trigger, now)
            if latest_at is not None and job.next_run_time > latest_at:
                job.modify(next_run_time=now if isinstance(job.trigger, IntervalTrigger) else latest_at)


def _latest_next_run(trigger: Any, now: datetime) -> datetime | None:
    """The latest instant at which a schedule may run next."""
    if isinstance(trigger, IntervalTrigger):
        latest_at: datetime = now + trigger.interval + timedelta(seconds=trigger.jitter or 0)
        return latest_at
    next_at: datetime | None = trigger.get_next_fire_time(None, now)
    return next_at


def _timing(schedule: JobSchedule) -> str:
    return f"{schedule.minutes:g}m" if isinstance(schedule, Every) else "each minute"


def _trigger(schedule: JobSchedule) -> IntervalTrigger | CronTrigger:
    if isinstance(schedule, Every):
        jitter = min(schedule.minutes * 6, 30) if schedule.minutes >= 1 else None
        return IntervalTrigger(seconds=schedule.minutes * 60, jitter=jitter, timezone=ZoneInfo("UTC"))
    return CronTrigger(minute="*", timezone=ZoneInfo("UTC"))
