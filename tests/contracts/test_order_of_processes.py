"""Deliveries of a channel keep their order, though several processes write to one database at once."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from bot.deliveries.holds import cards_to_join, joins_until
from bot.deliveries.rollups import roll_up
from bot.model import Delivery, Destination, Subscription
from bot.store import stories, subscriptions
from bot.store.deliveries import claims, settlements
from bot.store.deliveries import table as deliveries
from bot.store.deliveries.claims import Lease
from bot.store.engine import Connection, Store, lock_stories

LEASE = Lease("worker", 15)
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
"""SQLite has one writer at a time."""
WAITS_FOR_LOCK = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
LAST_ID = text("SELECT last_value FROM deliveries_id_seq WHERE is_called")


async def _enqueue(c: Connection, channel: Destination, key: str, now: datetime) -> int:
    delivery = await deliveries.enqueue(c, key, team="T1", destination=channel.id, kind="card", now=now)
    assert delivery is not None
    return delivery


async def _claimed(store: Store, now: datetime) -> list[int]:
    return [delivery.id for delivery in await _claimed_rows(store, now)]


async def test_what_opens_a_channel_goes_before_all_that_waits_there(
    store: Store, channel: Destination, now: datetime
) -> None:
    async with store.begin() as c:
        first = await _enqueue(c, channel, "card:first", now)
        greeting = await deliveries.enqueue(
            c, "notice:hello", team="T1", destination=channel.id, kind="notice", now=now, opens_channel=True
        )
        second = await _enqueue(c, channel, "card:second", now)
        again = await deliveries.enqueue(
            c, "notice:again", team="T1", destination=channel.id, kind="notice", now=now, opens_channel=True
        )
    assert (greeting, again, first < second) == (-channel.id, None, True)
    sent = []
    for _ in range(3):
        (delivery,) = await _claimed_rows(store, now)
        sent.append(delivery.id)
        async with store.begin() as c:
            await settlements.settle_sent(c, delivery.id, delivery.epoch, str(delivery.id), now)
    assert sent == [greeting, first, second]


async def _claimed_rows(store: Store, now: datetime) -> list[Delivery]:
    async with store.begin() as c:
        return await claims.claim(c, now, LEASE, 16)


async def _somebody_waits(store: Store) -> None:
    async with asyncio.timeout(10):
        while True:
            async with store.read() as c:
                if (await c.execute(WAITS_FOR_LOCK)).scalar_one():
                    return
            await asyncio.sleep(0.01)


@on_postgresql
async def test_ids_that_are_committed_out_of_order_are_sent_in_order(
    store: Store, second_store: Store, channel: Destination, now: datetime
) -> None:
    async with store.begin() as slow:
        first = await _enqueue(slow, channel, "card:first", now)
        async with second_store.begin() as quick:
            second = await _enqueue(quick, channel, "card:second", now)
        assert first < second
        assert await _claimed(second_store, now) == [], "a delivery with a smaller id may still come"
    assert await _claimed(second_store, now) == [first]


@on_postgresql
async def test_no_id_is_given_while_the_channel_is_claimed(
    store: Store, second_store: Store, channel: Destination, now: datetime
) -> None:
    """An id that was given before a claim, and is committed after it, would be overtaken."""

    async def enqueue_second() -> int:
        async with second_store.begin() as c:
            return await _enqueue(c, channel, "card:second", now)

    async with store.begin() as c:
        first = await _enqueue(c, channel, "card:first", now)
    async with store.begin() as c:
        assert [delivery.id for delivery in await claims.claim(c, now, LEASE, 16)] == [first]
        enqueuing = asyncio.create_task(enqueue_second())
        await _somebody_waits(store)
        assert (await c.execute(LAST_ID)).scalar_one() == first
    assert await enqueuing > first


@on_postgresql
async def test_a_claim_waits_for_no_row_that_another_transaction_changes(
    store: Store, second_store: Store, channel: Destination, now: datetime
) -> None:
    """A claim holds channels, and who changes a card may wait for one of them."""
    async with store.begin() as c:
        first = await _enqueue(c, channel, "card:first", now)
        await _enqueue(c, channel, "card:second", now)
    async with store.begin() as c:
        await deliveries.want_revision(c, first, 2)
        async with asyncio.timeout(5):
            assert await _claimed(second_store, now) == []
    assert await _claimed(second_store, now) == [first]


@pytest.mark.parametrize("seconds", [-90, -2, 2, 90])
async def test_a_delivery_of_a_machine_whose_clock_is_wrong_keeps_its_place(
    store: Store, channel: Destination, now: datetime, seconds: int
) -> None:
    async with store.begin() as c:
        first = await _enqueue(c, channel, "card:first", now + timedelta(seconds=seconds))
        await _enqueue(c, channel, "card:second", now)
    assert await _claimed(store, now) == [first]


@on_postgresql
async def test_a_card_that_joins_a_burst_while_it_is_rolled_up_stands_in_the_roll_up(
    store: Store, second_store: Store, channel: Destination, now: datetime
) -> None:
    """Without it, the card would have a smaller id than the roll-up of those before it, and be sent first."""
    ended_at = now - timedelta(minutes=1)
    async with store.begin() as c:
        stories_of = [await _story(c, number, now) for number in range(3)]
        await _hold(c, channel, stories_of[0], ended_at)
        await _hold(c, channel, stories_of[1], ended_at)

    async def roll_up_elsewhere() -> int:
        async with second_store.begin() as c:
            return await roll_up(c, channel, now)

    async with store.begin() as c:
        await lock_stories(c)
        joined = joins_until(channel, (await cards_to_join(c, [channel.id], now))[channel.id], now)
        assert joined == ended_at
        rolling = asyncio.create_task(roll_up_elsewhere())
        await _somebody_waits(store)
        await _hold(c, channel, stories_of[2], joined)
    assert await rolling == 1
    async with store.begin() as c:
        (roll_up_delivery,) = await claims.claim(c, now, LEASE, 16)
    assert roll_up_delivery.kind == "digest"
    sections = roll_up_delivery.payload["sections"]
    assert isinstance(sections, list)
    assert [story for _, of_section in sections for story in of_section] == stories_of


@on_postgresql
async def test_a_process_that_is_stopped_in_a_transaction_keeps_nobody_waiting(store: Store) -> None:
    """PostgreSQL undoes its transaction, and with it the locks that the whole fleet waits for."""
    async with store.begin() as c:
        setting = (await c.execute(text("SHOW idle_in_transaction_session_timeout"))).scalar_one()
    assert setting == "20s"


async def _story(c: Connection, number: int, now: datetime) -> int:
    return await stories.add(
        c, headline=f"Headline {number}", url=f"https://example.com/{number}", outlet="hanbit", language="en",
        first_seen_at=now, last_article_at=now, revision=1,
    )  # fmt: skip


async def _hold(c: Connection, channel: Destination, story: int, ends_at: datetime) -> None:
    known = await subscriptions.of_destination(c, channel.id)
    subscribed = known[0] if known else await _subscribe(c, channel, ends_at)
    await deliveries.enqueue(
        c, f"card:T1:{channel.id}:{story}", team="T1", destination=channel.id, kind="card", now=ends_at, story=story,
        payload={"burst": ends_at.isoformat()}, subscriptions=(subscribed.id,),
        not_before=ends_at + timedelta(minutes=5), held=True,
    )  # fmt: skip


async def _subscribe(c: Connection, channel: Destination, now: datetime) -> Subscription:
    return await subscriptions.add(
        c, team="T1", destination=channel.id, owner=None, query="topic:pact", cadence="instant", at="08:30",
        weekday="mon", timezone="Asia/Seoul", created_at=now,
    )  # fmt: skip
