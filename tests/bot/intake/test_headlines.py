"""New headlines of one document are stored, and so read and told, in the order in which they were published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.intake.headlines import oldest_first
from bot.store import articles
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


async def test_pages_of_one_list_are_read_oldest_first(harness: BotHarness) -> None:
    newest_first = [
        harness.headline("herald", f"Story {number}", at=harness.at + timedelta(minutes=number)) for number in (3, 2, 1)
    ]
    await harness.announce("herald", *newest_first)
    async with harness.store.read() as c:
        unread = await articles.unread(c, "herald", 10)
    assert [each.article.headline for each in unread] == ["Story 1", "Story 2", "Story 3"]
