"""A step is a whole transaction or a part of one, with the values and the errors of every other statement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select

from bot.errors import StoreConflict, StoreTrouble
from bot.intake.busy_store import stored as stored_at_last
from bot.store.engine import Store
from bot.store.plain_statements import Statement, given
from bot.store.schema import firsts, hosts
from bot.store.steps import StepConnection, in_step

DONE_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
_f, _h = firsts.c, hosts.c
ADD = Statement(insert(firsts).values(team="T1", key=given(_f.key), done_at=given(_f.done_at)).returning(_f.key))
OF_TEAM = Statement(select(_f.key, _f.done_at).where(_f.team == given(_f.team)).order_by(_f.key))
ADD_HOST = Statement(insert(hosts).values({column.name: given(column) for column in hosts.columns}))
HOSTS = Statement(select(*hosts.columns).order_by(_h.host))


def add(c: StepConnection, *keys: str, done_at: datetime = DONE_AT) -> list[str]:
    """Stores keys; returns what the statements returned."""
    return [row[0] for rows in c.each(ADD, [{"key": key, "done_at": done_at} for key in keys]) for row in rows]


async def stored(store: Store) -> list[tuple[str, datetime]]:
    """The keys that were committed, with their times."""
    return await store.read_step(lambda: lambda c: [(key, at) for key, at in c.rows(OF_TEAM, {"team": "T1"})])


async def test_a_step_is_a_transaction_whose_runs_answer_in_their_order(store: Store) -> None:
    assert await store.write_step(lambda: lambda c: add(c, "b", "a")) == ["b", "a"]
    assert await stored(store) == [("a", DONE_AT), ("b", DONE_AT)]
    assert await store.write_step(lambda: lambda c: add(c)) == []


async def test_a_step_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(StoreTrouble):
        await store.write_step(lambda: lambda c: add(c, "a", "a"))
    with pytest.raises(ValueError, match="zone"):
        await store.write_step(lambda: lambda c: add(c, "a") + add(c, "b", done_at=DONE_AT.replace(tzinfo=None)))
    with pytest.raises(KeyError):
        await store.write_step(lambda: lambda c: add(c, "a") + c.rows(ADD, {"key": "b"}))
    assert await stored(store) == []
    assert await store.write_step(lambda: lambda c: add(c, "a")) == ["a"]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_key_that_another_transaction_wrote_meanwhile_is_known_to_the_next_try(
    store: Store, second_store: Store
) -> None:
    tries = []

    async def store_it() -> str:
        tries.append(await stored(store))
        if len(tries) == 1:
            await second_store.write_step(lambda: lambda c: add(c, "a"))
        if not tries[-1]:
            async with store.begin() as c:
                await c.execute(insert(firsts).values(team="T1", key="a", done_at=DONE_AT))
        return "stored"

    assert await stored_at_last(store_it, "herald") == ("stored", 1)
    assert tries == [[], [("a", DONE_AT)]]
    with pytest.raises(StoreConflict):
        await store.write_step(lambda: lambda c: add(c, "a"))


async def test_what_a_reading_step_writes_is_not_kept(store: Store) -> None:
    assert await store.read_step(lambda: lambda c: add(c, "a")) == ["a"]
    assert await stored(store) == []


async def test_a_step_belongs_to_the_transaction_of_its_connection(store: Store) -> None:
    async with store.begin() as c:
        await c.execute(insert(firsts).values(team="T1", key="a", done_at=DONE_AT))
        assert await in_step(c, lambda step: add(step, "b")) == ["b"]
        assert list((await c.execute(select(_f.key).order_by(_f.key))).scalars()) == ["a", "b"]

    async def add_twice() -> None:
        async with store.begin() as c:
            await in_step(c, lambda step: add(step, "c"))
            await in_step(c, lambda step: add(step, "c"))

    with pytest.raises(StoreTrouble):
        await add_twice()
    assert [key for key, _ in await stored(store)] == ["a", "b"]


async def test_values_are_those_of_the_columns_types(store: Store) -> None:
    at = datetime(2026, 3, 2, 18, 0, 0, 5, tzinfo=timezone(timedelta(hours=9)))
    row = {
        "host": "a\x00\ud800b",
        "next_turn_at": at,
        "pause_seconds": 2,
        "written_at": None,
        "put_off_until_at": DONE_AT,
    }
    await store.write_step(lambda: lambda c: c.rows(ADD_HOST, row))
    (found,) = await store.read_step(lambda: lambda c: c.rows(HOSTS, {}))
    assert found == ("ab", at, 2.0, None, DONE_AT)
    assert (found[1].tzinfo, type(found[2])) == (UTC, float)
