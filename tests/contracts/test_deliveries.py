"""Every store promises about deliveries: one claim a channel, leases, fencing, settlements, order."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.errors import ClaimLost
from bot.model import Delivery, Destination
from bot.store import destinations, installations
from bot.store.deliveries import claims, dependents, settlements
from bot.store.deliveries import table as deliveries
from bot.store.deliveries.claims import Lease
from bot.store.engine import Store

LEASE = Lease("w1", 15)


def _after(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=seconds)


async def _channels(store: Store, count: int) -> list[Destination]:
    async with store.begin() as c:
        return [
            await destinations.get_or_add(c, "T1", f"C{index}", language="en", timezone="Asia/Seoul")
            for index in range(count)
        ]


async def _enqueue(store: Store, destination: Destination, now: datetime, *keys: str) -> list[int]:
    ids: list[int] = []
    async with store.begin() as c:
        for key in keys:
            delivery_id = await deliveries.enqueue(c, key, team="T1", destination=destination.id, kind="card", now=now)
            assert delivery_id is not None
            ids.append(delivery_id)
    return ids


async def _claim(store: Store, at: datetime, lease: Lease = LEASE, limit: int = 10) -> list[Delivery]:
    async with store.begin() as c:
        return await claims.claim(c, at, lease, limit)


async def _sent(store: Store, claimed: Sequence[Delivery], at: datetime) -> None:
    async with store.begin() as c:
        for delivery in claimed:
            await settlements.settle_sent(c, delivery.id, delivery.epoch, f"{delivery.id}.0", at)


async def _get(store: Store, delivery_id: int) -> Delivery:
    async with store.read() as c:
        delivery = await deliveries.get(c, delivery_id)
    assert delivery is not None
    return delivery


async def test_a_key_is_enqueued_once(store: Store, second_store: Store, channel: Destination, now: datetime) -> None:
    async def enqueue(which: Store) -> int | None:
        async with which.begin() as c:
            return await deliveries.enqueue(c, "card:1", team="T1", destination=channel.id, kind="card", now=now)

    ids = await asyncio.gather(*(enqueue(which) for which in (store, second_store) * 3))
    assert len([delivery_id for delivery_id in ids if delivery_id is not None]) == 1


async def test_a_claim_takes_one_delivery_a_channel_in_order(store: Store, now: datetime) -> None:
    first_channel, second_channel = await _channels(store, 2)
    first, second = await _enqueue(store, first_channel, now, "a", "b")
    third, _ = await _enqueue(store, second_channel, now, "c", "d")
    claimed = await _claim(store, now)
    assert [(each.id, each.state, each.epoch, each.attempts, each.slack_id) for each in claimed] == [
        (first, "sending", 1, 1, "C0"),
        (third, "sending", 1, 1, "C1"),
    ]
    assert await _claim(store, now) == []
    await _sent(store, claimed, now)
    assert second in [each.id for each in await _claim(store, now)]


async def test_racing_workers_never_claim_the_same_delivery_or_channel(
    store: Store, second_store: Store, now: datetime
) -> None:
    channels = await _channels(store, 4)
    for destination in channels:
        await _enqueue(store, destination, now, *(f"{destination.id}:{n}" for n in range(6)))
    order: list[tuple[int, int]] = []
    in_flight: set[int] = set()

    async def work(which: Store, name: str) -> None:
        idle = 0
        while idle < 3:
            claimed = await _claim(which, now, Lease(name, 15), 2)
            idle = 0 if claimed else idle + 1
            for each in claimed:
                assert each.destination not in in_flight
                in_flight.add(each.destination)
                order.append((each.destination, each.id))
            await asyncio.sleep(0)
            in_flight.difference_update({each.destination for each in claimed})
            await _sent(which, claimed, now)

    await asyncio.gather(*(work(which, f"w{n}") for n, which in enumerate((store, second_store, store, second_store))))
    assert len(order) == len(set(order)) == 24
    for destination in channels:
        mine = [delivery_id for channel_id, delivery_id in order if channel_id == destination.id]
        assert mine == sorted(mine)


async def test_no_claim_is_made_in_a_channel_that_is_unknown_paused_or_away(store: Store, now: datetime) -> None:
    unknown, paused, away = await _channels(store, 3)
    first, _ = await _enqueue(store, unknown, now, "a", "b")
    await _enqueue(store, paused, now, "c")
    await _enqueue(store, away, now, "d")
    async with store.begin() as c:
        await destinations.pause(c, paused.id, _after(now, 30))
        await destinations.pause(c, paused.id, _after(now, 5))
        await destinations.set_state(c, away.id, "waiting", "not_in_channel", now)
    (claimed,) = await _claim(store, now)
    async with store.begin() as c:
        await settlements.settle_unknown(c, first, claimed.epoch, _after(now, 45), "timeout")
    assert await _claim(store, _after(now, 29)) == []
    assert [each.slack_id for each in await _claim(store, _after(now, 30))] == [paused.slack_id]


async def test_no_claim_is_made_in_a_stopped_workspace(store: Store, channel: Destination, now: datetime) -> None:
    await _enqueue(store, channel, now, "a")
    async with store.begin() as c:
        await installations.stop(c, "T1", "token_revoked", now, None)
    assert await _claim(store, now) == []
    async with store.begin() as c:
        await installations.resume(c, "T1")
    assert len(await _claim(store, now)) == 1


async def test_the_channel_that_waited_longest_is_claimed_first(store: Store, now: datetime) -> None:
    busy, quiet = await _channels(store, 2)
    await _enqueue(store, busy, now, "a", "b")
    (first,) = await _claim(store, now, limit=1)
    await _sent(store, [first], now)
    await _enqueue(store, quiet, now, "c")
    async with store.begin() as c:
        await destinations.pause(c, busy.id, _after(now, 1))
    assert [each.slack_id for each in await _claim(store, _after(now, 1), limit=1)] == [quiet.slack_id]


async def test_a_dependent_waits_for_its_parent(store: Store, channel: Destination, now: datetime) -> None:
    (parent,) = await _enqueue(store, channel, now, "card")
    async with store.begin() as c:
        child = await deliveries.enqueue(
            c, "reply", team="T1", destination=channel.id, kind="reply", now=now, after=parent
        )
        assert child is not None
        await deliveries.hold(c, parent, _after(now, 60))
    (free,) = await _enqueue(store, channel, now, "other")
    assert [each.id for each in await _claim(store, now)] == [free]
    async with store.begin() as c:
        await settlements.settle_sent(c, free, 1, "1.0", now)
        assert await claims.release_held(c, _after(now, 59)) == 0
        assert await claims.release_held(c, _after(now, 60)) == 1
    await _sent(store, await _claim(store, _after(now, 60)), _after(now, 60))
    (reply,) = await _claim(store, _after(now, 61))
    assert (reply.id, reply.thread_ts) == (child, f"{parent}.0")


async def test_a_dependent_of_a_cancelled_parent_is_cancelled(
    store: Store, channel: Destination, now: datetime
) -> None:
    (parent,) = await _enqueue(store, channel, now, "card")
    async with store.begin() as c:
        child = await deliveries.enqueue(
            c, "reply", team="T1", destination=channel.id, kind="reply", now=now, after=parent
        )
        assert child is not None
        assert await deliveries.cancel(c, parent, "unsubscribed")
        assert not await deliveries.cancel(c, parent, "unsubscribed")
        assert await dependents.cancel_dependents(c) == 1
    assert (await _get(store, child)).state == "cancelled"
    assert await _claim(store, now) == []


async def test_a_lease_that_ended_makes_the_delivery_unknown_and_voids_the_claim(
    store: Store, channel: Destination, now: datetime
) -> None:
    (delivery_id,) = await _enqueue(store, channel, now, "a")
    (lost,) = await _claim(store, now)
    async with store.begin() as c:
        await settlements.renew(c, delivery_id, lost.epoch, _after(now, 10), 15)
        assert await claims.expire_leases(c, _after(now, 25), 45) == 0
        assert await claims.expire_leases(c, _after(now, 26), 45) == 1
    async with store.begin() as c:
        with pytest.raises(ClaimLost):
            await settlements.settle_sent(c, delivery_id, lost.epoch, "1.0", now)
        with pytest.raises(ClaimLost):
            await settlements.renew(c, delivery_id, lost.epoch, now, 15)
        with pytest.raises(ClaimLost):
            await settlements.settle_due(c, delivery_id, lost.epoch, now)
    delivery = await _get(store, delivery_id)
    assert (delivery.state, delivery.not_before) == ("unknown", _after(now, 45))


async def test_an_unknown_delivery_is_due_again_after_two_empty_reads_of_one_reader(
    store: Store, second_store: Store, channel: Destination, now: datetime
) -> None:
    (delivery_id,) = await _enqueue(store, channel, now, "a")
    (sending,) = await _claim(store, now)
    async with store.begin() as c:
        await settlements.settle_unknown(c, delivery_id, sending.epoch, _after(now, 45), "timeout")
        assert await claims.claim_unknown(c, _after(now, 44), LEASE, 10) == []

    async def ask(which: Store, at: float) -> list[Delivery]:
        async with which.begin() as c:
            return await claims.claim_unknown(c, _after(now, at), LEASE, 10)

    ((reading,),) = [claimed for claimed in await asyncio.gather(ask(store, 45), ask(second_store, 45)) if claimed]
    assert (reading.state, reading.epoch, reading.first_try_at) == ("unknown", 2, now)
    async with store.begin() as c:
        assert not await settlements.note_empty_read(c, delivery_id, reading.epoch, _after(now, 46))
    assert await ask(store, 65) == []
    (again,) = await ask(store, 66)
    with pytest.raises(ClaimLost):
        async with store.begin() as c:
            await settlements.note_empty_read(c, delivery_id, reading.epoch, _after(now, 66))
    async with store.begin() as c:
        assert await settlements.note_empty_read(c, delivery_id, again.epoch, _after(now, 66))
    (resent,) = await _claim(store, _after(now, 66))
    assert (resent.attempts, resent.empty_reads, resent.first_try_at) == (2, 0, now)


async def test_waiting_for_a_channel_counts_no_attempt(store: Store, channel: Destination, now: datetime) -> None:
    (delivery_id,) = await _enqueue(store, channel, now, "a")
    for settled in ("due", "held", "waiting"):
        (sending,) = await _claim(store, now)
        async with store.begin() as c:
            if settled == "due":
                await settlements.settle_due(c, delivery_id, sending.epoch, now, "ratelimited", charge=False)
            elif settled == "held":
                await settlements.settle_held(c, delivery_id, sending.epoch, now)
                assert await claims.release_held(c, now) == 1
            else:
                await settlements.settle_waiting(c, delivery_id, sending.epoch, "not_in_channel")
        assert (await _get(store, delivery_id)).attempts == 0


async def test_a_delivery_that_waited_a_day_is_rolled_up(store: Store, channel: Destination, now: datetime) -> None:
    old, new = (await _enqueue(store, channel, now, "old"))[0], _after(now, 80_000)
    (sending,) = await _claim(store, now)
    async with store.begin() as c:
        await settlements.settle_waiting(c, old, sending.epoch, "not_in_channel")
        await destinations.set_state(c, channel.id, "waiting", "not_in_channel", now)
    (fresh,) = await _enqueue(store, channel, new, "fresh")
    async with store.begin() as c:
        await destinations.set_state(c, channel.id, "active", None, now)
        released = await deliveries.release_waiting(c, channel.id, _after(now, 86_401))
    assert [each.key for each in released.old] == ["old"]
    assert (await _get(store, old)).error == "rolled_up"
    assert [each.id for each in await _claim(store, _after(now, 86_401))] == [fresh]


@pytest.mark.parametrize(("age_seconds", "rolled_up"), [(86_400, 0), (86_401, 1)])
async def test_a_delivery_is_rolled_up_when_older_than_a_day(
    store: Store, channel: Destination, now: datetime, age_seconds: int, rolled_up: int
) -> None:
    await _enqueue(store, channel, now, "a")
    async with store.begin() as c:
        released = await deliveries.release_waiting(c, channel.id, _after(now, age_seconds))
    assert len(released.old) == rolled_up


async def test_edits_are_claimed_once_and_ten_seconds_apart(store: Store, channel: Destination, now: datetime) -> None:
    (delivery_id,) = await _enqueue(store, channel, now, "a")
    await _sent(store, await _claim(store, now), now)

    async def edits(at: float) -> list[Delivery]:
        async with store.begin() as c:
            return await claims.claim_edits(c, _after(now, at), LEASE, 10)

    assert await edits(60) == []
    async with store.begin() as c:
        assert await deliveries.want_revision(c, delivery_id, 2)
        assert await deliveries.want_revision(c, delivery_id, 4)
        assert not await deliveries.want_revision(c, delivery_id, 3)
    assert await edits(9) == []
    (editing,) = await edits(10)
    assert await edits(10) == []
    async with store.begin() as c:
        await deliveries.want_revision(c, delivery_id, 5)
        await settlements.settle_edit(c, delivery_id, editing.epoch, _after(now, 11))
    delivery = await _get(store, delivery_id)
    assert (delivery.shown_revision, delivery.wanted_revision, delivery.edited_at) == (4, 5, _after(now, 11))
    assert await edits(20) == []
    (again,) = await edits(21)
    async with store.begin() as c:
        await settlements.settle_gone(c, delivery_id, again.epoch)
    assert await edits(60) == []


async def test_a_card_sent_while_its_story_grew_wants_an_edit(
    store: Store, channel: Destination, now: datetime
) -> None:
    (delivery_id,) = await _enqueue(store, channel, now, "a")
    claimed = await _claim(store, now)
    async with store.begin() as c:
        await deliveries.want_revision(c, delivery_id, 2)
    await _sent(store, claimed, now)
    delivery = await _get(store, delivery_id)
    assert (delivery.shown_revision, delivery.wanted_revision) == (1, 2)


async def test_the_queue_is_measured_and_deliveries_are_found(
    store: Store, channel: Destination, now: datetime
) -> None:
    first, _, _ = await _enqueue(store, channel, now, "a", "b", "c")
    async with store.begin() as c:
        await deliveries.enqueue(
            c, "later", team="T1", destination=channel.id, kind="card", now=now, not_before=_after(now, 60)
        )
        assert await deliveries.depth(c, now) == deliveries.Depth(3, now, 0)
        assert await deliveries.depth(c, now, "T2") == deliveries.Depth(0, None, 0)
    (sending,) = await _claim(store, now)
    async with store.begin() as c:
        await settlements.settle_unknown(c, first, sending.epoch, now, "timeout")
        assert await deliveries.depth(c, now) == deliveries.Depth(3, now, 1)
        (reading,) = await claims.claim_unknown(c, now, LEASE, 1)
        await settlements.settle_sent(c, first, reading.epoch, "170.5", _after(now, 50))
        assert await deliveries.last_post_at(c, team="T1") == _after(now, 50)
        assert await deliveries.last_post_at(c, team="T2") is None
        delivery = await deliveries.by_ts(c, "T1", channel.slack_id, "170.5")
        assert delivery is not None
        assert delivery.key == "a"
        assert await deliveries.by_ts(c, "T2", channel.slack_id, "170.5") is None


async def test_pending_work_says_what_is_due(store: Store, channel: Destination, now: datetime) -> None:
    async def pending(at: float) -> bool:
        async with store.read() as c:
            return bool(await claims.pending_work(c, _after(now, at)))

    assert not await pending(0)
    (delivery_id,) = await _enqueue(store, channel, now, "a")
    assert await pending(0)
    (sending,) = await _claim(store, now)
    assert not await pending(15)
    assert await pending(16)
    await _sent(store, [sending], now)
    assert not await pending(16)
    async with store.begin() as c:
        await deliveries.want_revision(c, delivery_id, 2)
    assert not await pending(9)
    assert await pending(10)
