"""An article that an aggregator lists and its outlet lists, too, is one article, whichever comes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.model import Job
from bot.store import articles, sources
from scrapers.aggregators.attribution import attribute
from scrapers.aggregators.found_headlines import FoundHeadline
from scrapers.article import Headline, SourceReading, SourceState
from tests.support.bot_harness import BotHarness, outlet_named

FINDER = outlet_named("finder", kind="aggregator")
SIGNED = "Korea and the United States sign Technology Prosperity Deal"
SIGNED_TEXT = (
    "South Korea and the United States signed the Technology Prosperity Deal in Gyeongju on Monday. "
    "The U.S.-ROK Technology Prosperity Deal covers artificial intelligence, quantum computing and space."
)


def found(url: str, title: str, at: datetime, publisher: str = "") -> FoundHeadline:
    """An entry of the aggregator's list."""
    home = f"https://{publisher}.example/" if publisher else ""
    return FoundHeadline("finder", url, url, (f"url:{url}",), title, "", at, "en", publisher_url=home)


def redirect(title: str, at: datetime, publisher: str = "herald", token: str = "t1") -> FoundHeadline:
    """An entry whose link hides the address."""
    return found(f"https://finder.example/{token}", title, at, publisher)


async def lists(harness: BotHarness, *entries: FoundHeadline) -> list[Job]:
    """The aggregator's list holds these."""
    by_outlet = attribute(entries, FINDER, harness.outlets, harness.at)
    reading = SourceReading(by_outlet.headlines, SourceState(), outlets=by_outlet.outlets)
    return await harness.intake.source_read(FINDER, FINDER.sources[0], reading, 0.1)


async def all_articles(harness: BotHarness) -> Any:
    async with harness.store.read() as c:
        return await articles.recent(c, harness.at - timedelta(days=30))


@pytest.fixture
async def finding(harness: BotHarness) -> BotHarness:
    """The aggregator's list was read once, and the pact is subscribed to."""
    await harness.subscribe("topic:pact")
    await lists(harness)
    return harness


async def test_a_first_list_is_a_baseline_but_for_what_its_outlet_may_list_only_now(harness: BotHarness) -> None:
    await harness.subscribe("topic:pact")
    read_at = harness.at - timedelta(minutes=15)
    old = found("https://herald.example/1", SIGNED, read_at)
    new = found("https://herald.example/2", f"{SIGNED} today", read_at + timedelta(seconds=1))
    undated = replace(found("https://herald.example/3", f"{SIGNED} again", read_at), published_at=None)
    assert await lists(harness, old, new, undated) == []
    assert {(row.url, row.baseline) for row in await all_articles(harness)} == {(old.url, True), (undated.url, True)}
    assert await lists(harness, old, new, undated) == [Job("read", "herald")]


@pytest.mark.parametrize("change", ["another address", "switched off", "stopped"])
async def test_a_source_that_is_read_no_longer_keeps_nothing_out_of_the_baseline(
    harness: BotHarness, change: str
) -> None:
    await harness.subscribe("topic:pact")
    harness.pass_time(days=60)
    herald, earlier = harness.outlets["herald"], harness.outlets["herald"].sources[0]
    if change == "another address":
        herald = replace(herald, sources=(replace(earlier, url="https://herald.example/rss2"),))
        await harness.intake.source_read(herald, herald.sources[0], SourceReading((), SourceState()), 0.1)
    elif change == "switched off":
        herald = replace(herald, enabled=False, covered=True, reason="no feed")
    else:
        async with harness.store.begin() as c:
            row = await sources.get(c, "herald", earlier.url)
            assert row is not None
            await sources.save(c, replace(row, error_code=sources.STOPPED))
    harness.outlets = {**harness.outlets, "herald": herald}
    harness.pass_time(minutes=1)
    old = found("https://herald.example/1", SIGNED, harness.at - timedelta(hours=5))
    assert await lists(harness, old) == []
    assert [row.baseline for row in await all_articles(harness)] == [True]


async def test_an_article_is_read_and_told_under_its_own_outlet(finding: BotHarness) -> None:
    jobs = await lists(finding, found("https://www.herald.example/77?utm_source=f", SIGNED, finding.at))
    assert jobs == [Job("read", "herald")]
    (row,) = await all_articles(finding)
    assert (row.outlet, row.canonical_url, row.kind) == ("herald", "https://herald.example/77", "media")
    own = finding.headline("herald", SIGNED, 77)
    await finding.announce("herald", own)
    await finding.take(own, SIGNED_TEXT)
    await finding.deliver()
    assert len(finding.cards()) == 1
    assert len(await all_articles(finding)) == 1


async def test_a_covered_outlet_is_told_by_its_headline_alone(finding: BotHarness) -> None:
    finding.outlets = {**finding.outlets, "daily": outlet_named("daily", enabled=False, covered=True, reason="no feed")}
    finding.start()
    jobs = await lists(finding, found("https://daily.example/1", SIGNED, finding.at))
    assert Job("deliver") in jobs
    await finding.deliver()
    (card,) = finding.cards()
    assert card.headline == SIGNED
    (row,) = await all_articles(finding)
    assert (row.outlet, row.state) == ("daily", "failed")


@pytest.mark.parametrize("title", [SIGNED, f"[UPDATE] {SIGNED}…", SIGNED.upper().replace(" and ", "  AND ")])
async def test_a_redirects_headline_is_the_article_that_its_outlet_lists_later(finding: BotHarness, title: str) -> None:
    assert Job("deliver") in await lists(finding, redirect(SIGNED, finding.at))
    await finding.deliver()
    finding.pass_time(hours=2)
    own = finding.headline("herald", title, 77)
    assert await finding.announce("herald", own) == [Job("read", "herald"), Job("deliver")]
    await finding.edits()
    assert [card.url for card in finding.cards()] == [own.url]
    await finding.take(own, SIGNED_TEXT)
    await finding.deliver()
    (row,) = await all_articles(finding)
    assert (row.url, row.state, row.suspect) == (own.url, "read", None)
    assert (len(finding.cards()), finding.replies()) == (1, [])
    assert await lists(finding, redirect(SIGNED, finding.at, token="t2")) == []
    assert len(await all_articles(finding)) == 1


async def test_an_article_that_its_outlet_listed_first_is_not_told_again(finding: BotHarness) -> None:
    own = finding.headline("herald", SIGNED)
    await finding.announce("herald", own)
    await finding.take(own, SIGNED_TEXT, title="Both countries sign the deal")
    await finding.deliver()
    assert await lists(finding, redirect(f"{SIGNED} ", finding.at + timedelta(hours=9))) == []
    assert await lists(finding, redirect("Both countries sign the deal", finding.at, token="t2")) == []
    assert [row.url for row in await all_articles(finding)] == [own.url]


async def test_the_same_title_of_another_outlet_or_of_another_day_is_another_article(finding: BotHarness) -> None:
    await lists(finding, redirect(SIGNED, finding.at))
    await finding.announce("times", finding.headline("times", SIGNED))
    finding.pass_time(days=2)
    await finding.announce("herald", finding.headline("herald", SIGNED))
    assert sorted(row.outlet for row in await all_articles(finding)) == ["herald", "herald", "times"]


async def test_two_articles_of_one_title_are_two_once_the_address_is_known(finding: BotHarness) -> None:
    await lists(finding, redirect(SIGNED, finding.at))
    await finding.announce("herald", finding.headline("herald", SIGNED, 77))
    finding.pass_time(minutes=30)
    await finding.announce("herald", finding.headline("herald", SIGNED, 78))
    assert {row.url[-2:] for row in await all_articles(finding)} == {"77", "78"}


async def test_an_outlet_without_pages_gives_its_address_and_no_page_is_wanted(finding: BotHarness) -> None:
    finding.outlets = {**finding.outlets, "herald": replace(finding.outlets["herald"], reads_pages=False)}
    finding.start()
    await lists(finding, redirect(SIGNED, finding.at))
    own = finding.headline("herald", SIGNED, 77)
    await finding.announce("herald", own)
    async with finding.store.read() as c:
        assert await articles.unread(c, "herald", 9) == ()
    (row,) = await all_articles(finding)
    assert (row.url, row.state) == (own.url, "failed")


async def test_another_title_in_an_aggregators_list_edits_nothing(finding: BotHarness) -> None:
    own = await finding.publish("herald", SIGNED, SIGNED_TEXT)
    listed: Headline = await _row(finding, own)
    await lists(finding, found(own.url, "Something else altogether", finding.at))
    assert await _row(finding, own) == listed


async def test_only_the_titles_of_the_outlets_own_lists_are_kept(finding: BotHarness) -> None:
    await lists(finding, found("https://herald.example/77", f"{SIGNED} - by a finder", finding.at))
    async with finding.store.read() as c:
        (row,) = await articles.recent(c, finding.at - timedelta(days=1))
        assert (await articles.known_of(c, [row.id]))[row.id].listed == {}


async def test_the_page_of_an_article_of_the_first_list_is_not_wanted_when_its_address_is_known(
    harness: BotHarness,
) -> None:
    await harness.subscribe("topic:pact")
    await lists(harness, redirect(SIGNED, harness.at - timedelta(hours=1)))
    own = harness.headline("herald", SIGNED, 77, at=harness.at - timedelta(hours=1))
    await harness.announce("herald", own)
    await harness.deliver()
    (row,) = await all_articles(harness)
    assert (row.url, row.baseline) == (own.url, True)
    async with harness.store.read() as c:
        assert await articles.unread(c, "herald", 9) == ()
    assert harness.cards() == []


async def _row(harness: BotHarness, item: Headline) -> Any:
    return await harness.row(item)
