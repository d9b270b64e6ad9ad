"""The jobs that follow hubs, between a fake outlet and a small hub: what a push has read, and what hubs are asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.deliveries.subscription_index import SubscriptionIndex
from bot.intake.pipeline import Intake
from bot.intake.politeness import StoredRobots
from bot.model import Job
from bot.outlet_jobs import OutletJobs
from bot.store import hosts, hub_subscriptions
from bot.store.engine import Store
from bot.store.hub_subscriptions import HubSubscription
from bot.websub.decisions import requested, verified, wanted
from bot.websub.requests import REQUESTS_A_JOB, HubRequests
from bot.websub.sources import HubSources
from scrapers.catalogue import load_catalogue
from scrapers.fake_outlets.server import FakeOutlets
from scrapers.hub_links import HubLinks
from scrapers.outlet import Outlet, Source
from scrapers.scraper import open_scraper
from settings.lexicon import load
from tests.support.fake_hub import PUBLIC_URL, FakeHub, running_hub

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@dataclass
class Clock:
    """Stands where a test sets it."""

    now: datetime


@dataclass
class Harness:
    """One outlet, its hub, and the jobs."""

    fake_outlets: FakeOutlets
    hub: FakeHub
    store: Store
    outlets: dict[str, Outlet]
    clock: Clock
    outlet_jobs: OutletJobs
    hub_requests: HubRequests

    @property
    def source(self) -> Source:
        return self.outlets["hanbit"].sources[0]

    def readings(self) -> int:
        """How often the feed was asked for."""
        return sum(request.path == "/rss/all.xml" for request in self.fake_outlets.requests)

    async def rows(self) -> tuple[HubSubscription, ...]:
        async with self.store.read() as c:
            return await hub_subscriptions.all_of(c)

    async def row(self) -> HubSubscription:
        (row,) = await self.rows()
        return row

    async def save(self, *rows: HubSubscription) -> None:
        async with self.store.begin() as c:
            for row in rows:
                await hub_subscriptions.save(c, row)

    def wanted(self, url: str | None = None) -> HubSubscription:
        return wanted("hanbit", url or self.source.url, HubLinks(self.hub.url, "t"), PUBLIC_URL, self.clock.now)

    async def push(self) -> None:
        """Notes a push, as the callback does."""
        row = await self.row()
        async with self.store.begin() as c:
            await hub_subscriptions.note_push(c, row, self.clock.now, self.clock.now)


@pytest.fixture
async def harness(tmp_path: Path, store: Store) -> AsyncIterator[Harness]:
    async with AsyncExitStack() as stack:
        fake_outlets = await stack.enter_async_context(FakeOutlets())
        hub = await stack.enter_async_context(running_hub())
        fake_outlets.write_specs(tmp_path / "outlets", 600)
        every = load_catalogue((tmp_path / "outlets",), built_in=False).outlets()
        outlets = {"hanbit": every["hanbit"]}

        async def no_wait(_host: str) -> None:
            return

        trusted = fake_outlets.trusted | {hub.address}
        scraper = open_scraper(outlets, no_wait, robots_memory=StoredRobots(store), trusted=trusted)
        stack.push_async_callback(scraper.close)

        clock = Clock(datetime.now(UTC))

        def now() -> datetime:
            return clock.now

        intake = Intake(store, SubscriptionIndex(load(None)), now)
        hub_sources = HubSources(store, PUBLIC_URL, now)
        outlet_jobs = OutletJobs(store, outlets, scraper, intake, lambda: None, now, hub_sources=hub_sources)
        hub_requests = HubRequests(store, outlets, scraper, PUBLIC_URL, now)
        fake_outlets.name_hub("hanbit", hub.url)
        yield Harness(fake_outlets, hub, store, outlets, clock, outlet_jobs, hub_requests)


async def test_a_reading_that_names_a_hub_is_followed_by_a_request(harness: Harness) -> None:
    assert Job("websub") in await harness.outlet_jobs.scrape("hanbit")
    row = await harness.row()
    assert (row.state, row.hub, row.topic) == ("wanted", harness.hub.url, harness.source.url)


async def test_a_push_has_the_source_read_before_its_time_and_only_once(harness: Harness) -> None:
    await harness.outlet_jobs.scrape("hanbit")
    harness.clock.now += HOUR
    await harness.outlet_jobs.scrape("hanbit")
    assert harness.readings() == 1
    await harness.push()
    await harness.outlet_jobs.scrape("hanbit")
    await harness.outlet_jobs.scrape("hanbit")
    assert harness.readings() == 2


async def test_a_push_does_not_shorten_the_pause_of_a_failing_source(harness: Harness) -> None:
    await harness.outlet_jobs.scrape("hanbit")
    harness.fake_outlets.fail("hanbit", "status", 503)
    await harness.push()
    await harness.outlet_jobs.scrape("hanbit")
    await harness.push()
    await harness.outlet_jobs.scrape("hanbit")
    assert harness.readings() == 2


async def test_one_job_asks_a_few_hubs_and_the_rest_follow_at_once(harness: Harness) -> None:
    source, hanbit = harness.source, harness.outlets["hanbit"]
    urls = [f"{source.url}?{number}" for number in range(REQUESTS_A_JOB + 1)]
    harness.outlets["hanbit"] = replace(hanbit, sources=tuple(replace(source, url=url) for url in urls))
    await harness.save(*(harness.wanted(url) for url in urls))
    harness.hub.status = 200
    assert list(await harness.hub_requests.run("")) == [Job("websub", "", harness.clock.now)]
    assert len(harness.hub.asked) == REQUESTS_A_JOB
    assert list(await harness.hub_requests.run("")) == []
    assert len(harness.hub.asked) == REQUESTS_A_JOB + 1


@pytest.mark.parametrize("status", [503, 307])
async def test_a_hub_that_fails_is_asked_again_after_a_pause(harness: Harness, status: int) -> None:
    harness.hub.status = status
    await harness.save(harness.wanted())
    assert list(await harness.hub_requests.run("")) == []
    row, pause = await harness.row(), HOUR / 4
    assert (row.state, row.reason, row.failures) == ("failed", f"HTTP {status}", 1)
    assert row.next_try_at == harness.clock.now + pause
    harness.clock.now += pause - SECOND
    await harness.hub_requests.run("")
    assert len(harness.hub.asked) == 1
    harness.clock.now += SECOND
    await harness.hub_requests.run("")
    assert len(harness.hub.asked) == 2


async def test_a_hub_that_limits_us_is_left_alone_by_every_process(harness: Harness) -> None:
    harness.hub.status = 429
    await harness.save(harness.wanted())
    await harness.hub_requests.run("")
    async with harness.store.read() as c:
        put_off_until_at = (await hosts.get(c, "127.0.0.1", 0)).put_off_until_at
    assert put_off_until_at is not None
    assert put_off_until_at > harness.clock.now


async def test_the_end_of_a_subscription_that_fails_is_not_asked_for_again(harness: Harness) -> None:
    row = requested(harness.wanted(), harness.clock.now)
    assert row is not None
    await harness.save(verified(row, "", harness.clock.now))
    harness.outlets["hanbit"] = replace(harness.outlets["hanbit"], enabled=False, reason="their terms")
    harness.hub.status = 503
    for _ in range(2):
        assert list(await harness.hub_requests.run("")) == []
    assert [form["hub.mode"] for form in harness.hub.asked] == ["unsubscribe"]
    left = await harness.row()
    assert (left.state, left.next_try_at) == ("leaving", None)


async def test_a_subscription_that_no_hub_has_verified_ends_without_a_request(harness: Harness) -> None:
    await harness.save(harness.wanted())
    del harness.outlets["hanbit"]
    assert list(await harness.hub_requests.run("")) == []
    assert await harness.rows() == ()
    assert harness.hub.asked == []
