"""The clock: which bells hang, that they are replaced and keep their rhythm, and how late one may still ring."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from apscheduler.job import Job as Hung

from bot.clock import GRACE_SECONDS, AtLocal, Clock, Every
from bot.model import Job

NEVER_MINUTES = 100_000.0


class Rung:
    """What rang, and a way to wait for it."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self._news = asyncio.Event()

    async def put(self, job: Job) -> None:
        await self.gate.wait()
        self.jobs.append(job)
        self._news.set()

    async def times(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.jobs) < count:
                self._news.clear()
                await self._news.wait()


@pytest.fixture
async def rung() -> Rung:
    return Rung()


@pytest.fixture
async def clock(rung: Rung) -> AsyncIterator[Clock]:
    made = Clock(rung.put)
    made.start()
    yield made
    await made.stop()


def hanging(clock: Clock) -> dict[str, Hung]:
    """The library's own jobs by id."""
    return {job.id: job for job in clock._scheduler.get_jobs()}


async def test_a_bell_rings_at_once_and_then_by_its_rhythm(clock: Clock, rung: Rung) -> None:
    clock.set_schedules("outlets", [Every(Job("scrape", "asiae"), 0.001)])
    await rung.times(3)
    assert set(rung.jobs) == {Job("scrape", "asiae")}


async def test_bells_of_one_group_are_replaced_and_equal_ones_keep_their_rhythm(clock: Clock, rung: Rung) -> None:
    kept, gone = Every(Job("scrape", "kept"), NEVER_MINUTES), Every(Job("scrape", "gone"), NEVER_MINUTES)
    clock.set_schedules("outlets", [kept, gone])
    clock.set_schedules("house", [Every(Job("cleanup"), NEVER_MINUTES)])
    await rung.times(3)
    before = hanging(clock)
    clock.set_schedules("outlets", [kept, Every(Job("scrape", "new"), NEVER_MINUTES)])
    await rung.times(4)
    after = hanging(clock)
    assert [job.key for job in rung.jobs].count("kept") == 1, "an equal bell does not ring anew"
    assert {job.args[0].key for job in after.values()} == {"kept", "new", ""}
    same = next(id_ for id_ in after if "kept" in id_)
    assert after[same].next_run_time == before[same].next_run_time
    clock.set_schedules("outlets", [])
    assert {job.args[0].name for job in hanging(clock).values()} == {"cleanup"}


async def test_another_rhythm_is_another_bell(clock: Clock, rung: Rung) -> None:
    clock.set_schedules("outlets", [Every(Job("scrape", "asiae"), 600)])
    clock.set_schedules("outlets", [Every(Job("scrape", "asiae"), 300)])
    (job,) = hanging(clock).values()
    assert job.trigger.interval_length == 300 * 60


@pytest.mark.parametrize(
    ("bell", "now", "rings"),
    [
        (AtLocal(Job("digest"), 8, 30, "Asia/Seoul"), datetime(2026, 3, 2, 0, tzinfo=UTC), "2026-03-03T08:30:00+09:00"),
        (
            AtLocal(Job("digest"), 8, 30, "America/New_York", "mon"),
            datetime(2026, 3, 3, 15, tzinfo=UTC),
            "2026-03-09T08:30:00-04:00",
        ),
        (
            AtLocal(Job("digest"), 8, 30, "Asia/Seoul", "sun"),
            datetime(2026, 3, 2, 0, tzinfo=UTC),
            "2026-03-08T08:30:00+09:00",
        ),
    ],
    ids=["daily", "Mondays over the change of clocks", "Sundays"],
)
async def test_local_times_and_weekdays_are_what_they_are_called(
    clock: Clock, bell: AtLocal, now: datetime, rings: str
) -> None:
    clock.set_schedules("digests", [bell])
    (job,) = hanging(clock).values()
    assert str(job.trigger.timezone) == bell.zone
    assert job.trigger.get_next_fire_time(None, now.astimezone(ZoneInfo(bell.zone))).isoformat() == rings


async def test_weekdays_are_names(clock: Clock) -> None:
    with pytest.raises(ValueError, match="monday"):
        clock.set_schedules("digests", [AtLocal(Job("digest"), 8, 30, "Asia/Seoul", "monday")])


async def test_a_late_bell_rings_and_many_missed_ones_ring_once(clock: Clock) -> None:
    clock.set_schedules("outlets", [Every(Job("scrape", "asiae"), NEVER_MINUTES)])
    clock.set_schedules("digests", [AtLocal(Job("digest"), 8, 30, "Asia/Seoul")])
    settings: list[Any] = [(job.misfire_grace_time, job.coalesce, job.max_instances) for job in hanging(clock).values()]
    assert settings == [(GRACE_SECONDS, True, 1)] * 2
    assert GRACE_SECONDS >= 60


async def test_what_rings_while_the_clock_stops_still_reaches_the_queue(rung: Rung) -> None:
    clock = Clock(rung.put)
    clock.start()
    rung.gate.clear()
    clock.set_schedules("outlets", [Every(Job("scrape", "asiae"), NEVER_MINUTES)])
    async with asyncio.timeout(5):
        while not clock._ringing:  # noqa: ASYNC110 - the library tells nobody that it began
            await asyncio.sleep(0.01)
    stopping = asyncio.create_task(clock.stop())
    done, _ = await asyncio.wait({stopping}, timeout=0.1)
    assert not done, "the clock waits for the bell"
    rung.gate.set()
    await stopping
    assert rung.jobs == [Job("scrape", "asiae")]
    await clock.stop()
