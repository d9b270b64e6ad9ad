"""Outlet jobs over the fake outlets: which job follows which, and how long a failing source is left alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.deliveries.subscription_index import SubscriptionIndex
from bot.errors import StoreBusy
from bot.intake import busy_store
from bot.intake.pipeline import Intake
from bot.intake.politeness import StoredRobots
from bot.intake.source_state import start_offset
from bot.model import Job
from bot.outlet_jobs import PAGES_A_JOB, OutletJobs, headline_from, state_from
from bot.store import article_identities, articles, engine, sources
from bot.store.articles import NewArticle
from bot.store.engine import Store
from bot.store.sources import SourceRow
from scrapers.article import SourceState
from scrapers.catalogue import load_catalogue
from scrapers.fake_outlets.demo import load_demo
from scrapers.fake_outlets.fake_articles import FakeArticle
from scrapers.fake_outlets.server import FakeOutlets
from scrapers.outlet import Outlet, Source
from scrapers.scraper import open_scraper
from settings.lexicon import load

STEPS = {step.article.slug: step for step in load_demo()}

A_WHILE = timedelta(seconds=20)
"""Longer than the outlets' longest interval."""


@dataclass
class JobsHarness:
    """The jobs of outlets over fake outlets, with a clock that a test puts forward."""

    fake_outlets: FakeOutlets
    store: Store
    outlets: dict[str, Outlet]
    jobs: OutletJobs = field(init=False)
    ahead: timedelta = timedelta()
    wakes: int = 0

    def now(self) -> datetime:
        """The present, put forward by ``ahead``."""
        return datetime.now(UTC) + self.ahead

    async def scrape(self, key: str) -> list[Job]:
        """Reads an outlet when its next reading is due; returns the jobs that follow, without that of the next one."""
        self.ahead += A_WHILE
        following = await self.jobs.scrape(key)
        await self.store.writes.settled()
        return [job for job in following if job.name != "scrape"]

    def wake_outbox(self) -> None:
        """Counts how often the outbox was woken."""
        self.wakes += 1

    def requests(self) -> list[str]:
        """The paths that were fetched from the outlet 한빛경제, without robots.txt."""
        return [
            request.path
            for request in self.fake_outlets.requests
            if request.outlet == "hanbit" and request.path != "/robots.txt"
        ]

    def publish(self, slug: str) -> str:
        """Publishes one of the demo's articles now; returns its URL."""
        return self.fake_outlets.publish(STEPS[slug].outlet, STEPS[slug].article)


@pytest.fixture
async def harness(tmp_path: Path, store: Store) -> AsyncIterator[JobsHarness]:
    async with AsyncExitStack() as stack:
        fake_outlets = await stack.enter_async_context(FakeOutlets())
        fake_outlets.write_specs(tmp_path / "outlets")
        outlets = load_catalogue((tmp_path / "outlets",), built_in=False).outlets()
        outlets["narae"] = replace(outlets["narae"], enabled=False, reason="their terms")

        made = JobsHarness(fake_outlets, store, outlets)

        async def no_wait(_host: str) -> None:
            return

        scraper = open_scraper(
            outlets, no_wait, robots_memory=StoredRobots(store), trusted=fake_outlets.trusted, now=made.now
        )
        stack.push_async_callback(scraper.close)
        intake = Intake(store, SubscriptionIndex(load(None)), made.now)
        made.jobs = OutletJobs(store, outlets, scraper, intake, made.wake_outbox, made.now)
        yield made


async def test_a_source_is_read_then_its_pages_then_the_outbox_is_woken(harness: JobsHarness) -> None:
    assert list(await harness.scrape("hanbit")) == [], "the first reading stores the headlines and fetches no page"
    harness.publish("plan-signed-hanbit")
    assert list(await harness.scrape("hanbit")) == [Job("read", "hanbit")]
    assert len(harness.requests()) == 2
    assert list(await harness.jobs.read("hanbit")) == []
    assert len(harness.requests()) == 3
    assert harness.wakes == 1
    assert list(await harness.jobs.read("hanbit")) == []
    assert len(harness.requests()) == 3, "a page is read once"


@pytest.mark.parametrize("busy_tries", [1, 2])
async def test_a_busy_database_keeps_what_was_read(
    harness: JobsHarness, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, busy_tries: int
) -> None:
    """Neither a list nor a page is fetched again while another writer holds the database."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.02)
    monkeypatch.setattr(busy_store, "PAUSES_SECONDS", (0.01, 0.01, 5.0))
    caplog.set_level("INFO")
    await harness.scrape("hanbit")
    harness.publish("plan-signed-hanbit")
    harness.ahead += A_WHILE
    for job, path in ((harness.jobs.scrape, "/rss/all.xml"), (harness.jobs.read, None)):
        before = len(harness.requests())
        caplog.clear()
        async with harness.store.begin():
            running = asyncio.ensure_future(job("hanbit"))
            while [record.message for record in caplog.records].count("reading_kept") < busy_tries:
                await asyncio.sleep(0.005)
                assert not running.done()
        following = list(await running)
        assert len(harness.requests()) == before + 1
        assert path is None or (harness.requests()[-1] == path and Job("read", "hanbit") in following)
    assert harness.wakes == 1


async def test_a_database_that_stays_busy_ends_the_reading(
    harness: JobsHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.01)
    monkeypatch.setattr(busy_store, "PAUSES_SECONDS", (0.01, 0.01, 0.01))
    await harness.scrape("hanbit")
    harness.publish("plan-signed-hanbit")
    harness.ahead += A_WHILE
    async with harness.store.begin():
        with pytest.raises(StoreBusy):
            await harness.jobs.scrape("hanbit")


async def test_waiting_pages_are_read_before_the_source(harness: JobsHarness) -> None:
    await harness.scrape("hanbit")
    harness.publish("plan-signed-hanbit")
    await harness.scrape("hanbit")
    await harness.scrape("hanbit")
    assert [path == "/rss/all.xml" for path in harness.requests()] == [True, True, False, True]


def bus(number: int) -> FakeArticle:
    """An article that nobody waits for."""
    return FakeArticle(f"bus-{number}", f"{number}번 버스 노선 조정 안내", (f"{number}번 버스가 다른 길로 다닌다.",))


async def test_a_likely_page_is_read_before_the_next_source_and_an_unlikely_one_after_it(harness: JobsHarness) -> None:
    hanbit = harness.outlets["hanbit"]
    second = Source("feed", harness.fake_outlets.base("hanbit") + "/rss/second.xml")
    harness.outlets["hanbit"] = replace(hanbit, sources=(*hanbit.sources, second))
    await harness.scrape("hanbit")
    harness.fake_outlets.publish("hanbit", bus(1))
    pact = harness.publish("plan-signed-hanbit")
    before = len(harness.requests())
    following = await harness.scrape("hanbit")
    assert harness.requests()[before:] == ["/rss/all.xml", path_of(pact), "/rss/second.xml"]
    assert Job("read", "hanbit") in following
    await harness.jobs.read("hanbit")
    assert len(harness.requests()) == before + 4


async def test_a_likely_page_that_is_listed_while_others_are_read_comes_next(harness: JobsHarness) -> None:
    await harness.scrape("hanbit")
    for number in range(PAGES_A_JOB + 2):
        harness.fake_outlets.publish("hanbit", bus(number))
    (following,) = set(await harness.scrape("hanbit"))
    before = len(harness.requests())
    reading = asyncio.create_task(harness.jobs.read("hanbit"))
    await harness.fake_outlets.wait_for_requests("hanbit", times=before + 2)
    pact = harness.publish("plan-signed-hanbit")
    await harness.scrape("hanbit")
    listed = harness.requests().index("/rss/all.xml", before)
    assert list(await reading) == [following], "the rest is read by the next job"
    assert path_of(pact) in harness.requests()[listed : listed + 8], "a busy machine reads some while it is stored"
    await harness.jobs.read("hanbit")
    assert len(set(harness.requests()[before:])) == PAGES_A_JOB + 4, "every page is read once"


async def test_an_entry_that_is_not_read_is_logged(harness: JobsHarness, caplog: pytest.LogCaptureFixture) -> None:
    await harness.scrape("hanbit")
    harness.fake_outlets.publish("hanbit", bus(2))
    harness.fake_outlets.publish("hanbit", replace(bus(1), headline="\ufffd" * 9))
    with caplog.at_level("INFO", "pactbot.jobs"):
        await harness.scrape("hanbit")
    (record,) = [record for record in caplog.records if record.message == "entries_unusable"]
    assert record.__dict__["outlet"] == "hanbit"
    assert record.__dict__["why"].startswith("an entry with an unreadable title: http")


def path_of(url: str) -> str:
    return urlsplit(url).path


@pytest.mark.parametrize("outlet", ["unknown", "narae"])
async def test_an_unknown_or_disabled_outlet_is_not_read(harness: JobsHarness, outlet: str) -> None:
    assert list(await harness.scrape(outlet)) == []
    assert list(await harness.jobs.read(outlet)) == []
    assert list(harness.fake_outlets.requests) == []


@pytest.mark.parametrize("job", ["scrape", "read"])
async def test_an_article_of_a_covered_outlet_that_a_crash_left_waiting_is_told(harness: JobsHarness, job: str) -> None:
    narae = harness.outlets["narae"] = replace(harness.outlets["narae"], covered=True)
    finder = replace(
        narae, key="finder", kind="aggregator", enabled=True, covered=False, hosts=("f.example",), sources=()
    )
    harness.outlets["finder"] = finder
    url = f"{narae.home}news/1"
    now = harness.now()
    headline = "한미 기술번영 업무협약 서명"
    waiting = NewArticle("narae", url, url, headline, "ko", "media", now, now, (f"url:{url}",))
    async with harness.store.begin() as c:
        article = await articles.add(c, waiting)
    await (harness.scrape("finder") if job == "scrape" else harness.jobs.read("narae"))
    async with harness.store.read() as c:
        row = await articles.get(c, article)
    assert row is not None
    assert (row.state, row.suspect, row.topics.pact) == ("failed", "titles_only", True)
    assert list(harness.fake_outlets.requests) == []


async def test_a_rate_limited_host_is_not_asked_until_its_time(harness: JobsHarness) -> None:
    await harness.scrape("hanbit")
    harness.fake_outlets.fail("hanbit", "status", 429, retry_after_seconds=600)
    assert list(await harness.scrape("hanbit")) == []
    harness.fake_outlets.recover("hanbit")
    before = len(harness.requests())
    harness.ahead = timedelta(seconds=500)
    await harness.scrape("hanbit")
    assert len(harness.requests()) == before
    harness.ahead = timedelta(seconds=700)
    await harness.scrape("hanbit")
    assert len(harness.requests()) == before + 1


async def test_a_failure_is_stored_and_cleared_by_the_next_success(harness: JobsHarness) -> None:
    harness.fake_outlets.fail("hanbit", "status", 503)
    await harness.scrape("hanbit")
    async with harness.store.read() as c:
        row = await sources.get(c, "hanbit", harness.fake_outlets.source_url("hanbit"))
    assert row is not None
    assert row.failures == 1
    assert row.failing_since is not None
    harness.fake_outlets.recover("hanbit")
    await harness.scrape("hanbit")
    async with harness.store.read() as c:
        row = await sources.get(c, "hanbit", harness.fake_outlets.source_url("hanbit"))
    assert row is not None
    assert (row.failures, row.failing_since) == (0, None)


async def test_a_page_that_cannot_be_read_is_retried_later(harness: JobsHarness) -> None:
    await harness.scrape("hanbit")
    harness.publish("plan-signed-hanbit")
    await harness.scrape("hanbit")
    harness.fake_outlets.fail("hanbit", "status", 503)
    (retry,) = list(await harness.jobs.read("hanbit"))
    assert (retry.name, retry.key) == ("read", "hanbit")
    assert retry.due_at is not None
    assert retry.due_at > datetime.now(UTC)
    harness.fake_outlets.recover("hanbit")
    assert list(await harness.jobs.read("hanbit")) == [], "the retry waits for its time"
    harness.ahead = timedelta(hours=1)
    await harness.jobs.read("hanbit")
    async with harness.store.read() as c:
        assert await articles.unread(c, "hanbit", 10) == ()
    assert harness.wakes == 1


async def test_a_source_is_read_when_it_is_due_and_never_sooner(harness: JobsHarness) -> None:
    (following,) = await harness.jobs.scrape("hanbit")
    assert (following.name, following.key) == ("scrape", "hanbit")
    assert following.due_at is not None
    assert timedelta(seconds=2) < following.due_at - harness.now() <= timedelta(seconds=12)
    assert list(await harness.jobs.scrape("hanbit")) == [following], "a restart reads nothing twice"
    assert harness.requests() == ["/rss/all.xml"]
    harness.ahead = timedelta(seconds=13)
    await harness.jobs.scrape("hanbit")
    assert harness.requests() == ["/rss/all.xml"] * 2


async def test_an_outlet_that_named_the_pact_is_read_as_often_as_its_spec_allows(harness: JobsHarness) -> None:
    hanbit = harness.outlets["hanbit"]
    harness.outlets["hanbit"] = replace(hanbit, every_minutes=15)

    async def scrape(after: timedelta) -> float | None:
        harness.ahead += after
        await harness.scrape("hanbit")
        async with harness.store.read() as c:
            row = await sources.get(c, "hanbit", hanbit.sources[0].url)
        return row.interval_minutes if row else None

    await scrape(timedelta())
    assert await scrape(timedelta(days=9)) == 60, "it lists nothing new"
    harness.publish("plan-signed-hanbit")
    await scrape(timedelta(hours=1))
    assert await scrape(timedelta(hours=1)) == 15
    assert await scrape(timedelta(days=15)) == 60


async def test_the_first_readings_after_a_start_are_spread(harness: JobsHarness) -> None:
    hanbit = harness.outlets["hanbit"]
    made = harness.jobs
    spread = OutletJobs(
        made._store, made._outlets, made._scraper, made._intake, harness.wake_outbox, harness.now, spread_seconds=60
    )
    share = start_offset("hanbit", hanbit.sources[0].url)
    (following,) = await spread.scrape("hanbit")
    assert following.due_at is not None
    assert abs((following.due_at - harness.now()).total_seconds() - 3 * share) < 0.5, "over its interval of 3 s at most"
    assert harness.requests() == []
    harness.ahead = timedelta(seconds=3)
    await spread.scrape("hanbit")
    assert harness.requests() == ["/rss/all.xml"]
    harness.ahead += timedelta(seconds=13)
    await spread.scrape("hanbit")
    assert len(harness.requests()) == 2


async def test_a_clock_that_is_put_back_after_the_start_puts_off_no_first_reading(harness: JobsHarness) -> None:
    made = harness.jobs
    spread = OutletJobs(
        made._store, made._outlets, made._scraper, made._intake, harness.wake_outbox, harness.now, spread_seconds=60
    )
    harness.ahead = -timedelta(hours=5)
    await spread.scrape("hanbit")
    harness.ahead += timedelta(seconds=3)
    await spread.scrape("hanbit")
    assert harness.requests() == ["/rss/all.xml"]


def test_validators_go_back_to_the_source_byte_for_byte() -> None:
    assert state_from(None) == SourceState()
    row = SourceRow("asiae", "https://www.asiae.co.kr/rss", etag='W/"é"', last_modified="Mon, 02 Mar 2026 09:00:00 GMT")
    assert state_from(row).etag == 'W/"é"'
    assert state_from(row).last_modified == "Mon, 02 Mar 2026 09:00:00 GMT"


async def test_a_stored_headline_is_fetched_under_the_url_of_its_feed(harness: JobsHarness) -> None:
    await harness.scrape("hanbit")
    url = harness.publish("plan-signed-hanbit")
    await harness.scrape("hanbit")
    async with harness.store.read() as c:
        (waiting,) = await articles.unread(c, "hanbit", 10)
        identities = await article_identities.of_article(c, waiting.article.id)
    headline = headline_from(waiting.article, identities)
    assert (headline.url, headline.outlet) == (url, "hanbit")
    assert headline.title.startswith("한미 기술번영")
    assert headline.identities == identities
