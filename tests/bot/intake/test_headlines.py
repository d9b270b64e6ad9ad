"""New headlines of one document are stored, and so read and told, in the order in which they were published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.intake.headlines import HEADLINES_A_TRANSACTION, new_article, oldest_first, store_new, transactions
from bot.model import NO_TOPICS, Reading
from bot.store import articles, sources
from bot.store.sources import SourceRow
from scrapers.article import Headline
from tests.support.bot_harness import BotHarness

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def headline(minutes: int | None, name: str) -> Headline:
    url = f"https://herald.example/{name}"
    published_at = None if minutes is None else NOW + timedelta(minutes=minutes)
    return Headline("herald", url, url, (f"url:{url}",), name, "", published_at, "en")


@pytest.mark.parametrize(
    ("listed", "stored"),
    [
        ([(3, "c"), (2, "b"), (1, "a")], "abc"),
        ([(1, "a"), (2, "b"), (3, "c")], "abc"),
        ([(2, "c"), (1, "b"), (1, "a")], "abc"),
        ([(None, "c"), (None, "b"), (None, "a")], "abc"),
        ([(1, "c"), (None, "b"), (3, "a")], "abc"),
        ([], ""),
    ],
    ids=["newest first", "oldest first", "of one minute", "without dates", "with some dates", "none"],
)
def test_headlines_are_put_in_the_order_of_their_publication(listed: list[tuple[int | None, str]], stored: str) -> None:
    names = [item.title for item in oldest_first([headline(minutes, name) for minutes, name in listed])]
    assert "".join(names) == stored


@pytest.mark.parametrize(
    ("count", "churned", "sizes"),
    [
        (0, False, [0]),
        (HEADLINES_A_TRANSACTION, False, [HEADLINES_A_TRANSACTION]),
        (HEADLINES_A_TRANSACTION + 1, False, [HEADLINES_A_TRANSACTION, 1]),
        (HEADLINES_A_TRANSACTION + 1, True, [HEADLINES_A_TRANSACTION + 1]),
    ],
    ids=["nothing new", "one part", "two parts", "a churned list"],
)
def test_a_long_list_is_stored_in_parts_unless_it_churned(count: int, churned: bool, sizes: list[int]) -> None:
    headlines = [headline(number, str(number)) for number in range(count)]
    parts = transactions(headlines, churned=churned)
    assert [len(part) for part, _ in parts] == sizes
    assert [each for part, _ in parts for each in part] == headlines
    assert [is_last for _, is_last in parts] == [False] * (len(sizes) - 1) + [True]


async def test_a_baseline_that_was_cut_off_after_a_part_is_completed_as_a_baseline(harness: BotHarness) -> None:
    outlet = harness.outlets["herald"]
    listed = [harness.headline("herald", f"Story {number}") for number in range(HEADLINES_A_TRANSACTION + 1)]
    nothing = Reading(NO_TOPICS, "en", (), (), ())
    first = [
        new_article(outlet, each, nothing, nothing, "", harness.at, baseline=True, churned=False, source="")
        for each in listed[:HEADLINES_A_TRANSACTION]
    ]
    async with harness.store.begin() as c:
        await sources.save(c, SourceRow("herald", outlet.sources[0].url))
        await store_new(c, first, [nothing] * len(first), {})
    await harness.announce("herald", *listed)
    async with harness.store.read() as c:
        rows = await articles.recent(c, harness.at)
        assert await articles.unread(c, "herald", 1) == ()
    assert len(rows) == len(listed)
    assert all(row.baseline for row in rows)


async def test_pages_of_one_list_are_read_oldest_first(harness: BotHarness) -> None:
    newest_first = [
        harness.headline("herald", f"Story {number}", at=harness.at + timedelta(minutes=number)) for number in (3, 2, 1)
    ]
    await harness.announce("herald", *newest_first)
    async with harness.store.read() as c:
        unread = await articles.unread(c, "herald", 10)
    assert [each.article.headline for each in unread] == ["Story 1", "Story 2", "Story 3"]
