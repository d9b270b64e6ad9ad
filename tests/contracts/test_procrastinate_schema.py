"""Procrastinate's tables are made with the bot's own, and later by the migrations that are missing."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import text

from bot.errors import CannotStart, StoreBusy, StoreTrouble, StoreUnready
from bot.queue import procrastinate_schema
from bot.queue.open_queue import check_schema, migrate
from bot.queue.procrastinate_schema import missing
from bot.store.engine import Store
from tests.contracts.queue_harness import queue_over
from tests.support.databases import execute

EMPTY = pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)


@pytest.fixture
async def empty_store(empty_url: str) -> AsyncIterator[Store]:
    opened = Store.open(empty_url)
    yield opened
    await opened.close()


async def applied(store: Store) -> list[str]:
    async with store.read() as c:
        return sorted((await c.execute(text("SELECT name FROM queue_migrations"))).scalars())


def files() -> list[str]:
    return sorted(path.name for path in Path(SchemaManager.get_migrations_path()).glob("*.sql"))


@EMPTY
async def test_migrate_makes_both_schemas_and_may_run_again_and_at_once(empty_store: Store, empty_url: str) -> None:
    with pytest.raises(StoreUnready, match="pactbot migrate"):
        await check_schema(empty_store)
    await empty_store.migrate()
    with pytest.raises(StoreUnready, match="has no tables of the queue yet: run `pactbot migrate`"):
        await check_schema(empty_store)
    others = [Store.open(empty_url) for _ in range(3)]
    await asyncio.gather(*(migrate(store) for store in [empty_store, *others]))
    await asyncio.gather(*(store.close() for store in others))
    await check_schema(empty_store)
    assert await applied(empty_store) == files()


@EMPTY
async def test_without_procrastinate_the_start_names_the_extra(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("queue", "schema"):
        monkeypatch.setitem(sys.modules, f"bot.queue.procrastinate_{module}", None)
    with pytest.raises(CannotStart, match=r"pip install 'pactbot\[postgres\]'"):
        queue_over(empty_store)
    with pytest.raises(CannotStart, match=r"pip install 'pactbot\[postgres\]'"):
        await migrate(empty_store)


@EMPTY
async def test_a_migrate_that_is_cut_off_leaves_nothing_and_the_next_goes_on(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await empty_store.migrate()
    schema = SchemaManager.get_schema()
    with monkeypatch.context() as patched:
        patched.setattr(SchemaManager, "get_schema", lambda: schema + "; SELECT pg_terminate_backend(pg_backend_pid())")
        with pytest.raises(StoreBusy):
            await migrate(empty_store)
    with pytest.raises(StoreUnready, match="has no tables of the queue yet"):
        await check_schema(empty_store)
    await migrate(empty_store)
    await check_schema(empty_store)


@EMPTY
async def test_a_newer_procrastinate_brings_only_what_is_missing(empty_store: Store, tmp_path: Path) -> None:
    await migrate(empty_store)
    shutil.copytree(SchemaManager.get_migrations_path(), tmp_path, dirs_exist_ok=True)
    (tmp_path / "03.11.00_01_pre_a.sql").write_text("CREATE TABLE pre_a (id int); INSERT INTO pre_a VALUES (7);")
    (tmp_path / "03.11.00_02_pre_b.sql").write_text("CREATE TABLE pre_b (id int); SELECT 1 / 0;")
    (tmp_path / "03.11.00_50_post_c.sql").write_text("DROP TABLE pre_a")
    with pytest.raises(StoreTrouble, match="division by zero"):
        await procrastinate_schema.migrate(empty_store, tmp_path)
    assert await applied(empty_store) == [*files(), "03.11.00_01_pre_a.sql"], "what was done stays done"
    (tmp_path / "03.11.00_02_pre_b.sql").write_text("CREATE TABLE pre_b (id int)")
    await procrastinate_schema.migrate(empty_store, tmp_path)
    await procrastinate_schema.migrate(empty_store, tmp_path)
    assert await rows(empty_store, "SELECT id FROM pre_a") == [7], "old processes still use it"
    async with empty_store.begin() as c:
        await c.execute(text("UPDATE queue_migrations SET applied_at = applied_at - interval '61 minutes'"))
    await procrastinate_schema.migrate(empty_store, tmp_path)
    assert await rows(empty_store, "SELECT to_regclass('pre_a') IS NULL") == [True]


async def rows(store: Store, query: str) -> list[Any]:
    async with store.read() as c:
        return list((await c.execute(text(query))).scalars())


@EMPTY
async def test_the_tables_of_another_program_are_left_alone(empty_store: Store, empty_url: str) -> None:
    execute(empty_url, SchemaManager.get_schema())
    with pytest.raises(CannotStart, match="give pactbot one of its own"):
        await migrate(empty_store)


@pytest.mark.parametrize(
    ("applied", "is_over", "expected"),
    [
        ("", False, "1_pre_a 2_post_b 3_pre_c"),
        ("1_pre_a", False, "2_post_b 3_pre_c"),
        ("1_pre_a 2_post_b 3_pre_c", False, ""),
        ("1_pre_a 2_post_b 3_pre_c", True, "4_post_d"),
        ("1_pre_a 2_post_b 3_pre_c 4_post_d", True, ""),
    ],
)
def test_only_the_last_posts_wait_for_the_end_of_a_release(applied: str, is_over: bool, expected: str) -> None:
    names = ["3_pre_c", "1_pre_a", "4_post_d", "2_post_b"]
    assert missing(names, frozenset(applied.split()), release_is_over=is_over) == expected.split()
