"""A channel in which a delivery may go out is a candidate, whatever was written in which order, on every store."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import delete, insert, literal, select, text, update

from bot.clock_steps import mark_missed_channels
from bot.store import installations
from bot.store.deliveries import claims, dependents, ready_channels
from bot.store.deliveries.claims import Lease
from bot.store.deliveries.shares import Shares
from bot.store.engine import Connection, Store
from bot.store.schema import deliveries, destinations, due_channels
from bot.store.schema import installations as installation_rows
from tests.support.delivery_rows import add_row

LEASE = Lease("w", 15)
STATES = ("due", "sending", "unknown", "sent", "held", "waiting", "cancelled", "dead")
OTHER_WRITES = ("parent", "parent", "move", "delete", "channel", "team", "claim")
MOST_IN_A_CHANNEL = 2
"""In a channel with more, something would nearly always be on its way."""
TEAMS, CHANNELS = ("T1", "T2"), (1, 2, 3, 4)
_row, _channel = deliveries.c, destinations.c


async def ready_by_force(c: Connection) -> set[int]:
    """The channels in which a delivery is ready, found by reading every channel."""
    return set((await c.execute(select(_channel.id).where(ready_channels.ready()))).scalars())


async def candidates_of(c: Connection) -> set[int]:
    noted = select(due_channels.c.destination)
    marked = select(_channel.id).where(_channel.may_post)
    return {*(await c.execute(noted)).scalars(), *(await c.execute(marked)).scalars()}


async def write_at_random(c: Connection, random: Random, now: datetime, number: int) -> None:
    """One write of any kind, as every version of the bot, or an operator by hand, may make it."""
    channel, team = random.choice(CHANNELS), random.choice(TEAMS)
    in_channel = select(_row.id).where(_row.destination == channel)
    ids = list((await c.execute(in_channel)).scalars())
    kind = random.choice(
        ("add", "add", "state", "state", "state", "parent", "move", "delete", "channel", "team", "claim")
    )
    if kind == "add" and len(ids) < MOST_IN_A_CHANNEL:
        state, parent = random.choice(STATES), random.choice([None, *ids])
        values = {"key": f"k{number}", "team": team, "destination": channel, "kind": "card", "state": state}
        times = {"created_at": now, "not_before": now, "after": parent}
        await c.execute(insert(deliveries).values(**values, **times))
    elif kind in ("state", "parent", "move", "delete") and ids:
        one = random.choice(ids)
        changes = {"state": {"state": random.choice(STATES)}, "parent": {"after": random.choice([None, *ids])}}
        if kind == "delete":
            await c.execute(update(deliveries).where(_row.after == one).values(after=None))
            await c.execute(delete(deliveries).where(_row.id == one))
        elif kind == "move":  # all of them, because replies are in the channel of their parent
            other = random.choice(CHANNELS)
            await c.execute(update(deliveries).where(_row.destination == channel).values(destination=other))
        else:
            await c.execute(update(deliveries).where(_row.id == one).values(**changes[kind]))
    elif kind == "channel":
        state = random.choice(("active", "away", "waiting"))
        await c.execute(update(destinations).where(_channel.id == channel).values(state=state))
    elif kind == "team":
        values = {"state": random.choice(("active", "stopped"))}
        changed = await c.execute(update(installation_rows).where(installation_rows.c.team == team).values(**values))
        if random.random() < 0.5:
            await c.execute(delete(installation_rows).where(installation_rows.c.team == team))
        elif not changed.rowcount:
            await installations.put(c, team, now)
    else:
        await claims.claim(c, now, LEASE, 1)


@pytest.mark.parametrize("seed", range(3))
async def test_every_channel_in_which_a_delivery_is_ready_is_a_candidate(
    store: Store, now: datetime, seed: int
) -> None:
    random = Random(seed)
    async with store.begin() as c:
        for channel in CHANNELS:
            team = TEAMS[channel % 2]
            facts = {"slack_id": f"C{channel}", "language": "en", "timezone": "Asia/Seoul", "state": "active"}
            await c.execute(insert(destinations).values(id=channel, team=team, **facts))
        for number in range(200):
            await write_at_random(c, random, now, number)
            ready = await ready_by_force(c)
            assert ready <= await candidates_of(c)
            assert await ready_channels.missed(c) == []
            assert await dependents.missed(c) == []
            if number % 2 == 0:
                assert set(await ready_channels.lock_ready(c, now, Shares(100), ())) == ready
                assert await candidates_of(c) == ready


async def test_a_channel_that_no_trigger_noted_is_found_by_the_check(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        await add_row(c, now, {})
        await c.execute(update(destinations).values(may_post=False))
        await c.execute(delete(due_channels))
        assert await claims.claim(c, now, LEASE, 100) == []
    assert await mark_missed_channels(store) == 1
    assert await mark_missed_channels(store) == 0
    async with store.begin() as c:
        assert len(await claims.claim(c, now, LEASE, 100)) == 1
    assert await mark_missed_channels(store) == 0, "a delivery on its way keeps its channel"


ENDS = {
    "its parent is sent": update(deliveries).where(_row.state == "held").values(state="sent"),
    "it has no parent any more": update(deliveries).where(_row.state == "due").values(after=None),
    "its stopped workspace is deleted": delete(installation_rows).where(installation_rows.c.team == "T2"),
}
"""What random writes seldom meet."""


@pytest.mark.parametrize("end", ENDS)
async def test_the_end_of_what_kept_a_delivery_makes_its_channel_a_candidate(
    store: Store, now: datetime, end: str
) -> None:
    async with store.begin() as c:
        await installations.stop(c, "T2", "token_revoked", now, None)
        blocked = {"team": "T2"} if "workspace" in end else {"earlier": {"state": "held"}}
        number = await add_row(c, now, blocked)
        if "parent" in end:
            await c.execute(update(deliveries).where(_row.id == number).values(after=number - 1))
        assert await claims.claim(c, now, LEASE, 100) == []
        assert await candidates_of(c) == set()
        await c.execute(ENDS[end])
        assert number in {each.id for each in await claims.claim(c, now, LEASE, 100)}


async def add_channel_that_was_posted_to(store: Store, now: datetime, *, is_candidate: bool) -> None:
    async with store.begin() as c:
        await add_row(c, now, {"state": "sent"})
        await c.execute(update(destinations).values(may_post=is_candidate))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_claim_beside_an_open_enqueue_forgets_no_channel(
    store: Store, second_store: Store, now: datetime
) -> None:
    await add_channel_that_was_posted_to(store, now, is_candidate=True)
    async with store.begin() as c:
        await enqueue_another(c)
        async with second_store.begin() as other:
            assert await claims.claim(other, now, LEASE, 100) == []
    async with second_store.begin() as c:
        assert len(await claims.claim(c, now, LEASE, 100)) == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_what_becomes_due_during_a_claim_waits_for_it_and_is_noted(
    store: Store, second_store: Store, now: datetime
) -> None:
    await add_channel_that_was_posted_to(store, now, is_candidate=True)
    async with asyncio.timeout(30), store.begin() as c:
        assert await claims.claim(c, now, LEASE, 100) == []  # it has the channel locked, and takes it off
        async with second_store.begin() as other:
            enqueued = asyncio.ensure_future(enqueue_another(other))
            waiting = select(text("count(*)")).select_from(text("pg_locks")).where(text("NOT granted"))
            while not (await c.execute(waiting)).scalar_one():  # noqa: ASYNC110 - the server says nothing by itself
                await asyncio.sleep(0.01)
            await c.commit()
            await enqueued
    async with second_store.begin() as c:
        assert len(await claims.claim(c, now, LEASE, 100)) == 1


async def enqueue_another(c: Connection, key: str = "another") -> None:
    """Writes a due delivery in the channel of the first one, as a process of an older version does."""
    names = ["key", "team", "destination", "kind", "state", "created_at", "not_before"]
    values = {"key": literal(key), "state": literal("due")}
    row = select(*(values.get(name, _row[name]) for name in names)).limit(1)
    await c.execute(insert(deliveries).from_select(names, row))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_two_that_enqueue_in_one_channel_do_not_wait_for_each_other(
    store: Store, second_store: Store, now: datetime
) -> None:
    await add_channel_that_was_posted_to(store, now, is_candidate=False)
    async with store.begin() as c, second_store.begin() as other:
        for connection, key in ((c, "first"), (other, "second")):
            await connection.execute(text("SET LOCAL lock_timeout = '1s'"))
            await enqueue_another(connection, key)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_worker_that_finds_channels_locked_claims_in_the_next_ones(
    store: Store, second_store: Store, now: datetime
) -> None:
    async with store.begin() as c:
        for _ in range(6):
            await add_row(c, now, {})
        await ready_channels.mark_noted(c)
    async with store.begin() as c, second_store.begin() as other:
        first = await claims.claim(c, now, LEASE, 3)
        second = await claims.claim(other, now, LEASE, 3)
    assert [len(first), len(second)] == [3, 3]
    assert not {each.id for each in first} & {each.id for each in second}


async def test_a_flood_hides_no_other_workspace(store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ready_channels, "WINDOW", 4)
    async with store.begin() as c:
        for _ in range(20):
            await add_row(c, now, {"channel_next_post_at": -60})
        others = [await add_row(c, now, {"team": f"T{number}"}) for number in range(4, 9)]
        await add_row(c, now, {"team": "T9", "channel_next_post_at": 1})
        shares = Shares(8, {"T1": 8}, is_single=False)
        assert [each.id for each in await claims.claim(c, now, LEASE, shares)] == others


async def test_candidates_in_which_nothing_is_ready_are_passed_over_and_forgotten(
    store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ready_channels, "WINDOW", 4)
    async with store.begin() as c:
        for _ in range(20):
            await add_row(c, now, {"state": "unknown", "later": {"state": "due"}, "channel_next_post_at": -60})
        last = await add_row(c, now, {"channel_next_post_at": -1})
        assert [each.id for each in await claims.claim(c, now, LEASE, 2)] == [last]
        assert await candidates_of(c) == set()
        await c.execute(update(deliveries).where(_row.state == "unknown").values(state="sent"))
        assert len(await claims.claim(c, now + timedelta(seconds=1), LEASE, 100)) == 20
