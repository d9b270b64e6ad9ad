"""SQLite's statements take one step each, and a transaction begins with its first statement."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.errors import StoreBusy, StoreTrouble
from bot.store.engine import Store
from bot.store.sqlite_driver import write_later


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store.open(f"sqlite:///{tmp_path}/one.db")
    async with store.begin() as c:
        await c.execute(text("CREATE TABLE rows_ (id INTEGER PRIMARY KEY, word TEXT UNIQUE)"))
    yield store
    await store.close()


@contextmanager
def counted_steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    steps: list[str] = []
    original: Any = aiosqlite.Connection._execute

    async def note(self: Any, fn: Any, *args: Any, **kw: Any) -> Any:
        steps.append(getattr(fn, "__name__", "step"))
        return await original(self, fn, *args, **kw)

    with monkeypatch.context() as patch:
        patch.setattr(aiosqlite.Connection, "_execute", note)
        yield steps


async def words(store: Store) -> list[str]:
    async with store.read() as c:
        return list((await c.execute(text("SELECT word FROM rows_ ORDER BY id"))).scalars())


async def add(store: Store, *many: str) -> None:
    async with store.begin() as c:
        for word in many:
            await c.execute(text("INSERT INTO rows_ (word) VALUES (:word)"), {"word": word})


async def test_a_statement_is_one_step_and_so_is_the_end(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with counted_steps(monkeypatch) as steps:
        await add(store, "가", "나")
        assert len(steps) == 3, "two statements and the commit"
        assert await words(store) == ["가", "나"]
        assert len(steps) == 4, "a statement; nobody waits for the end of what only reads"
        async with store.begin():
            pass
        async with store.read():
            pass
        assert len(steps) == 4, "nothing begins without a statement"


async def test_what_only_reads_leaves_no_transaction_open(store: Store, tmp_path: Path) -> None:
    """The next reader sees what was written meanwhile, and a checkpoint has nothing to wait for."""
    for number in range(12):  # more often than there are connections
        await add(store, f"{number}")
        assert len(await words(store)) == number + 1
    other = sqlite3.connect(tmp_path / "one.db")
    assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)
    other.close()


INSERT = text("INSERT INTO rows_ (word) VALUES (:word)")


async def test_writes_that_wait_are_done_in_order_in_the_step_of_the_next(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with counted_steps(monkeypatch) as steps:
        async with store.begin() as c:
            await write_later(c, INSERT, {"word": "가"})
            await write_later(c, INSERT, [{"word": "나"}, {"word": "다"}])
            await write_later(c, text("UPDATE rows_ SET word = word || '!' WHERE id > 1"), {})
            assert not steps
            rows = await c.execute(text("SELECT word FROM rows_ ORDER BY id"))
            assert list(rows.scalars()) == ["가", "나!", "다!"]
            await write_later(c, INSERT, {"word": "라"})
            assert len(steps) == 1
        assert len(steps) == 2, "the commit is the step of the last write"
    assert await words(store) == ["가", "나!", "다!", "라"]


async def write_twice(store: Store, ends: str) -> None:
    async with store.begin() as c:
        await c.execute(INSERT, {"word": "가"})
        await write_later(c, INSERT, {"word": "가"})
        await write_later(c, INSERT, {"word": "나"})
        if ends == "statement":
            await c.execute(text("SELECT 1"))
        if ends == "caught":
            with pytest.raises(IntegrityError):
                await c.execute(text("SELECT 1"))


@pytest.mark.parametrize("ends", ["commit", "statement", "caught"])
async def test_a_write_that_waits_and_fails_undoes_the_whole_transaction(store: Store, ends: str) -> None:
    with pytest.raises(StoreTrouble, match="UNIQUE"):
        await write_twice(store, ends)
    assert await words(store) == []
    await add(store, "다")
    assert await words(store) == ["다"]


async def test_writes_that_wait_are_dropped_with_their_transaction(store: Store) -> None:
    async def fail() -> None:
        async with store.begin() as c:
            await write_later(c, INSERT, {"word": "가"})
            raise StoreBusy("on purpose")

    with pytest.raises(StoreBusy, match="on purpose"):
        await fail()
    for _ in range(6):  # more often than there are connections
        await add(store)
        assert await words(store) == []


async def test_rows_in_parts_hold_what_waited_before_them(store: Store) -> None:
    async with store.begin() as c:
        await write_later(c, INSERT, {"word": "가"})
        async with c.stream(text("SELECT word FROM rows_")) as rows:
            assert [row.word async for row in rows] == ["가"]


async def test_what_a_statement_says_of_itself_is_kept(store: Store) -> None:
    async with store.begin() as c:
        added = await c.execute(text("INSERT INTO rows_ (word) VALUES ('가')"))
        assert (added.lastrowid, added.rowcount) == (1, 1)
        many = await c.execute(text("INSERT INTO rows_ (word) VALUES (:word)"), [{"word": "나"}, {"word": "다"}])
        assert many.rowcount == 2
        changed = await c.execute(text("UPDATE rows_ SET word = word || '!' RETURNING id, word"))
        assert [tuple(row) for row in changed] == [(1, "가!"), (2, "나!"), (3, "다!")]
        assert list((await c.execute(text("SELECT id FROM rows_ WHERE id > 9"))).keys()) == ["id"]


async def test_an_error_undoes_the_whole_transaction_and_the_connection_goes_on(store: Store) -> None:
    with pytest.raises(StoreTrouble):
        await add(store, "가", "가")
    assert await words(store) == []
    await add(store, "나")
    assert await words(store) == ["나"]


async def test_a_begin_that_fails_is_tried_again_by_the_next_statement(store: Store, tmp_path: Path) -> None:
    """What is written after it is never written outside of a transaction."""
    other = sqlite3.connect(tmp_path / "one.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO rows_ (word) VALUES ('남의 것')")

    async def twice() -> None:
        async with store.begin() as c:
            adapter = (await c.get_raw_connection()).dbapi_connection
            await asyncio.to_thread(lambda: None)
            assert adapter is not None
            for _ in range(2):
                with pytest.raises(Exception, match="locked"):
                    await c.exec_driver_sql("INSERT INTO rows_ (word) VALUES ('가')")
            other.execute("ROLLBACK")
            await c.exec_driver_sql("INSERT INTO rows_ (word) VALUES ('나')")
            raise StoreBusy("on purpose")

    async with store.read() as c:
        await c.exec_driver_sql("PRAGMA busy_timeout = 10")
    with pytest.raises(StoreBusy, match="on purpose"):
        await twice()
    other.close()
    assert await words(store) == []


async def test_a_cancelled_statement_leaves_no_open_transaction(store: Store) -> None:
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT max(i) FROM n"

    async def cancelled() -> None:
        async with store.begin() as c:
            await c.execute(text("INSERT INTO rows_ (word) VALUES ('가')"))
            await c.execute(text(slow))

    for _ in range(6):  # more often than there are connections
        task = asyncio.create_task(cancelled())
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await add(store, "나")
    assert await words(store) == ["나"]


async def test_a_first_statement_that_is_cancelled_before_its_turn_writes_nothing(store: Store) -> None:
    busy = threading.Event()

    async def cancelled() -> None:
        async with store.begin() as c:
            adapter: Any = (await c.get_raw_connection()).dbapi_connection
            adapter._connection._tx.put_nowait((None, busy.wait))
            await c.execute(text("INSERT INTO rows_ (word) VALUES ('가')"))

    task = asyncio.create_task(cancelled())
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    busy.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    await add(store, "나")
    assert await words(store) == ["나"]


async def test_rows_in_parts_come_from_the_transactions_snapshot(store: Store) -> None:
    await add(store, *(f"{number}" for number in range(500)))
    async with store.read() as c:
        async with c.stream(text("SELECT word FROM rows_ ORDER BY id")) as rows:
            first = await rows.fetchmany(10)
            await add(store, "더")
            rest = await rows.fetchall()
        assert len(first) + len(rest) == 500
        assert (await c.execute(text("SELECT count(*) FROM rows_"))).scalar_one() == 500


async def test_the_event_loop_runs_during_a_statement(store: Store) -> None:
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT max(i) FROM n"
    began, turns = time.monotonic(), 0
    async with store.read() as c:
        running = asyncio.ensure_future(c.execute(text(slow)))
        while not running.done():
            await asyncio.sleep(0)
            turns += 1
        assert (await running).scalar_one() == 300_000
    assert turns > 10, f"{turns} turns in {time.monotonic() - began:.2f} s"


async def test_a_writer_that_is_cancelled_while_its_rows_come_in_parts_leaves_no_lock(store: Store) -> None:
    await add(store, *map(str, range(2_000)))
    streams = asyncio.Event()

    async def write() -> None:
        async with store.begin() as c:
            await c.execute(text("INSERT INTO rows_ (word) VALUES ('lost')"))
            async with c.stream(text("SELECT word FROM rows_")) as rows:
                await anext(aiter(rows))
                streams.set()
                while True:
                    await c.execute(text("SELECT count(*) FROM rows_ AS a, rows_ AS b WHERE b.id < 200"))

    writer = asyncio.create_task(write())
    await streams.wait()
    await asyncio.sleep(0.02)
    writer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writer
    await add(store, "kept")
    assert (await words(store))[2_000:] == ["kept"]
