"""The table of jobs: every scheduled job has a function, and a job that enqueued deliveries wakes the outbox."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.clock import EachMinute, Every
from bot.deliveries.notices import OperatorsChannel
from bot.intake.politeness import StoredRobots
from bot.jobs import Jobs
from bot.model import Job
from bot.operations.absent_channels import CHANNELS_A_RUN, AbsentChannels
from bot.operations.alias_scout import AliasScout
from bot.operations.audit import Auditor
from bot.operations.cleanup import Cleanup
from bot.outlet_jobs import OutletJobs
from bot.scheduling import HUB_SCHEDULE, OWN_SCHEDULES
from bot.store import destinations
from scrapers.scraper import open_scraper
from tests.support.bot_harness import BotHarness

OPERATORS = OperatorsChannel("COPS", "en", "Asia/Seoul")


@pytest.fixture
def wakes() -> list[str]:
    return []


@pytest.fixture
async def jobs(harness: BotHarness, wakes: list[str]) -> Jobs:
    async def no_wait(_host: str) -> None:
        return

    store, outlets, now = harness.store, harness.outlets, harness.now
    scraper = open_scraper(outlets, no_wait, robots_memory=StoredRobots(store), now=now)

    def wake_outbox() -> None:
        wakes.append("woken")

    return Jobs(
        OutletJobs(store, outlets, scraper, harness.intake, wake_outbox, now),
        harness.digests,
        Cleanup(store, outlets, OPERATORS, now),
        Auditor(store, lambda _team: harness.slack, OPERATORS, now, 0.0),
        AliasScout(store, harness.lexicon, OPERATORS, now),
        AbsentChannels(store, lambda _team: harness.slack, harness.wait_for_delivery, now),
        wake_outbox,
    )


def test_every_scheduled_job_has_a_function(jobs: Jobs) -> None:
    table = jobs.table()
    names = {"scrape", "read", "deliver", "digest", "cleanup", "audit", "scout", "absent_channels", "websub"}
    assert set(table) == names
    assert {schedule.job.name for schedule in (*OWN_SCHEDULES, HUB_SCHEDULE)} <= names


def test_absent_channels_that_are_due_are_looked_for_every_minute() -> None:
    assert Every(Job("absent_channels"), 1) in OWN_SCHEDULES


def test_digests_are_looked_for_as_each_minute_begins() -> None:
    """Every local time is the beginning of a minute, so none is stored for the clock."""
    assert EachMinute(Job("digest")) in OWN_SCHEDULES


async def test_the_job_deliver_wakes_the_outbox(jobs: Jobs, wakes: list[str]) -> None:
    assert list(await jobs.table()["deliver"]("")) == []
    assert wakes == ["woken"]


async def test_a_job_that_enqueued_nothing_is_followed_by_none(jobs: Jobs) -> None:
    for name in ("digest", "cleanup", "audit", "scout", "absent_channels", "websub"):
        assert list(await jobs.table()[name]("")) == [], name


async def test_an_audit_that_slack_limits_is_followed_by_its_next_part(harness: BotHarness, jobs: Jobs) -> None:
    await harness.subscribe("quantum")
    await harness.publish("herald", "Seoul opens a quantum computing centre", "Seoul opened a quantum computer centre.")
    await harness.deliver()
    harness.pass_time(minutes=10)
    harness.slack.reads_left = 0
    assert list(await jobs.table()["audit"]("")) == [Job("audit", "", harness.now() + timedelta(minutes=2))]
    harness.slack.reads_left = -1
    assert list(await jobs.table()["audit"]("")) == []


async def test_a_job_that_enqueued_deliveries_is_followed_by_deliver(harness: BotHarness, jobs: Jobs) -> None:
    harness.pass_time(hours=2)
    assert list(await jobs.table()["cleanup"]("")) == [Job("deliver")], "the watchdog reports that nothing is read"
    await harness.publish("ilbo", "크래치오스 실장 방한", "크래치오스 실장이 서울에 왔다.")
    assert list(await jobs.table()["scout"]("")) == [Job("deliver")]


async def test_absent_channels_continue_a_minute_later_after_the_last_checked_one(
    harness: BotHarness, jobs: Jobs
) -> None:
    ids = []
    for number in range(CHANNELS_A_RUN + 1):
        subscription = await harness.subscribe("space", channel=f"CX{number}")
        ids.append(subscription.destination)
        harness.slack.closed.add(f"CX{number}")
        async with harness.store.begin() as c:
            await destinations.set_state(c, subscription.destination, "away", "left", harness.now())
    harness.pass_time(minutes=1)
    following = Job("absent_channels", str(ids[-2]), harness.now() + timedelta(minutes=1))
    assert list(await jobs.table()["absent_channels"]("")) == [following]
    assert list(await jobs.table()["absent_channels"](following.key)) == []
