"""A list that gives a text adds it to an article that was known by its headline alone, whoever listed that first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.model import FROM_SOURCE
from bot.store import feed_texts
from scrapers.aggregators.attribution import attribute
from scrapers.aggregators.found_headlines import FoundHeadline
from scrapers.article import Headline, SourceReading, SourceState
from scrapers.errors import Forbidden
from scrapers.outlet import Source
from tests.support.bot_harness import BotHarness, outlet_named

FINDER = outlet_named("finder", kind="aggregator")
NEUTRAL = "Seoul and Washington hold a meeting"
SUMMARY = "South Korea and the United States reviewed the U.S.-ROK Technology Prosperity Deal in Seoul on Monday."
QUANTUM = "Seoul opens a quantum computing centre"


async def finder_lists(harness: BotHarness, url: str, title: str, *, hides_address: bool) -> list[Any]:
    """An aggregator lists an article of the Herald."""
    link = "https://finder.example/t1" if hides_address else url
    entry = FoundHeadline(
        "finder", link, link, (f"url:{link}",), title, "", harness.at, "en", publisher_url="https://herald.example/"
    )
    by_outlet = attribute([entry], FINDER, harness.outlets, harness.at)
    reading = SourceReading(by_outlet.headlines, SourceState(), outlets=by_outlet.outlets)
    return await harness.intake.source_read(FINDER, FINDER.sources[0], reading, 0.1)


async def second_list(harness: BotHarness, *items: Headline) -> list[Any]:
    """The Herald's other source shows these."""
    source = Source("feed", "https://herald.example/feed2")
    return await harness.intake.source_read(harness.outlets["herald"], source, SourceReading(items, SourceState()), 0.1)


async def refuse(harness: BotHarness, item: Headline) -> list[Any]:
    """The page is refused."""
    error = Forbidden(item.url, 403)
    return await harness.intake.page_failed(harness.outlets["herald"], await harness.number_of(item), error)


async def kept_text(harness: BotHarness, item: Headline) -> str:
    async with harness.store.read() as c:
        return (await feed_texts.of_article(c, await harness.number_of(item))).text


@pytest.fixture
async def two_lists(harness: BotHarness) -> BotHarness:
    """The Herald has two sources, both read once, and the pact is subscribed to."""
    await harness.subscribe("topic:pact")
    await second_list(harness)
    return harness


@pytest.mark.parametrize("hides_address", [True, False])
@pytest.mark.parametrize("reads_pages", [True, False])
async def test_the_text_of_the_outlets_own_list_is_read_where_an_aggregator_was_first(
    harness: BotHarness, hides_address: bool, reads_pages: bool
) -> None:
    harness.outlets = {**harness.outlets, "herald": replace(harness.outlets["herald"], reads_pages=reads_pages)}
    harness.start()
    await harness.subscribe("topic:pact")
    own = harness.headline("herald", NEUTRAL, 77, summary=SUMMARY)
    await finder_lists(harness, "https://herald.example/1", "Something old", hides_address=False)
    await finder_lists(harness, own.url, NEUTRAL, hides_address=hides_address)
    if reads_pages and not hides_address:
        await refuse(harness, own)
    await harness.announce("herald", own)
    await refuse(harness, own)
    await harness.deliver()
    (card,) = harness.cards()
    assert (card.headline, card.url) == (NEUTRAL, own.url)
    assert (await harness.row(own)).text_from == FROM_SOURCE
    await harness.announce("herald", own)
    await harness.deliver()
    assert len(harness.cards()) == 1


async def test_a_text_of_the_second_list_waits_with_the_page(two_lists: BotHarness) -> None:
    item = two_lists.headline("herald", NEUTRAL)
    await two_lists.announce("herald", item)
    await second_list(two_lists, replace(item, summary=SUMMARY))
    assert await kept_text(two_lists, item) == SUMMARY
    await refuse(two_lists, item)
    await two_lists.deliver()
    assert len(two_lists.cards()) == 1
    assert await kept_text(two_lists, item) == ""


async def test_a_text_of_the_second_list_is_told_after_the_page_was_given_up(two_lists: BotHarness) -> None:
    item = two_lists.headline("herald", NEUTRAL)
    await two_lists.announce("herald", item)
    await refuse(two_lists, item)
    await two_lists.deliver()
    assert two_lists.cards() == []
    jobs = await second_list(two_lists, replace(item, summary=SUMMARY))
    assert [job.name for job in jobs] == ["read"]
    await refuse(two_lists, item)
    await two_lists.deliver()
    assert len(two_lists.cards()) == 1
    row = await two_lists.row(item)
    assert (row.state, row.text_from) == ("failed", FROM_SOURCE)
    assert await kept_text(two_lists, item) == ""
    assert await second_list(two_lists, replace(item, summary=f"{SUMMARY} It was long.")) == []
    assert await two_lists.row(item) == row


async def test_a_shorter_text_or_one_of_a_read_page_changes_nothing(two_lists: BotHarness) -> None:
    item = two_lists.headline("herald", NEUTRAL, summary=SUMMARY)
    await two_lists.announce("herald", item)
    await second_list(two_lists, replace(item, summary="Short."))
    assert await kept_text(two_lists, item) == SUMMARY
    await two_lists.take(item, "Nothing of it. " * 30)
    row = await two_lists.row(item)
    assert await second_list(two_lists, replace(item, summary=SUMMARY * 3)) == []
    assert (await kept_text(two_lists, item), await two_lists.row(item)) == ("", row)


async def test_a_later_text_of_a_baseline_or_of_an_old_article_changes_nothing(two_lists: BotHarness) -> None:
    item = two_lists.headline("herald", QUANTUM)
    await two_lists.announce("herald", item)
    await refuse(two_lists, item)
    row = await two_lists.row(item)
    two_lists.pass_time(days=3, seconds=1)
    assert await second_list(two_lists, replace(item, summary=SUMMARY)) == []
    assert await two_lists.row(item) == row


@pytest.mark.parametrize(
    ("days", "cards", "untold", "baseline"), [(1, 1, 0, False), (1.01, 0, 1, False), (30.01, 0, 0, True)]
)
async def test_an_undated_page_that_waited_is_as_old_as_its_headline(
    harness: BotHarness, days: float, cards: int, untold: int, baseline: bool
) -> None:
    """Its outlet was removed, or nothing could be read, in the meantime."""
    subscription = await harness.subscribe("topic:pact")
    item = replace(harness.headline("herald", SUMMARY), published_at=None)
    await harness.announce("herald", item)
    harness.pass_time(days=days)
    await harness.take(item, SUMMARY * 3, published_at=None)
    await harness.deliver()
    assert len(harness.cards()) == cards
    assert len(await harness.untold(subscription)) == untold
    assert (await harness.row(item)).baseline == baseline
