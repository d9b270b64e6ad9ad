"""The jobs behind the bells, over the fake outlets: what follows what, and who is left alone for how long."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.deliveries.digest import Digests
from bot.deliveries.subscription_index import SubscriptionIndex
from bot.intake.pipeline import Intake
from bot.intake.politeness import StoredRobots
from bot.jobs import Jobs, headline_from, is_due, state_from
from bot.model import Job
from bot.operations.cleanup import Cleanup
from bot.store import article_identities, articles, sources
from bot.store.engine import Store
from bot.store.sources import SourceRow
from scrapers.article import SourceState
from scrapers.catalogue import load_outlets
from scrapers.fake_outlets.demo import load_demo
from scrapers.fake_outlets.server import FakeOutlets
from scrapers.scraper import open_scraper
from settings.lexicon import load

STEPS = {step.article.slug: step for step in load_demo()}


@dataclass
class Late:
    """How far the room's clock is ahead of the wall's."""

    by: timedelta = timedelta()


@dataclass
class Room:
    """The jobs with everything they ring in."""

    fake_outlets: FakeOutlets
    store: Store
    jobs: Jobs
    late: Late
    rings: list[None]

    def asked(self) -> list[str]:
        """What was asked of 한빛경제, robots.txt aside."""
        return [one.path for one in self.fake_outlets.requests if one.outlet == "hanbit" and one.path != "/robots.txt"]

    def tell(self, slug: str) -> str:
        """Publish one of the demo's articles now."""
        return self.fake_outlets.publish(STEPS[slug].outlet, STEPS[slug].article)


@pytest.fixture
async def room(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Room]:
    async with AsyncExitStack() as stack:
        fake_outlets = await stack.enter_async_context(FakeOutlets())
        fake_outlets.write_specs(tmp_path / "outlets")
        outlets = dict(load_outlets((tmp_path / "outlets",)))
        outlets["narae"] = replace(outlets["narae"], enabled=False, reason="their terms")
        store = Store.open(f"sqlite:///{shutil.copy(migrated_file, tmp_path)}")
        stack.push_async_callback(store.close)

        late = Late()

        def now() -> datetime:
            return datetime.now(UTC) + late.by

        async def no_wait(_host: str) -> None:
            return

        scraper = open_scraper(
            outlets, no_wait, robots_memory=StoredRobots(store), trusted=fake_outlets.trusted, now=now
        )
        stack.push_async_callback(scraper.close)
        intake = Intake(store, SubscriptionIndex(load(None)), now)
        cleanup = Cleanup(store, outlets, None, now)
        rings: list[None] = []
        jobs = Jobs(
            store, outlets, scraper, intake, Digests(store, now), cleanup, lambda: rings.append(None), now
        )  # fmt: skip
        yield Room(fake_outlets, store, jobs, late, rings)


async def test_a_source_is_read_then_its_pages_then_the_outbox_rings(room: Room) -> None:
    assert list(await room.jobs.scrape("hanbit")) == [], (
        "the first reading stores what stands there and fetches no page"
    )
    room.tell("plan-signed-hanbit")
    assert list(await room.jobs.scrape("hanbit")) == [Job("read", "hanbit")]
    assert len(room.asked()) == 2
    assert list(await room.jobs.read("hanbit")) == []
    assert len(room.asked()) == 3
    assert room.rings == [None]
    assert list(await room.jobs.read("hanbit")) == []
    assert len(room.asked()) == 3, "a page is read once"


async def test_pages_that_wait_are_read_before_the_source_is_asked(room: Room) -> None:
    await room.jobs.scrape("hanbit")
    room.tell("plan-signed-hanbit")
    await room.jobs.scrape("hanbit")
    await room.jobs.scrape("hanbit")
    assert [path == "/rss/all.xml" for path in room.asked()] == [True, True, False, True]


@pytest.mark.parametrize("outlet", ["unknown", "narae"])
async def test_what_is_unknown_or_switched_off_is_not_asked(room: Room, outlet: str) -> None:
    assert list(await room.jobs.scrape(outlet)) == []
    assert list(await room.jobs.read(outlet)) == []
    assert list(room.fake_outlets.requests) == []


async def test_a_host_that_asks_to_wait_is_left_alone_until_then(room: Room) -> None:
    await room.jobs.scrape("hanbit")
    room.fake_outlets.fail("hanbit", "status", 429, retry_after_seconds=600)
    assert list(await room.jobs.scrape("hanbit")) == []
    room.fake_outlets.recover("hanbit")
    asked = len(room.asked())
    room.late.by = timedelta(seconds=500)
    await room.jobs.scrape("hanbit")
    assert len(room.asked()) == asked
    room.late.by = timedelta(seconds=700)
    await room.jobs.scrape("hanbit")
    assert len(room.asked()) == asked + 1


async def test_a_failure_is_noted_and_forgotten_after_the_next_success(room: Room) -> None:
    room.fake_outlets.fail("hanbit", "status", 503)
    await room.jobs.scrape("hanbit")
    async with room.store.read() as c:
        row = await sources.get(c, "hanbit", room.fake_outlets.source_url("hanbit"))
    assert row is not None
    assert row.failures == 1
    assert row.failing_since is not None
    room.fake_outlets.recover("hanbit")
    await room.jobs.scrape("hanbit")
    async with room.store.read() as c:
        row = await sources.get(c, "hanbit", room.fake_outlets.source_url("hanbit"))
    assert row is not None
    assert (row.failures, row.failing_since) == (0, None)


async def test_a_page_that_cannot_be_read_is_tried_again_later(room: Room) -> None:
    await room.jobs.scrape("hanbit")
    room.tell("plan-signed-hanbit")
    await room.jobs.scrape("hanbit")
    room.fake_outlets.fail("hanbit", "status", 503)
    (again,) = list(await room.jobs.read("hanbit"))
    assert (again.name, again.key) == ("read", "hanbit")
    assert again.due_at is not None
    assert again.due_at > datetime.now(UTC)
    room.fake_outlets.recover("hanbit")
    assert list(await room.jobs.read("hanbit")) == [], "not before its time"
    room.late.by = timedelta(hours=1)
    await room.jobs.read("hanbit")
    async with room.store.read() as c:
        assert await articles.unread(c, "hanbit", 10) == ()
    assert room.rings == [None]


async def test_the_other_bells(room: Room) -> None:
    assert list(await room.jobs.deliver("")) == []
    assert room.rings == [None]
    assert list(await room.jobs.digest("")) == []
    assert list(await room.jobs.cleanup("")) == []
    assert list(await room.jobs.audit("")) == []
    assert list(await room.jobs.scout("")) == []
    assert list(await room.jobs.absent_channels("")) == []
    bells = {"scrape", "read", "deliver", "digest", "cleanup", "audit", "scout", "absent_channels"}
    assert set(room.jobs.table()) == bells


def test_a_source_is_due_from_its_time_on() -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    row = SourceRow("asiae", "https://www.asiae.co.kr/rss")
    assert is_due(row, at)
    assert is_due(replace(row, next_due_at=at), at)
    assert not is_due(replace(row, next_due_at=at + timedelta(seconds=1)), at)


def test_what_a_source_remembers_goes_back_to_it_byte_for_byte() -> None:
    assert state_from(None) == SourceState()
    row = SourceRow("asiae", "https://www.asiae.co.kr/rss", etag='W/"é"', last_modified="Mon, 02 Mar 2026 09:00:00 GMT")
    assert state_from(row).etag == 'W/"é"'
    assert state_from(row).last_modified == "Mon, 02 Mar 2026 09:00:00 GMT"


async def test_a_stored_headline_is_read_under_the_address_it_was_announced_at(room: Room) -> None:
    await room.jobs.scrape("hanbit")
    url = room.tell("plan-signed-hanbit")
    await room.jobs.scrape("hanbit")
    async with room.store.read() as c:
        (waiting,) = await articles.unread(c, "hanbit", 10)
        names = await article_identities.of_article(c, waiting.article.id)
    headline = headline_from(waiting.article, names)
    assert (headline.url, headline.outlet) == (url, "hanbit")
    assert headline.title.startswith("한미 기술번영")
    assert headline.identities == names
