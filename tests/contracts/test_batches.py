"""Tasks that ask the store together share a transaction, and each gets its own answer or error."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import pytest
from sqlalchemy import insert, select

from bot.errors import ClaimLost, StoreBusy, StoreTrouble
from bot.store import batches
from bot.store.batches import Batches, StepBatches
from bot.store.engine import Connection, Store
from bot.store.plain_statements import Statement, given
from bot.store.schema import firsts
from bot.store.steps import StepConnection

FOR_EVER = 3_600.0


class Counted:
    """Transactions of a store, counted."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.begun = 0
        self.error: StoreTrouble | None = None

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Connection]:
        """One transaction, unless the database is away."""
        self.begun += 1
        if self.error is not None:
            raise self.error
        async with self.store.begin() as c:
            yield c


@pytest.fixture
def counted(store: Store) -> Counted:
    return Counted(store)


async def add(c: Connection, keys: Sequence[str]) -> list[str | ClaimLost]:
    """Stores keys; `lost` is another's, and `naive` no row."""
    done_at = {key: datetime.fromisoformat("2026-03-02" if key == "naive" else "2026-03-02T00:00Z") for key in keys}
    await c.execute(insert(firsts), [{"team": "T1", "key": key, "done_at": done_at[key]} for key in keys])
    return [ClaimLost(key) if key == "lost" else key.upper() for key in keys]


async def stored(store: Store) -> list[str]:
    """The keys that were committed."""
    async with store.read() as c:
        return list((await c.execute(select(firsts.c.key).order_by(firsts.c.key))).scalars())


async def test_tasks_that_ask_together_share_a_transaction(store: Store, counted: Counted) -> None:
    writes = Batches(counted.begin, 0.01)
    answers = await asyncio.gather(*(writes.do(add, key) for key in "abc"))
    assert (answers, counted.begun) == (["A", "B", "C"], 1)
    assert await writes.do(add, "d") == "D"
    assert (await stored(store), counted.begun) == (["a", "b", "c", "d"], 2)


async def test_what_waits_is_written_with_what_does_not(store: Store, counted: Counted) -> None:
    writes = Batches(counted.begin, FOR_EVER)
    patient = asyncio.create_task(writes.do(add, "a"))
    await asyncio.sleep(0)
    assert await writes.do(add, "b", at_once=True) == "B"
    assert (await patient, counted.begun) == ("A", 1)


async def test_a_full_batch_waits_for_no_more(counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST", 3)
    writes = Batches(counted.begin, FOR_EVER)
    early = [asyncio.create_task(writes.do(add, key)) for key in "ab"]
    assert not (await asyncio.wait(early, timeout=0.1))[0]
    await writes.do(add, "c")
    assert (await asyncio.gather(*early), counted.begun) == (["A", "B"], 1)


async def test_an_error_of_one_is_its_own(store: Store, counted: Counted) -> None:
    writes = Batches(counted.begin, 0.0)
    asked = [writes.do(add, key) for key in ("a", "lost", "naive", "b")]
    first, lost, naive, last = await asyncio.gather(*asked, return_exceptions=True)
    assert (first, last) == ("A", "B")
    assert isinstance(lost, ClaimLost)
    assert isinstance(naive, ValueError)
    assert await stored(store) == ["a", "b", "lost"]
    assert counted.begun == 5, "one for all that failed, and one for each"


ADD = Statement(insert(firsts).values(team="T1", key=given(firsts.c.key), done_at=given(firsts.c.done_at)))


def add_in_step(c: StepConnection, keys: Sequence[str]) -> list[str | ClaimLost]:
    """Does what ``add`` does."""
    done_at = {key: datetime.fromisoformat("2026-03-02" if key == "naive" else "2026-03-02T00:00Z") for key in keys}
    c.each(ADD, [{"key": key, "done_at": done_at[key]} for key in keys])
    return [ClaimLost(key) if key == "lost" else key.upper() for key in keys]


async def test_steps_share_a_transaction_and_an_error_of_one_is_its_own(store: Store) -> None:
    writes, steps = StepBatches(store.write_step, 0.0), store.steps + store.transactions
    assert await asyncio.gather(*(writes.do(add_in_step, key) for key in "ab")) == ["A", "B"]
    assert store.steps + store.transactions == steps + 1
    asked = [writes.do(add_in_step, key) for key in ("c", "lost", "naive", "a", "d")]
    first, lost, naive, taken, last = await asyncio.gather(*asked, return_exceptions=True)
    assert (first, last) == ("C", "D")
    assert [type(each) for each in (lost, naive)] == [ClaimLost, ValueError]
    assert isinstance(taken, StoreTrouble)
    assert await stored(store) == ["a", "b", "c", "d", "lost"]


async def test_what_is_done_later_goes_with_what_follows_and_its_error_to_its_own_function(store: Store) -> None:
    writes, errors = StepBatches(store.write_step, FOR_EVER), list[BaseException]()
    writes.do_later(add_in_step, "a", errors.append)
    writes.do_later(add_in_step, "naive", errors.append)
    assert await writes.do(add_in_step, "b", at_once=True) == "B"
    await writes.settled()
    assert [type(each) for each in errors] == [ValueError]
    assert await stored(store) == ["a", "b"]


async def test_a_database_that_is_away_fails_all_at_once(store: Store, counted: Counted) -> None:
    writes = Batches(counted.begin, 0.0)
    counted.error = StoreBusy("away")
    outcomes = await asyncio.gather(*(writes.do(add, key) for key in "ab"), return_exceptions=True)
    assert [str(each) for each in outcomes] == ["away", "away"]
    counted.error = None
    assert (await writes.do(add, "c"), counted.begun) == ("C", 2)
    assert await stored(store) == ["c"]


async def test_what_nobody_waits_for_any_more_is_not_done(store: Store, counted: Counted) -> None:
    writes = Batches(counted.begin, 0.05)
    asked = [asyncio.create_task(writes.do(add, key)) for key in "ab"]
    await asyncio.sleep(0)
    asked[0].cancel()
    assert await asked[1] == "B"
    assert await stored(store) == ["b"]


async def test_a_transaction_that_cannot_begin_fails_for_all_and_is_over(store: Store, counted: Counted) -> None:
    writes = Batches(counted.begin, 0.0)
    counted.error = StoreTrouble("file is not a database")
    async with asyncio.timeout(5):
        outcomes = await asyncio.gather(*(writes.do(add, key) for key in "ab"), return_exceptions=True)
        assert [str(each) for each in outcomes] == ["file is not a database"] * 2
        await writes.settled()
    counted.error = None
    assert await writes.do(add, "c") == "C"
    assert await stored(store) == ["c"]
