"""Many digests of one minute are made in small transactions, each once, whoever runs or dies, on every store."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.deliveries.digest import Digests
from bot.store import destinations, digest_looks, matches, mutes, stories, subscriptions
from bot.store.articles import NewArticle, add
from bot.store.engine import Store
from bot.store.matches import NewMatch
from bot.store.schema import deliveries
from bot.store.schema import matches as match_rows
from tests.support.outbox_harness import add_channel

AT = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
"""08:30 in Seoul."""
CHANNELS = 25


@pytest.fixture
async def channels(store: Store) -> list[int]:
    """Channels with a daily digest each, which a story met."""
    at = AT - timedelta(hours=3)
    common: dict[str, Any] = {"headline": "h", "url": "u", "outlet": "o", "language": "ko"}
    asked: dict[str, Any] = {"owner": None, "query": "pact", "cadence": "daily", "at": "08:30", "weekday": "mon"}
    ids: list[int] = []
    async with store.begin() as c:
        story = await stories.add(c, **common, first_seen_at=at, last_article_at=at)
        article = await add(c, NewArticle("o", "u", "u", "h", "ko", "media", None, at, ("x",), story=story))
        for number in range(CHANNELS):
            channel = await add_channel(c, f"C{number}")
            subscription = await subscriptions.add(
                c, team="T1", destination=channel.id, timezone="Asia/Seoul", created_at=at, **asked
            )
            await matches.add(c, [NewMatch("T1", subscription.id, channel.id, story, article, "daily", at)])
            ids.append(channel.id)
    return ids


async def made(store: Store) -> list[int]:
    """The channel of each digest, which tells its match."""
    told = match_rows.c.told_by == deliveries.c.id
    query = select(deliveries.c.destination, match_rows.c.id).outerjoin(match_rows, told)
    async with store.read() as c:
        rows = (await c.execute(query)).all()  # in one statement, because another process may be making more
    assert all(match is not None for _, match in rows)
    return sorted(destination for destination, _ in rows)


async def test_no_transaction_grows_with_the_digests_that_are_due(store: Store, channels: list[int]) -> None:
    looked: list[int] = []
    written: list[int] = [0]

    def note(_c: object, _cursor: object, statement: str, values: Any, _context: object, is_many: bool) -> None:
        if statement.startswith("UPDATE destinations SET digest_due_at"):
            looked.append(len(values) if is_many else 1)
        written[-1] += statement.startswith("INSERT INTO deliveries")

    event.listen(store._engine.sync_engine, "before_cursor_execute", note)
    event.listen(store._engine.sync_engine, "commit", lambda _: written.append(0))
    assert await Digests(store, lambda: AT).enqueue_due() == CHANNELS
    assert await made(store) == channels
    assert (max(looked), sum(looked)) == (20, CHANNELS)
    assert (max(written), sum(written)) == (1, CHANNELS)


async def test_no_transaction_grows_with_the_mutes_that_have_ended(store: Store, now: datetime) -> None:
    ended: list[int] = [0]

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        ended[-1] += statement.startswith("UPDATE mutes SET ended_at")

    async with store.begin() as c:
        channel = await add_channel(c, "C1")
        for story in range(CHANNELS):
            await mutes.add(
                c, team="T1", destination=channel.id, kind="story", target=str(story), person="U1", now=now,
                until_at=now + timedelta(hours=1),
            )  # fmt: skip
    event.listen(store._engine.sync_engine, "before_cursor_execute", note)
    event.listen(store._engine.sync_engine, "commit", lambda _: ended.append(0))
    assert await Digests(store, lambda: now + timedelta(hours=2)).enqueue_due() == CHANNELS
    assert (max(ended), sum(ended)) == (20, CHANNELS)


async def test_two_processes_make_each_digest_once(store: Store, second_store: Store, channels: list[int]) -> None:
    rounds = [Digests(each, lambda: AT).enqueue_due() for each in (store, second_store)]
    assert sum(await asyncio.gather(*rounds)) == CHANNELS
    assert await made(store) == channels


async def test_a_round_that_dies_is_finished_by_the_next(
    store: Store, second_store: Store, channels: list[int]
) -> None:
    begun = asyncio.create_task(Digests(store, lambda: AT).enqueue_due())
    while not await made(second_store):  # noqa: ASYNC110 - another process made it
        await asyncio.sleep(0)
    begun.cancel()
    with pytest.raises(asyncio.CancelledError):
        await begun
    before = await made(second_store)
    assert 0 < len(before) < CHANNELS, "it died in the middle"
    assert await Digests(second_store, lambda: AT).enqueue_due() == CHANNELS - len(before)
    assert await made(second_store) == channels
    async with second_store.read() as c:
        assert await digest_looks.due(c, AT) == ()
        assert len(await destinations.all_of_team(c, "T1")) == CHANNELS
