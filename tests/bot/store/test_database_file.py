"""A database file that is deleted or replaced under an open store is noticed; everything that only writes is not."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.errors import StoreBusy
from bot.store.database_file import DatabaseFile, FileIdentity, identity_of, loss
from bot.store.engine import Store


@pytest.fixture
def path(tmp_path: Path, migrated_file: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return Path(shutil.copy(migrated_file, folder / "pactbot.db"))


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    opened = Store.open(f"sqlite:///{path}")
    await opened.ping()
    yield opened
    await opened.close()


def test_the_identity_decides() -> None:
    opened = FileIdentity(1, 2)
    assert loss(opened, FileIdentity(1, 2)) is None
    assert loss(opened, FileIdentity(1, 3)) == "replaced"
    assert loss(opened, FileIdentity(2, 2)) == "replaced"
    assert loss(opened, None) == "deleted"
    assert loss(None, None) is None
    assert loss(None, opened) is None


def delete(path: Path) -> None:
    path.unlink()


def replace_by_a_copy(path: Path) -> None:
    copy = path.with_name("copy")
    shutil.copy(path, copy)
    path.unlink()
    shutil.copy(copy, path)


def rename_over(path: Path) -> None:
    copy = path.with_name("copy")
    shutil.copy(path, copy)
    copy.rename(path)


def move_the_folder(path: Path) -> None:
    path.parent.rename(path.parent.with_name("moved"))


def put_a_file_for_the_folder(path: Path) -> None:
    move_the_folder(path)
    path.parent.write_text("")


@pytest.mark.parametrize(
    ("deed", "found"),
    [
        (delete, "deleted"),
        (replace_by_a_copy, "replaced"),
        (rename_over, "replaced"),
        (move_the_folder, "deleted"),
        (put_a_file_for_the_folder, "deleted"),
    ],
)
async def test_a_file_that_is_gone_or_another_is_noticed(
    store: Store, path: Path, deed: Callable[[Path], None], found: str
) -> None:
    assert await store.file_loss() is None
    deed(path)
    assert await store.file_loss() == found


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE t AS SELECT 1", "PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA user_version = 7", "ANALYZE"],
)
async def test_a_write_a_checkpoint_and_a_vacuum_lose_nothing(store: Store, path: Path, statement: str) -> None:
    with sqlite3.connect(path) as c:
        c.execute(statement)
    c.close()
    async with store.begin() as connection:
        await connection.execute(text("CREATE TABLE own (x)"))
    os.utime(path)
    assert await store.file_loss() is None


@pytest.mark.parametrize("deed", [delete, rename_over])
async def test_no_connection_is_made_to_another_file(store: Store, path: Path, deed: Callable[[Path], None]) -> None:
    async with store.read() as c:
        deed(path)
        with pytest.raises(StoreBusy, match="the database file was"):
            await store.ping()  # it needs a second connection
        await c.execute(text("SELECT 1"))
    assert identity_of(path) is None or deed is rename_over


def test_a_file_that_cannot_be_asked_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 200) / ("y" * 200)
    file = DatabaseFile(path)
    file.remember()
    path.parent.mkdir()
    path.touch()
    file.remember()
    assert file.loss() is None
    path.unlink()
    assert identity_of(path) is None
    path.symlink_to(path)
    with pytest.raises(OSError, match="symbolic"):
        identity_of(path)
    assert file.loss() is None


async def test_a_database_in_memory_has_no_file() -> None:
    memory = Store(create_async_engine("sqlite+aiosqlite:///:memory:"))
    await memory.ping()
    assert await memory.file_loss() is None
    await memory.close()


async def test_a_database_that_is_not_open_yet_is_not_lost(path: Path) -> None:
    unused = Store.open(f"sqlite:///{path}")
    delete(path)
    assert await unused.file_loss() is None
    await unused.close()
