"""An inbound request is handled once, by one process, and answered once, whoever races for it; on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from bot.deliveries import changes as making
from bot.errors import ClaimLost
from bot.model import Destination
from bot.store import changes, inbound
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection, Store

MINUTE = timedelta(minutes=1)


async def _hear(store: Store, slack_id: str, now: datetime, lease: timedelta = MINUTE) -> bool:
    async with store.begin() as c:
        return await inbound.add(c, "T1", slack_id, "request", {"line": "status"}, now, now + lease)


async def _race(one: Store, two: Store, run: Callable[[Connection], Awaitable[bool]]) -> list[bool]:
    """Does the same ten times at once, in two processes."""

    async def begun(store: Store) -> bool:
        async with store.begin() as c:
            return await run(c)

    return await asyncio.gather(*(begun(store) for store in (one, two) * 5))


async def test_two_processes_that_get_the_same_request_add_it_once(
    store: Store, second_store: Store, now: datetime
) -> None:
    heard = await asyncio.gather(*(_hear(which, "Ev1", now) for which in (store, second_store) * 5))
    assert sorted(heard) == [False] * 9 + [True]
    async with store.begin() as c:
        assert await inbound.add(c, "T2", "Ev1", "request", {}, now)


async def test_two_processes_mark_a_request_as_handled_once(store: Store, second_store: Store, now: datetime) -> None:
    await _hear(store, "Ev1", now)
    first = await _race(store, second_store, lambda c: inbound.mark_handled(c, "T1", "Ev1", now))
    assert sorted(first) == [False] * 9 + [True]


@pytest.mark.parametrize("changed", [False, True])
async def test_an_answer_is_marked_as_shown_once(
    store: Store, second_store: Store, now: datetime, changed: bool
) -> None:
    await _hear(store, "Ev1", now)
    if changed:
        async with store.begin() as c:
            assert await inbound.mark_handled(c, "T1", "Ev1", now)
            assert not await inbound.mark_shown(c, "T1", "Ev1", now, changed=False)
    first = await _race(store, second_store, lambda c: inbound.mark_shown(c, "T1", "Ev1", now, changed=changed))
    assert sorted(first) == [False] * 9 + [True]
    async with store.begin() as c:
        assert await inbound.claim(c, now + 9 * MINUTE, now + 10 * MINUTE, 5) == ()


async def test_a_leased_request_is_claimed_by_one_process_when_its_lease_ends(
    store: Store, second_store: Store, now: datetime
) -> None:
    for number in range(4):
        await _hear(store, f"Ev{number}", now, MINUTE * (1 + number // 3))
    async with store.begin() as c:
        await inbound.mark_handled(c, "T1", "Ev0", now)
        assert await inbound.claim(c, now, now + MINUTE, 5) == ()
        assert not await inbound.has_unclaimed(c, now)
        assert await inbound.has_unclaimed(c, now + MINUTE)
    taken: list[str] = []

    async def take(c: Connection) -> bool:
        rows = await inbound.claim(c, now + MINUTE, now + 3 * MINUTE, 5)
        assert {row.tries for row in rows} <= {1}
        taken.extend(row.id for row in rows)
        return bool(rows)

    await _race(store, second_store, take)
    assert sorted(taken) == ["Ev1", "Ev2"]


async def test_a_lease_is_renewed_and_released(store: Store, now: datetime) -> None:
    await _hear(store, "Ev1", now)
    async with store.begin() as c:
        await inbound.renew(c, [("T1", "Ev1")], now + 3 * MINUTE)
        assert not await inbound.has_unclaimed(c, now + 2 * MINUTE)
        await inbound.release(c, "T1", "Ev1", now)
        (row,) = await inbound.claim(c, now, now + MINUTE, 5)
    assert (row.id, row.payload, row.tries) == ("Ev1", {"line": "status"}, 1)


async def test_only_requests_handled_long_ago_are_deleted(store: Store, now: datetime) -> None:
    for number in range(3):
        await _hear(store, f"Ev{number}", now)
    async with store.begin() as c:
        await inbound.mark_handled(c, "T1", "Ev0", now)
        await inbound.mark_handled(c, "T1", "Ev1", now + 2 * MINUTE)  # late: its answer may be about to be shown
        assert await inbound.forget(c, now + MINUTE) == 1
        assert await inbound.mark_shown(c, "T1", "Ev1", now + 2 * MINUTE, changed=True)
        assert [row.id for row in await inbound.claim(c, now + MINUTE, now + MINUTE, 5)] == ["Ev2"]


async def test_two_processes_make_the_same_change_once(
    store: Store, second_store: Store, channel: Destination, now: datetime
) -> None:
    await _hear(store, "Ev1", now)

    async def make(c: Connection) -> bool:
        try:
            await making.record_change(c, channel, "U1", "digest_on", {}, {"at": "08:30"}, now, request_id="Ev1")
        except ClaimLost:
            return False
        return True

    assert sorted(await _race(store, second_store, make)) == [False] * 9 + [True]
    async with store.read() as c:
        assert await changes.get(c, "T1", 1) is not None
        assert await changes.get(c, "T1", 2) is None
        assert await deliveries.by_key(c, "change:1") is not None
        assert await deliveries.by_key(c, "change:2") is None
