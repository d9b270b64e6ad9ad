"""Migrations and schema agree on both databases, and a wrong schema is refused with a cure."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.errors import StoreBusy, StoreTrouble, StoreUnready
from bot.store import engine
from bot.store.engine import Store
from bot.store.schema import metadata

KINDS = pytest.mark.parametrize("empty_url", ["sqlite", "postgresql"], indirect=True)


def _differences(c: Connection) -> list[object]:
    def is_for_this_database(item: Any, *_: object) -> bool:
        return bool(item.info.get("dialect", c.dialect.name) == c.dialect.name)

    options = {"compare_type": True, "compare_server_default": False, "include_object": is_for_this_database}
    context = MigrationContext.configure(c, opts=options)
    return list(compare_metadata(context, metadata))


@KINDS
async def test_the_migrations_make_exactly_the_schema(empty_url: str) -> None:
    store = Store.open(empty_url)
    await store.migrate()
    async with store.begin() as c:
        assert await c.run_sync(_differences) == []
    await store.close()


@KINDS
async def test_a_missing_column_would_be_seen(empty_url: str) -> None:
    store = Store.open(empty_url)
    await store.migrate()
    async with store.begin() as c:
        await c.execute(text("ALTER TABLE deliveries DROP COLUMN worker"))
        assert len(await c.run_sync(_differences)) == 1
    await store.close()


@KINDS
async def test_an_empty_database_is_named_with_its_cure(empty_url: str) -> None:
    store = Store.open(empty_url)
    with pytest.raises(StoreUnready, match="pactbot migrate"):
        await store.check_schema()
    await store.migrate()
    await store.check_schema()
    async with store.begin() as c:
        await c.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(StoreUnready, match="has schema 0000"):
        await store.check_schema()
    await store.close()


@KINDS
async def test_migrating_again_changes_nothing(empty_url: str) -> None:
    store = Store.open(empty_url)
    await store.migrate()
    async with store.begin() as c:
        await c.execute(text("INSERT INTO firsts (team, key, done_at) VALUES ('T1', 'a', '2026-03-02')"))
    await store.migrate()
    async with store.read() as c:
        assert (await c.execute(text("SELECT count(*) FROM firsts"))).scalar_one() == 1
    await store.close()


@KINDS
async def test_two_processes_may_migrate_at_once(empty_url: str) -> None:
    stores = [Store.open(empty_url) for _ in range(2)]
    await asyncio.gather(*(store.migrate() for store in stores))
    for store in stores:
        await store.check_schema()
        await store.close()


def test_the_head_that_is_checked_is_the_newest_migration() -> None:
    folder = Path(engine.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_current_head() == engine.HEAD


async def test_an_error_rolls_everything_back_and_is_one_of_our_own(store: Store) -> None:
    async def insert_twice() -> None:
        async with store.begin() as c:
            for _ in range(2):
                await c.execute(text("INSERT INTO firsts (team, key, done_at) VALUES ('T1', 'a', '2026-03-02')"))

    with pytest.raises(StoreTrouble) as raised:
        await insert_twice()
    assert not isinstance(raised.value, StoreBusy)
    async with store.read() as c:
        assert (await c.execute(text("SELECT count(*) FROM firsts"))).scalar_one() == 0
