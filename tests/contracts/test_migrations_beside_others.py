"""Migrations go on where a kill left them, and give way to running processes, on both databases."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress

import pytest
from sqlalchemy import text

from bot.errors import StoreTrouble, StoreUnready, TableLocked
from bot.store import migrate as migrations
from bot.store.engine import HEAD, Store
from tests.support.journey import ROOT

KINDS = pytest.mark.parametrize("empty_url", ["sqlite", "postgresql"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)


async def _revision(store: Store) -> str | None:
    with suppress(StoreTrouble):
        async with store.read() as c:
            return str((await c.execute(text("SELECT version_num FROM alembic_version"))).scalar_one())
    return None


async def _migrate_to(store: Store, revision: str) -> None:
    known = migrations.Migrations()
    while await _revision(store) != revision:
        async with store.begin() as c:
            assert await c.run_sync(known.apply_next), "there is such a revision"


async def _start(url: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from bot.cli import main; main()", "migrate",
        cwd=ROOT, env={"PATH": os.environ["PATH"], "PACT_DATABASE_URL": url}, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


@KINDS
async def test_a_migration_that_was_killed_is_finished_by_the_next(empty_url: str) -> None:
    store = Store.open(empty_url)
    killed = await _start(empty_url)
    async with asyncio.timeout(60.0):
        while await _revision(store) is None:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.005)
    killed.send_signal(signal.SIGKILL)
    await killed.wait()
    between = await _revision(store)
    assert "0001" <= str(between) < HEAD, "it died in the middle"
    again = await _start(empty_url)
    assert await again.wait() == 0
    await store.check_schema()
    await store.close()


@POSTGRESQL
async def test_a_migration_gives_way_to_a_running_process_and_goes_on_after_it(
    empty_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    store, running = Store.open(empty_url), Store.open(empty_url)
    await _migrate_to(store, "0036")  # the next one makes indexes of deliveries
    caplog.set_level(logging.WARNING)
    async with running.begin() as c:
        await c.execute(text("LOCK TABLE deliveries IN ROW EXCLUSIVE MODE"))  # as whoever writes a delivery
        with pytest.raises(TableLocked):
            await migrations.migrate(store, lock_tries=2)
        async with asyncio.timeout(1.0):  # nobody waits behind the migration
            await c.execute(text("SELECT count(*) FROM deliveries"))
    assert [record.getMessage() for record in caplog.records] == ["migration_waits"]
    await store.migrate()
    assert await _revision(store) == HEAD
    await store.close()
    await running.close()


@KINDS
async def test_a_newer_schema_is_used_by_processes_that_overlap_and_refused_in_a_file(empty_url: str) -> None:
    store = Store.open(empty_url)
    await store.migrate()
    async with store.begin() as c:
        await c.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    if store.embedded:
        for refused in (store.check_schema, store.migrate):
            with pytest.raises(StoreUnready, match="schema 9999 of a newer version"):
                await refused()
    else:
        await store.check_schema()
        await store.migrate()
    assert await _revision(store) == "9999"
    await store.close()
