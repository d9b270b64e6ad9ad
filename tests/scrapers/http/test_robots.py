"""robots.txt is obeyed as RFC 9309 says, and fetched once a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scrapers.errors import FetchRateLimited, FetchRefused, Unreachable
from scrapers.http import robots as robots_module
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


async def _verdict(text: str, agent: str, url: str, _outlet: str) -> tuple[bool, float | None]:
    return robots_verdict(text, agent, url)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def robots(client: Client, clock: Clock) -> Robots:
    return Robots(client, MemoryRobots(), _verdict, clock)


async def test_a_forbidden_address_is_refused(site: Site, robots: Robots) -> None:
    site.answer("/robots.txt", "User-agent: *\nDisallow: /private/\nAllow: /private/open$\n")
    await robots.allow(site.url("/news"))
    await robots.allow(site.url("/private/open"))
    with pytest.raises(FetchRefused, match=r"robots\.txt forbids"):
        await robots.allow(site.url("/private/x"))
    assert site.paths == ["/robots.txt"]


async def test_an_allowed_address_is_not_looked_up_again_while_its_record_counts(
    site: Site, client: Client, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def verdict(text: str, agent: str, url: str, outlet: str) -> tuple[bool, float | None]:
        asked.append(url)
        return await _verdict(text, agent, url, outlet)

    monkeypatch.setattr(robots_module, "MOST_ALLOWED", 2)
    robots = Robots(client, MemoryRobots(), verdict, clock)
    site.answer("/robots.txt", "User-agent: *\nDisallow: /private/\n")
    feed, page, other = (site.url(path) for path in ("/feed", "/page", "/other"))
    for url in (feed, feed, page, feed):
        await robots.allow(url)
    assert asked == [feed, page]
    await robots.allow(other)
    await robots.allow(feed)
    await robots.allow(page)
    assert asked == [feed, page, other, page], "the page was not asked for the longest"
    site.answer("/robots.txt", "User-agent: *\nDisallow: /\n")
    clock.now = START + timedelta(hours=24) - timedelta(seconds=1)
    await robots.allow(feed)
    clock.now = START - timedelta(seconds=1)
    await robots.allow(feed)
    assert asked[4:] == [feed], "a record of the future says nothing"
    clock.now = START + timedelta(hours=24)
    with pytest.raises(FetchRefused):
        await robots.allow(feed)


async def test_the_group_of_our_agent_wins(site: Site, robots: Robots) -> None:
    site.answer("/robots.txt", "User-agent: *\nDisallow:\n\nUser-agent: pactbot\nDisallow: /*?amp\n")
    await robots.allow(site.url("/a"))
    with pytest.raises(FetchRefused):
        await robots.allow(site.url("/a?amp=1"))


@pytest.mark.parametrize("status", [401, 403, 404, 410, 499])
async def test_a_4xx_status_allows_everything(site: Site, robots: Robots, status: int) -> None:
    site.answer("/robots.txt", status=status)
    await robots.allow(site.url("/news"))
    await robots.allow(site.url("/news"))


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_5xx_status_forbids_everything_for_ten_minutes(
    site: Site, robots: Robots, clock: Clock, status: int
) -> None:
    site.answer("/robots.txt", status=status)
    with pytest.raises(Unreachable, match=str(status)):
        await robots.allow(site.url("/news"))
    with pytest.raises(Unreachable):
        await robots.allow(site.url("/news"))
    assert len(site.requests) == 1
    site.answer("/robots.txt", "")
    clock.now += timedelta(minutes=10, seconds=-1)
    with pytest.raises(Unreachable):
        await robots.allow(site.url("/news"))
    clock.now += timedelta(seconds=1)
    await robots.allow(site.url("/news"))


async def test_a_host_without_answer_is_unreachable_and_not_asked_again_at_once(
    client: Client, clock: Clock, turns: list[str]
) -> None:
    async def nobody(_host: str, _port: int) -> list[str]:
        raise OSError("no such name")

    async def turn(host: str) -> None:
        turns.append(host)

    unanswered = Client(turn, resolve=nobody)
    robots = Robots(unanswered, MemoryRobots(), _verdict, clock)
    for _ in range(2):
        with pytest.raises(Unreachable, match="could not be resolved"):
            await robots.allow("https://nowhere.example/feed")
    assert turns == ["nowhere.example"]
    await unanswered.close()


async def test_it_is_fetched_again_after_a_day_and_the_old_rules_outlive_a_failure(
    site: Site, robots: Robots, clock: Clock
) -> None:
    site.answer("/robots.txt", "User-agent: *\nDisallow: /x\n")
    await robots.allow(site.url("/news"))
    clock.now += timedelta(hours=24, seconds=-1)
    await robots.allow(site.url("/news"))
    assert len(site.requests) == 1
    clock.now += timedelta(seconds=1)
    site.answer("/robots.txt", status=500)
    await robots.allow(site.url("/news"))
    assert len(site.requests) == 2
    with pytest.raises(FetchRefused, match="forbids"):
        await robots.allow(site.url("/x"))
    clock.now += timedelta(minutes=10, seconds=-1)
    await robots.allow(site.url("/news"))
    assert len(site.requests) == 2
    clock.now += timedelta(seconds=1)
    await robots.allow(site.url("/news"))
    assert len(site.requests) == 3


async def test_a_rate_limit_on_robots_txt_is_one_on_the_host(site: Site, robots: Robots) -> None:
    site.answer("/robots.txt", status=429, Retry_After="7")
    with pytest.raises(FetchRateLimited):
        await robots.allow(site.url("/news"))


async def test_crawl_delay_reaches_the_caller(site: Site, client: Client, clock: Clock) -> None:
    delays: list[tuple[str, float]] = []

    async def on_crawl_delay(host: str, seconds: float) -> None:
        delays.append((host, seconds))

    site.answer("/robots.txt", "User-agent: *\nCrawl-delay: 30\n")
    robots = Robots(client, MemoryRobots(), _verdict, clock, on_crawl_delay)
    await robots.allow(site.url("/news"))
    clock.now += timedelta(days=1)
    site.answer("/robots.txt", "User-agent: *\n")
    await robots.allow(site.url("/news"))
    assert delays == [("127.0.0.1", 30.0), ("127.0.0.1", 0.0)], "a delay that is asked for no more is dropped"
    clock.now += timedelta(days=1)
    await robots.allow(site.url("/news"))
    assert len(delays) == 2


async def test_half_a_mebibyte_of_robots_is_read(site: Site, robots: Robots) -> None:
    rules = "User-agent: *\nDisallow: /xy"
    padding = "#" * (512 * 1024 - len(rules) - 1) + "\n"
    site.answer("/robots.txt", padding + rules + "z\n")
    with pytest.raises(FetchRefused):
        await robots.allow(site.url("/xy"))
    await robots.allow(site.url("/xz"))


async def test_records_are_stored_by_origin() -> None:
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
        ("http://a.example:80/", "http://a.example"),
        ("http://a.example:81/", "http://a.example:81"),
        ("http://a.example:8080/", "http://a.example:8080"),
        ("http://[2606:2800::1]/", "http://[2606:2800::1]"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin
