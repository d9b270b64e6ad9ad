"""The clock enqueues jobs at once, at intervals and at local times; schedules are replaced without a restart."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from apscheduler.job import Job as SchedulerJob

from bot.clock import GRACE_SECONDS, Clock, EachMinute, Every
from bot.model import Job

NEVER_MINUTES = 100_000.0


class RecordingQueue:
    """Records the enqueued jobs, and waits until there are some."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.calls = 0
        self.refusals = 0
        """How often jobs cannot be stored from now."""
        self.gate = asyncio.Event()
        self.gate.set()
        self._changed = asyncio.Event()

    async def enqueue(self, *jobs: Job) -> bool:
        await self.gate.wait()
        self.calls += 1
        if self.refusals:
            self.refusals -= 1
            return False
        self.jobs.extend(jobs)
        self._changed.set()
        return True

    async def until_enqueued(self, count: int) -> None:
        async with asyncio.timeout(30):
            while len(self.jobs) < count:
                self._changed.clear()
                await self._changed.wait()


@pytest.fixture
async def queue() -> RecordingQueue:
    return RecordingQueue()


@pytest.fixture
async def clock(queue: RecordingQueue) -> AsyncIterator[Clock]:
    made = Clock(queue.enqueue)
    made.start()
    yield made
    await made.stop()


def scheduled(clock: Clock) -> dict[str, SchedulerJob]:
    """The library's own jobs by id."""
    return {job.id: job for job in clock._scheduler.get_jobs()}


async def test_a_job_is_enqueued_at_once_and_then_at_its_interval(clock: Clock, queue: RecordingQueue) -> None:
    clock.set_schedules("outlets", [Every(Job("scrape", "asiae"), 0.001)])
    await queue.until_enqueued(3)
    assert set(queue.jobs) == {Job("scrape", "asiae")}


async def test_the_schedules_of_a_group_are_replaced_and_equal_ones_are_not_restarted(
    clock: Clock, queue: RecordingQueue
) -> None:
    kept, gone = Every(Job("scrape", "kept"), NEVER_MINUTES), Every(Job("scrape", "gone"), NEVER_MINUTES)
    clock.set_schedules("outlets", [kept, gone])
    clock.set_schedules("own", [Every(Job("cleanup"), NEVER_MINUTES)])
    await queue.until_enqueued(3)
    before = scheduled(clock)
    clock.set_schedules("outlets", [kept, Every(Job("scrape", "new"), NEVER_MINUTES)])
    await queue.until_enqueued(4)
    after = scheduled(clock)
    assert [job.key for job in queue.jobs].count("kept") == 1, "an equal schedule does not start again"
    assert {job.args[0].key for job in after.values()} == {"kept", "new", ""}
    same = next(id_ for id_ in after if "kept" in id_)
    assert after[same].next_run_time == before[same].next_run_time
    clock.set_schedules("outlets", [])
    assert {job.args[0].name for job in scheduled(clock).values()} == {"cleanup"}


async def test_another_interval_replaces_the_schedule(clock: Clock, queue: RecordingQueue) -> None:
    clock.set_schedules("outlets", [Every(Job("scrape", "asiae"), 600)])
    clock.set_schedules("outlets", [Every(Job("scrape", "asiae"), 300)])
    (job,) = scheduled(clock).values()
    assert job.trigger.interval_length == 300 * 60


@pytest.mark.parametrize(("minutes", "jitter"), [(0.5, None), (1, 6), (4, 24), (5, 30), (60, 30)])
async def test_an_interval_spreads_by_a_tenth_and_at_most_half_a_minute(
    clock: Clock, minutes: float, jitter: float | None
) -> None:
    """Outlets with the same interval are not all read at the same second."""
    clock.set_schedules("outlets", [Every(Job("scrape", "asiae"), minutes)])
    (job,) = scheduled(clock).values()
    assert job.trigger.jitter == jitter


async def test_each_minute_is_at_once_and_then_as_a_minute_begins(clock: Clock, queue: RecordingQueue) -> None:
    """So a digest of 08:30 in any zone is not made up to a minute later."""
    clock.set_schedules("own", [EachMinute(Job("digest"))])
    await queue.until_enqueued(1)
    (job,) = scheduled(clock).values()
    next_at = job.next_run_time.astimezone(UTC)
    assert (next_at.second, next_at.microsecond) == (0, 0)
    assert next_at - datetime.now(UTC) <= timedelta(minutes=1)


@pytest.fixture(params=["KST-9", "SystemV/PST8", "Mars/Phobos", "", ":/etc/localtime"])
def zone_of_the_machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


async def test_the_zone_of_the_machine_changes_no_time(zone_of_the_machine: str, queue: RecordingQueue) -> None:
    clock = Clock(queue.enqueue)
    clock.start()
    clock.set_schedules("own", [Every(Job("scrape", "asiae"), NEVER_MINUTES), EachMinute(Job("digest"))])
    await queue.until_enqueued(2)
    (digest,) = (job for job in scheduled(clock).values() if job.args[0].name == "digest")
    assert timedelta(0) < digest.next_run_time - datetime.now(UTC) <= timedelta(minutes=1)
    await clock.stop()


async def test_a_late_run_still_enqueues_and_many_missed_runs_enqueue_once(clock: Clock) -> None:
    clock.set_schedules("outlets", [Every(Job("scrape", "asiae"), NEVER_MINUTES)])
    clock.set_schedules("own", [EachMinute(Job("digest"))])
    settings: list[Any] = [
        (job.misfire_grace_time, job.coalesce, job.max_instances) for job in scheduled(clock).values()
    ]
    assert settings == [(GRACE_SECONDS, True, 1)] * 2
    assert GRACE_SECONDS >= 60


async def test_a_job_that_is_being_enqueued_while_the_clock_stops_reaches_the_queue(queue: RecordingQueue) -> None:
    clock = Clock(queue.enqueue)
    clock.start()
    queue.gate.clear()
    clock.set_schedules("outlets", [Every(Job("scrape", "asiae"), NEVER_MINUTES)])
    async with asyncio.timeout(30):
        while not clock._enqueuing:  # noqa: ASYNC110 - the library does not report that it began
            await asyncio.sleep(0.01)
    stopping = asyncio.create_task(clock.stop())
    done, _ = await asyncio.wait({stopping}, timeout=0.1)
    assert not done, "the clock waits for the job"
    queue.gate.set()
    await stopping
    assert queue.jobs == [Job("scrape", "asiae")]
    await clock.stop()


async def test_jobs_that_could_not_be_stored_are_enqueued_a_moment_later(queue: RecordingQueue) -> None:
    clock = Clock(queue.enqueue, retry_seconds=0.01)
    queue.refusals = 3
    clock.start()
    clock.set_schedules("outlets", [Every(Job("scrape", key), NEVER_MINUTES) for key in ("one", "two")])
    await queue.until_enqueued(2)
    assert sorted(job.key for job in queue.jobs) == ["one", "two"]
    assert queue.calls >= 4
    await clock.stop()


async def test_a_stop_does_not_wait_for_a_database_that_is_away(queue: RecordingQueue) -> None:
    clock = Clock(queue.enqueue, retry_seconds=NEVER_MINUTES)
    queue.refusals = 1_000
    clock.start()
    clock.set_schedules("outlets", [Every(Job("scrape", "one"), NEVER_MINUTES)])
    async with asyncio.timeout(30):
        while not queue.calls:  # noqa: ASYNC110 - the library does not report that it began
            await asyncio.sleep(0.01)
    async with asyncio.timeout(1):
        await clock.stop()


async def test_jobs_that_are_due_while_others_are_enqueued_go_together_and_no_run_is_skipped(
    clock: Clock, queue: RecordingQueue, caplog: pytest.LogCaptureFixture
) -> None:
    queue.gate.clear()
    many = [Job("scrape", str(number)) for number in range(20)]
    clock.set_schedules("outlets", [Every(job, 0.0015) for job in many])
    await asyncio.sleep(0.3)  # every schedule is due several times
    queue.gate.set()
    await queue.until_enqueued(len(many))
    assert set(queue.jobs) == set(many)
    assert queue.calls <= 3
    assert "skipped" not in caplog.text


async def test_a_schedule_follows_a_clock_that_was_put_back(clock: Clock) -> None:
    """The library keeps the instant of the next run, which a clock put back by five hours reaches five hours later."""
    clock.set_schedules("outlets", [Every(Job("scrape", "asiae"), 15), EachMinute(Job("digest"))])
    await asyncio.sleep(0)
    now = datetime.now(UTC)
    next_runs = {id_: job.next_run_time for id_, job in scheduled(clock).items()}
    clock.follow(now)
    assert {id_: job.next_run_time for id_, job in scheduled(clock).items()} == next_runs
    for job in scheduled(clock).values():
        job.modify(next_run_time=job.next_run_time + timedelta(hours=29))
    clock.follow(now)
    at = [job.next_run_time for job in scheduled(clock).values()]
    assert min(at) == now
    assert max(at) - now <= timedelta(minutes=1)


async def test_jobs_that_repeat_can_be_run_soon(clock: Clock, queue: RecordingQueue) -> None:
    clock.set_schedules("own", [Every(Job("audit"), NEVER_MINUTES), EachMinute(Job("digest"))])
    clock.set_schedules("outlets", [Every(Job("scrape", "asiae"), NEVER_MINUTES)])
    await queue.until_enqueued(3)
    clock.run_soon("own", 0.01)
    await queue.until_enqueued(5)
    assert {job.name for job in queue.jobs[3:]} == {"audit", "digest"}
