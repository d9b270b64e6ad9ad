"""The scanner that knows every subscription's words."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from bot.deliveries.subscription_index import IndexedSubscription, SubscriptionIndex
from bot.model import Page, Subscription
from settings.lexicon import load

AT = datetime(2026, 3, 2, tzinfo=UTC)


def watched(watch: SubscriptionIndex, *queries: str) -> tuple[IndexedSubscription, ...]:
    rows = [
        Subscription(number, "T", 1, None, query, "instant", "09:00", "mon", "Asia/Seoul", 1, AT, None, "active", None)
        for number, query in enumerate(queries)
    ]
    parsed = [(row, watch.query_of(row)) for row in rows]
    return tuple(IndexedSubscription(row, query) for row, query in parsed if query is not None)


async def test_one_scanner_is_built_for_all_who_wait_for_it() -> None:
    watch = SubscriptionIndex(load(None))
    wanted = watched(watch, "문제집", "책상")
    first, *others = await asyncio.gather(*(watch.scanner(wanted) for _ in range(5)))
    assert all(other is first for other in others)
    assert await watch.scanner(watched(watch, "책상", "문제집")) is first


async def test_a_new_word_is_live_with_the_next_reading() -> None:
    watch = SubscriptionIndex(load(None))
    many = [f"낱말{chr(ord('가') + number)}" for number in range(2_000)]
    await watch.scanner(watched(watch, *many))
    scanner = await watch.scanner(watched(watch, *many, "책걸상"))
    found = scanner.read(Page("", "책걸상을 낱말가와 함께 옮겼다.")).mentions
    assert [mention.topic for mention in found if mention.kind == "literal"] == ["책걸상", "낱말가"]


async def test_the_event_loop_goes_on_while_a_scanner_is_built() -> None:
    watch = SubscriptionIndex(load(None))
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    turning = asyncio.create_task(turn())
    await asyncio.sleep(0)
    before = turns
    await watch.scanner(watched(watch, "책상"))
    turning.cancel()
    assert turns > before
