"""Of two workers that write the same row over two connections at once, one wins, on every store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from bot.errors import ClaimLost
from bot.model import Delivery, Destination
from bot.store.deliveries import claims, settlements
from bot.store.deliveries import table as deliveries
from bot.store.deliveries.claims import Lease
from bot.store.engine import Connection, Store, lock_stories

ROUNDS = 12
LEASE_SECONDS = 15.0
QUARANTINE_SECONDS = 45.0


def _after(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=seconds)


async def _enqueue(store: Store, destination: Destination, now: datetime, key: str) -> int:
    async with store.begin() as c:
        delivery_id = await deliveries.enqueue(c, key, team="T1", destination=destination.id, kind="card", now=now)
    assert delivery_id is not None
    return delivery_id


async def _claimed(store: Store, now: datetime) -> Delivery:
    async with store.begin() as c:
        (delivery,) = await claims.claim(c, now, Lease("slow", LEASE_SECONDS), 1)
    return delivery


async def _row(store: Store, delivery_id: int) -> Delivery:
    async with store.read() as c:
        delivery = await deliveries.get(c, delivery_id)
    assert delivery is not None
    return delivery


async def _wins(store: Store, work: Callable[[Connection], Awaitable[object]]) -> bool:
    try:
        async with store.begin() as c:
            return bool(await work(c))
    except ClaimLost:
        return False


async def test_a_settlement_races_the_end_of_its_lease(
    store: Store, second_store: Store, channel: Destination, now: datetime
) -> None:
    """Either Slack's answer is settled in time, or the delivery is read back; never both, never neither."""
    ended = set()
    for turn in range(ROUNDS):
        delivery_id = await _enqueue(store, channel, now, f"card:{turn}")
        claimed, late = await _claimed(store, now), _after(now, LEASE_SECONDS + 1)

        async def settle(c: Connection, claimed: Delivery = claimed, late: datetime = late) -> bool:
            await settlements.settle_sent(c, claimed.id, claimed.epoch, "170.5", late)
            return True

        async def expire(c: Connection, late: datetime = late) -> int:
            return await claims.expire_leases(c, late, QUARANTINE_SECONDS)

        first = [_wins(store, settle), _wins(second_store, expire)]
        settled, expired = await asyncio.gather(*(first if turn % 2 else reversed(first)))
        if not turn % 2:
            settled, expired = expired, settled
        row = await _row(store, delivery_id)
        assert (settled, expired, row.state) in ((True, False, "sent"), (False, True, "unknown"))
        ended.add(row.state)
        await _close(store, row, late)
        now = _after(late, 60)
    assert ended <= {"sent", "unknown"}


async def _close(store: Store, row: Delivery, at: datetime) -> None:
    """Nothing is left on the way, for the next round."""
    if row.state == "unknown":
        async with store.begin() as c:
            (claimed,) = await claims.claim_unknown(
                c, _after(at, QUARANTINE_SECONDS), Lease("reader", LEASE_SECONDS), 1
            )
            await settlements.settle_sent(c, row.id, claimed.epoch, "170.6", at)


async def test_an_edit_is_claimed_by_one_worker(
    store: Store, second_store: Store, channel: Destination, now: datetime
) -> None:
    delivery_id = await _enqueue(store, channel, now, "card")
    claimed = await _claimed(store, now)
    async with store.begin() as c:
        await settlements.settle_sent(c, delivery_id, claimed.epoch, "170.5", now)
    for revision in range(2, 2 + ROUNDS):
        now = _after(now, 90)
        async with store.begin() as c:
            await deliveries.want_revision(c, delivery_id, revision)

        async def take(which: Store, at: datetime = now) -> list[Delivery]:
            async with which.begin() as c:
                return await claims.claim_edits(c, at, Lease("w", LEASE_SECONDS), 5)

        taken = [
            claimed for each in await asyncio.gather(take(store), take(second_store), take(store)) for claimed in each
        ]
        assert [claimed.wanted_revision for claimed in taken] == [revision]
        async with store.begin() as c:
            await settlements.settle_edit(c, delivery_id, taken[0].epoch, now)


async def test_an_unknown_delivery_is_read_back_by_one_worker(
    store: Store, second_store: Store, channel: Destination, now: datetime
) -> None:
    await _enqueue(store, channel, now, "card")
    claimed = await _claimed(store, now)
    async with store.begin() as c:
        await settlements.settle_unknown(c, claimed.id, claimed.epoch, now, "timeout")
    for _ in range(ROUNDS):

        async def ask(which: Store, at: datetime = now) -> list[Delivery]:
            async with which.begin() as c:
                return await claims.claim_unknown(c, at, Lease("w", LEASE_SECONDS), 5)

        asked = [
            claimed for each in await asyncio.gather(ask(store), ask(second_store), ask(store)) for claimed in each
        ]
        assert len(asked) == 1
        async with store.begin() as c:
            await settlements.put_off(c, claimed.id, asked[0].epoch, _after(now, 20), "timeout", {})
        now = _after(now, 21)


async def test_a_cancellation_races_a_claim(
    store: Store, second_store: Store, channel: Destination, now: datetime
) -> None:
    """A delivery that was cancelled in time is never sent; one on its way can no longer be cancelled."""
    for turn in range(ROUNDS):
        delivery_id = await _enqueue(store, channel, now, f"card:{turn}")

        async def cancel(c: Connection, delivery_id: int = delivery_id) -> bool:
            return await deliveries.cancel(c, delivery_id, "changed_mind")

        async def claim(c: Connection, at: datetime = now) -> list[Delivery]:
            return await claims.claim(c, at, Lease("w", LEASE_SECONDS), 1)

        cancelled, claimed = await asyncio.gather(_wins(store, cancel), _wins(second_store, claim))
        row = await _row(store, delivery_id)
        assert (cancelled, claimed, row.state) in ((True, False, "cancelled"), (False, True, "sending"))
        if row.state == "sending":
            async with store.begin() as c:
                await settlements.settle_sent(c, delivery_id, row.epoch, f"{delivery_id}.0", now)
        now = _after(now, 60)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_the_lock_on_stories_excludes_the_previous_version(store: Store, second_store: Store) -> None:
    """A process of the previous version takes the lock by this name; PostgreSQL says whether ours is the same one."""
    async with store.begin() as theirs, second_store.begin() as ours:
        await lock_stories(ours)
        taken = await theirs.exec_driver_sql("SELECT pg_try_advisory_xact_lock(hashtext('pactbot:placing'))")
        assert taken.scalar_one() is False
