"""The engine understands every form of address, and raises StoreBusy for a database that is locked, full or away."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import CannotStart, StoreBusy, StoreTrouble
from bot.store import engine, once
from bot.store.engine import Store
from bot.store.steps import SqliteStep, StepConnection

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pactbot.db"


@pytest.fixture
async def store(path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Store]:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.1)
    opened = Store.open(f"sqlite:///{path}")
    await opened.migrate()
    yield opened
    await opened.close()


async def _take(store: Store, key: str) -> bool:
    async with store.begin() as c:
        return await once.take(c, "T1", key, NOW)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://root@localhost/x", "neither sqlite"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("sqlite:////no/such/folder/x.db", "is not there"),
        ("postgresql://localhost:notaport:x/db?%zz", "libpq"),
    ],
)
def test_a_malformed_address_is_refused_in_one_line(url: str, says: str) -> None:
    with pytest.raises(CannotStart, match=says) as raised:
        Store.open(url)
    assert "PACT_DATABASE_URL" in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgres://u:p@localhost:5432/db",
        "postgresql://u@/db?host=/run/sockets",
        "postgresql://%2Frun%2Fsockets/db",
        "postgresql://one,two:5433/db?target_session_attrs=read-write",
        "postgresql+psycopg://localhost/db?sslmode=require",
    ],
)
async def test_every_form_that_libpq_takes_is_understood(url: str) -> None:
    store = Store.open(url)
    assert not store.embedded
    await store.close()


async def test_no_error_shows_a_password() -> None:
    secret = "s3cr3t-passw0rd"
    with pytest.raises(CannotStart) as refused:
        Store.open(f"postgresql://u:{secret}@localhost:x:y/db?%zz")
    store = Store.open(f"postgresql://u:{secret}@127.0.0.1:1/db?connect_timeout=1")
    with pytest.raises(StoreBusy) as away:
        await store.ping()
    await store.close()
    for error in (refused.value, away.value):
        assert secret not in repr(error)
        assert secret not in str(error.__cause__)


async def test_a_database_that_is_away_is_busy() -> None:
    store = Store.open("postgresql://u@127.0.0.1:1/db?connect_timeout=1")
    with pytest.raises(StoreBusy):
        await store.ping()
    await store.close()


async def test_a_locked_database_is_busy_and_works_again_by_itself(store: Store, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy, match="locked"):
        await _take(store, "a")
    async with store.read() as c:
        assert (await c.execute(text("SELECT count(*) FROM firsts"))).scalar_one() == 0
    other.rollback()
    other.close()
    assert await _take(store, "a")


async def test_a_full_disk_is_busy_and_works_again_by_itself(store: Store) -> None:
    async with store.begin() as c:
        pages = (await c.execute(text("PRAGMA page_count"))).scalar_one()
        await c.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(StoreBusy, match="full"):
        await _take(store, "x" * 1_000_000)
    async with store.begin() as c:
        await c.execute(text("PRAGMA max_page_count = 1000000"))
    assert await _take(store, "x" * 1_000_000)


async def test_a_wrong_statement_is_trouble_and_not_busy(store: Store) -> None:
    async def ask() -> None:
        async with store.read() as c:
            await c.execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(StoreTrouble) as raised:
        await ask()
    assert not isinstance(raised.value, StoreBusy)


async def test_the_errors_of_others_pass_through_and_roll_back(store: Store) -> None:
    async def fail() -> None:
        async with store.begin() as c:
            await once.take(c, "T1", "a", NOW)
            raise ConnectionResetError("not the database's")

    with pytest.raises(ConnectionResetError):
        await fail()
    assert await _take(store, "a")


async def test_writers_of_one_process_wait_for_each_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 10.0)
    assert await asyncio.gather(*(_take(store, str(n)) for n in range(50))) == [True] * 50


async def test_a_writer_that_waits_too_long_gets_store_busy(store: Store) -> None:
    async with store.begin():
        with pytest.raises(StoreBusy, match="another writer"):
            await _take(store, "a")
    assert await _take(store, "a")


async def test_a_commit_is_durable_and_references_hold(store: Store) -> None:
    async with store.begin() as c:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert (await c.execute(text(f"PRAGMA {pragma}"))).scalar_one() == value


@pytest.mark.parametrize("fails", [False, True])
async def test_a_step_does_not_wait_for_the_disk_and_what_follows_does(store: Store, fails: bool) -> None:
    levels = []

    def step(c: StepConnection) -> None:
        assert isinstance(c, SqliteStep)
        levels.extend(c._connection.execute("PRAGMA synchronous").fetchall())
        if fails:
            raise ValueError

    outcome = (await asyncio.gather(store.write_step(lambda: step), return_exceptions=True))[0]
    assert isinstance(outcome, ValueError) is fails
    assert levels == [(1,)]
    async with store.begin() as c:
        assert (await c.execute(text("PRAGMA synchronous"))).scalar_one() == 2


async def test_readers_do_not_wait_for_a_writer(store: Store) -> None:
    async with store.begin() as c:
        await once.take(c, "T1", "a", NOW)
        async with store.read() as r:
            assert (await r.execute(text("SELECT count(*) FROM firsts"))).scalar_one() == 0


async def test_many_readers_share_a_few_connections_and_leave_the_writer_its_own(store: Store) -> None:
    free, reading, most = asyncio.Event(), 0, 0

    async def read() -> None:
        nonlocal reading, most
        async with store.read() as c:
            reading += 1
            most = max(most, reading)
            await c.execute(text("SELECT 1"))
            await free.wait()
            reading -= 1

    threads = threading.active_count()
    readers = [asyncio.create_task(read()) for _ in range(5 * engine.SQLITE_READERS)]
    async with asyncio.timeout(10):
        while most < engine.SQLITE_READERS:  # noqa: ASYNC110 - a connection does not report that it is open
            await asyncio.sleep(0.01)
    assert await _take(store, "a"), "a writer does not wait for readers"
    assert threading.active_count() - threads <= engine.SQLITE_READERS
    free.set()
    await asyncio.gather(*readers)
    assert most == engine.SQLITE_READERS


async def test_a_reader_that_waits_too_long_gets_store_busy(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "POOL_SECONDS", 0.01)
    async with AsyncExitStack() as stack:
        for _ in range(engine.SQLITE_READERS):
            await stack.enter_async_context(store.read())
        with pytest.raises(StoreBusy, match="no connection"):
            await store.ping()
    await store.ping()


async def test_what_a_reader_writes_is_never_kept(store: Store) -> None:
    async with store.read() as c:
        await once.take(c, "T1", "a", NOW)
    assert await _take(store, "a")


@pytest.mark.parametrize("kind", ["folder", "no database", "no rights"])
def test_a_sqlite_file_that_cannot_be_used_ends_the_start_with_one_line(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "한글 100%.db"
    if kind == "folder":
        path.mkdir()
    elif kind == "no database":
        path.write_text("<html>" * 1_000)
    else:
        path = Path("/proc/x.db")
    with pytest.raises(CannotStart, match=r"^PACT_DATABASE_URL: the file .* cannot be used .*; name a file") as caught:
        Store.open(f"sqlite:///{path}")
    assert str(path) in str(caught.value)


def test_a_locked_sqlite_file_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        Store.open(f"sqlite:///{path}")
