"""robots.txt as RFC 9309 reads it, asked for once a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scrapers.errors import FetchRateLimited, FetchRefused, Unreachable
from scrapers.http.fetch import Client
from scrapers.http.robots import MemoryRobots, Robots, RobotsRecord, origin_of
from scrapers.parser_process.child import robots_verdict

START = datetime(2026, 3, 1, tzinfo=UTC)

Site = Any
"""The site of conftest.py."""


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


async def _verdict(text: str, agent: str, url: str) -> tuple[bool, float | None]:
    return robots_verdict(text, agent, url)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def robots(client: Client, clock: Clock) -> Robots:
    return Robots(client, MemoryRobots(), _verdict, clock)


async def test_what_is_forbidden_is_not_asked(site: Site, robots: Robots) -> None:
    site.answer("/robots.txt", "User-agent: *\nDisallow: /private/\nAllow: /private/open$\n")
    await robots.allow(site.url("/news"))
    await robots.allow(site.url("/private/open"))
    with pytest.raises(FetchRefused, match=r"robots\.txt forbids"):
        await robots.allow(site.url("/private/x"))
    assert site.paths == ["/robots.txt"]


async def test_our_own_group_wins(site: Site, robots: Robots) -> None:
    site.answer("/robots.txt", "User-agent: *\nDisallow:\n\nUser-agent: pactbot\nDisallow: /*?amp\n")
    await robots.allow(site.url("/a"))
    with pytest.raises(FetchRefused):
        await robots.allow(site.url("/a?amp=1"))


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_no_robots_allows_all(site: Site, robots: Robots, status: int) -> None:
    site.answer("/robots.txt", status=status)
    await robots.allow(site.url("/news"))


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_broken_robots_allows_nothing_for_now(site: Site, robots: Robots, clock: Clock, status: int) -> None:
    site.answer("/robots.txt", status=status)
    with pytest.raises(FetchRefused, match=str(status)):
        await robots.allow(site.url("/news"))
    with pytest.raises(FetchRefused):
        await robots.allow(site.url("/news"))
    assert len(site.asked) == 1
    site.answer("/robots.txt", "")
    clock.now += timedelta(minutes=11)
    await robots.allow(site.url("/news"))


async def test_a_host_that_does_not_answer_is_unreachable_and_not_asked_again_at_once(
    client: Client, clock: Clock, turns: list[str]
) -> None:
    async def nobody(_host: str, _port: int) -> list[str]:
        raise OSError("no such name")

    async def turn(host: str) -> None:
        turns.append(host)

    lost = Client(turn, resolve=nobody)
    robots = Robots(lost, MemoryRobots(), _verdict, clock)
    for _ in range(2):
        with pytest.raises(Unreachable, match="could not be looked up"):
            await robots.allow("https://nowhere.example/feed")
    assert turns == ["nowhere.example"]
    await lost.close()


async def test_it_is_asked_again_after_a_day_and_an_old_one_outlives_a_failure(
    site: Site, robots: Robots, clock: Clock
) -> None:
    site.answer("/robots.txt", "User-agent: *\nDisallow: /x\n")
    await robots.allow(site.url("/news"))
    clock.now += timedelta(hours=23)
    await robots.allow(site.url("/news"))
    assert len(site.asked) == 1
    clock.now += timedelta(hours=2)
    site.answer("/robots.txt", status=500)
    await robots.allow(site.url("/news"))
    assert len(site.asked) == 2
    with pytest.raises(FetchRefused, match="forbids"):
        await robots.allow(site.url("/x"))


async def test_a_throttled_robots_is_a_throttled_host(site: Site, robots: Robots) -> None:
    site.answer("/robots.txt", status=429, Retry_After="7")
    with pytest.raises(FetchRateLimited):
        await robots.allow(site.url("/news"))


async def test_crawl_delay_is_told(site: Site, client: Client, clock: Clock) -> None:
    told: list[tuple[str, float]] = []

    async def on_crawl_delay(host: str, seconds: float) -> None:
        told.append((host, seconds))

    site.answer("/robots.txt", "User-agent: *\nCrawl-delay: 30\n")
    robots = Robots(client, MemoryRobots(), _verdict, clock, on_crawl_delay)
    await robots.allow(site.url("/news"))
    assert told == [("127.0.0.1", 30.0)]


async def test_a_long_robots_is_read_as_far_as_we_read(site: Site, robots: Robots) -> None:
    site.answer("/robots.txt", "User-agent: *\nDisallow: /x\n" + "# padding\n" * 100_000)
    with pytest.raises(FetchRefused):
        await robots.allow(site.url("/x"))


async def test_memory_gives_back_what_it_was_given() -> None:
    memory = MemoryRobots()
    record = RobotsRecord("", 200, START)
    await memory.put("https://a.example", record)
    assert await memory.get("https://a.example") == record
    assert await memory.get("http://a.example") is None


@pytest.mark.parametrize(
    "url, origin",
    [
        ("https://A.example/x?y", "https://a.example"),
        ("https://a.example:443/", "https://a.example"),
        ("http://a.example:8080/", "http://a.example:8080"),
        ("http://[2606:2800::1]/", "http://[2606:2800::1]"),
    ],
)
def test_origins(url: str, origin: str) -> None:
    assert origin_of(url) == origin
