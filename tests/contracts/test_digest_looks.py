"""A channel is looked at when its digests fall due, and at once after whatever changes them, on every store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, update

from bot.clock_steps import correct_waits
from bot.deliveries.digest import Digests
from bot.model import Destination
from bot.outbox.policy import DeliveryPolicy
from bot.store import channel_ids, destinations, digest_looks, installations, subscriptions
from bot.store.engine import Connection, Store
from bot.store.schema import destinations as destination_rows
from bot.store.schema import subscriptions as subscription_rows
from tests.support.outbox_harness import add_channel

DAY = timedelta(days=1)
Change = Callable[[Connection, int, datetime], Awaitable[object]]
row, of_subscription = destination_rows.c, subscription_rows.c


async def subscribe(c: Connection, channel: int, now: datetime) -> int:
    new = await subscriptions.add(
        c, team="T1", destination=channel, owner=None, query="pact", cadence="daily", at="08:30", weekday="mon",
        timezone="Asia/Seoul", created_at=now,
    )  # fmt: skip
    return new.id


async def subscribed_channel(c: Connection, now: datetime, slack_id: str = "C1") -> Destination:
    channel = await add_channel(c, slack_id)
    await subscribe(c, channel.id, now)
    return channel


async def move_on(c: Connection, channel: int, until_at: datetime | None, now: datetime) -> None:
    await digest_looks.lock(c, [channel])
    await digest_looks.move_on(c, {channel: until_at}, now)


async def test_a_new_channel_is_due_at_once_and_then_at_its_instant(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        first, second = await add_channel(c, "C1"), await add_channel(c, "C2")
        assert await digest_looks.due(c, now) == (first.id, second.id)
        await move_on(c, first.id, now + DAY, now)
        await move_on(c, second.id, None, now)
        assert await digest_looks.due(c, now + DAY - timedelta(seconds=1)) == ()
        assert await digest_looks.due(c, now + DAY) == (first.id,)


async def test_a_channel_that_cannot_get_a_digest_is_not_looked_at_until_it_can(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        channel = await subscribed_channel(c, now)
        await destinations.set_state(c, channel.id, "away", "left", now)
        assert await digest_looks.due(c, now) == ()
        assert await digest_looks.lock(c, [channel.id]) == ()
        await destinations.set_state(c, channel.id, "active", None, now)
        assert await digest_looks.due(c, now) == (channel.id,)
        await installations.stop(c, "T1", "account_inactive", now, None)
        assert await digest_looks.due(c, now) == ()
        await installations.put(c, "T1", now)
        assert await digest_looks.due(c, now) == (channel.id,)


async def _end(c: Connection, _channel: int, now: datetime) -> object:
    return await subscriptions.end(c, "T1", 1, now)


async def _reactivate(c: Connection, _channel: int, _now: datetime) -> object:
    return await subscriptions.reactivate(c, "T1", 2)


async def _move_zone(c: Connection, channel: int, _now: datetime) -> object:
    return await c.execute(update(destination_rows).where(row.id == channel).values(timezone="America/New_York"))


async def _change_subscription(c: Connection, column: str, value: object) -> object:
    return await c.execute(update(subscription_rows).where(of_subscription.id == 1).values({column: value}))


CHANGES: dict[str, Change] = {
    "a digest": lambda c, channel, _: destinations.set_digest(c, channel, "09:00"),
    "another cadence": lambda c, channel, _: destinations.set_digest(c, channel, "09:00", "shifts"),
    "no digest": lambda c, channel, _: destinations.set_digest(c, channel, None),
    "quiet hours": lambda c, channel, _: destinations.set_quiet(c, channel, "22:00", "07:00"),
    "a zone": _move_zone,
    "a subscription": subscribe,
    "one less": _end,
    "an old one": _reactivate,
    "its cadence": lambda c, _channel, _now: _change_subscription(c, "cadence", "hourly"),
    "its time": lambda c, _channel, _now: _change_subscription(c, "at", "10:15"),
    "its weekday": lambda c, _channel, _now: _change_subscription(c, "weekday", "fri"),
    "its zone": lambda c, _channel, _now: _change_subscription(c, "timezone", "Europe/Berlin"),
}
"""Also what only a process of an older version, or an operator by hand, would write."""
OTHERS: dict[str, Change] = {
    "a pause": lambda c, channel, now: destinations.pause(c, channel, now + DAY),
    "an absence": lambda c, channel, now: destinations.set_state(c, channel, "away", "left", now),
    "a return": lambda c, channel, _: destinations.note_return(c, channel),
    "a post": lambda c, _channel, now: _change_subscription(c, "last_post_at", now),
}


@pytest.mark.parametrize("name", [*CHANGES, *OTHERS])
async def test_what_changes_a_digest_makes_its_channel_due_at_once(store: Store, now: datetime, name: str) -> None:
    async with store.begin() as c:
        channel, other = await subscribed_channel(c, now), await subscribed_channel(c, now, "C2")
        await c.execute(update(subscription_rows).where(of_subscription.id == 2).values(destination=channel.id))
        await subscriptions.end(c, "T1", 2, now)
        for each in (channel, other):
            await move_on(c, each.id, now + DAY, now)
        await (CHANGES | OTHERS)[name](c, channel.id, now)
        assert await digest_looks.due(c, now) == ((channel.id,) if name in CHANGES else ())


async def test_a_channel_that_joins_another_brings_its_subscriptions(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        old, new = await subscribed_channel(c, now, "C1"), await subscribed_channel(c, now, "C2")
        for channel in (old, new):
            await move_on(c, channel.id, now + DAY, now)
        joined = await channel_ids.move(c, "T1", "C1", "C2", now)
        assert joined is not None
        assert await digest_looks.due(c, now) == (joined.id,)


async def test_a_row_of_a_process_that_does_not_know_the_column_is_due_at_once(store: Store, now: datetime) -> None:
    values = {"team": "T1", "slack_id": "C9", "language": "en", "timezone": "Asia/Seoul"}
    async with store.begin() as c:
        await c.execute(insert(destination_rows).values(values))
        (channel,) = await digest_looks.due(c, now)
        assert [each.slack_id for each in await digest_looks.lock(c, [channel])] == ["C9"]


@pytest.mark.parametrize("ahead", [timedelta(minutes=2), 3 * DAY])
async def test_a_channel_that_was_looked_at_in_the_future_is_looked_at_again(
    store: Store, now: datetime, ahead: timedelta
) -> None:
    async with store.begin() as c:
        channel, other = await subscribed_channel(c, now), await subscribed_channel(c, now, "C2")
        await move_on(c, channel.id, now + ahead + DAY, now + ahead)
        await move_on(c, other.id, now + DAY, now)
    async with store.read() as c:
        assert await digest_looks.due(c, now) == (channel.id,), "before the clock's check has seen it"
    assert await correct_waits(store, DeliveryPolicy(), now) == 1
    assert await correct_waits(store, DeliveryPolicy(), now) == 0
    async with store.read() as c:
        assert await digest_looks.due(c, now) == (channel.id,)


async def test_a_subscription_that_comes_during_a_round_is_not_forgotten(
    store: Store, second_store: Store, now: datetime
) -> None:
    async with store.begin() as c:
        channel = await subscribed_channel(c, now)
    digests = Digests(store, lambda: now)
    await digests.enqueue_due()
    async with store.read() as c:
        assert await digest_looks.due(c, now) == ()
    async with second_store.begin() as c:
        await subscribe(c, channel.id, now)
    async with store.read() as c:
        assert await digest_looks.due(c, now) == (channel.id,)
