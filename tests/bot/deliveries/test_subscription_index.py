"""The subscription index builds one scanner that knows every subscription's words, off the event loop."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from bot.deliveries.subscription_index import PAGES_A_TURN, SubscriptionIndex
from bot.deliveries.subscription_lookup import Candidates, IndexedSubscription
from bot.matching.query.evaluate import ArticleFacts
from bot.model import Page, Subscription
from settings.lexicon import load

AT = datetime(2026, 3, 2, tzinfo=UTC)


def indexed(index: SubscriptionIndex, *queries: str) -> tuple[IndexedSubscription, ...]:
    rows = [
        Subscription(number, "T", 1, None, query, "instant", "09:00", "mon", "Asia/Seoul", 1, AT, None, "active", None)
        for number, query in enumerate(queries)
    ]
    parsed = [(row, index.query_of(row)) for row in rows]
    return tuple(IndexedSubscription(row, query) for row, query in parsed if query is not None)


async def test_callers_that_wait_at_the_same_time_get_one_scanner() -> None:
    index = SubscriptionIndex(load(None))
    subscriptions = indexed(index, "문제집", "책상")
    first, *others = await asyncio.gather(*(index.scanner(subscriptions) for _ in range(5)))
    assert all(other is first for other in others)
    assert await index.scanner(indexed(index, "책상", "문제집")) is first


async def test_a_new_word_is_live_with_the_next_reading() -> None:
    index = SubscriptionIndex(load(None))
    many = [f"낱말{chr(ord('가') + number)}" for number in range(2_000)]
    await index.scanner(indexed(index, *many))
    scanner = await index.scanner(indexed(index, *many, "책걸상"))
    mentions = scanner.read(Page("", "책걸상을 낱말가와 함께 옮겼다.")).mentions
    assert [mention.topic for mention in mentions if mention.kind == "literal"] == ["책걸상", "낱말가"]


async def test_pages_are_read_in_their_order_and_callers_take_turns() -> None:
    index = SubscriptionIndex(load(None))
    subscriptions = indexed(index, "책상")
    many = [Page("책상" if number % 2 else "문", "") for number in range(2 * PAGES_A_TURN + 1)]
    long_list = asyncio.create_task(index.read(subscriptions, many))
    await asyncio.sleep(0)
    (reading,) = await index.read(subscriptions, [Page("책상", "")])
    assert not long_list.done(), "one page waits for a turn of the long list, not for all of it"
    assert [len(each.mentions) for each in await long_list] == [number % 2 for number in range(len(many))]
    assert [mention.topic for mention in reading.mentions] == ["책상"]
    assert await index.read(subscriptions, []) == []


async def test_the_event_loop_runs_while_a_scanner_is_built() -> None:
    index = SubscriptionIndex(load(None))
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    turning = asyncio.create_task(turn())
    await asyncio.sleep(0)
    before = turns
    await index.scanner(indexed(index, "책상"))
    turning.cancel()
    assert turns > before


async def test_an_article_is_compared_only_with_queries_that_it_may_hit() -> None:
    index = SubscriptionIndex(load(None))
    every = indexed(index, "lang:ko", "망고", "책상", "책상 -망고", "의자 OR 책상", "의자")
    (reading,) = await index.read(every, [Page("책상을 옮겼다", "", "ko")])
    candidates = Candidates(every).of(reading)
    assert [each.subscription.query for each in candidates] == ["lang:ko", "책상", "책상 -망고", "의자 OR 책상"]
    assert index.hits(tuple(candidates), reading, ArticleFacts()) == index.hits(every, reading, ArticleFacts())
