"""Brings Procrastinate's tables up to the installed version: from nothing, or by the migrations that are missing.

A file that Procrastinate calls ``pre`` may be applied while processes of the previous version run. One that it calls
``post`` takes away what they use, so a later ``migrate`` applies it, as that of the next release.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from procrastinate.schema import SchemaManager
from psycopg import AsyncConnection

from bot.errors import CannotStart, StoreUnready
from bot.store.driver_connection import driver_connection
from bot.store.engine import Store

FOREIGN = "PACT_DATABASE_URL: another program's Procrastinate has this database; give pactbot one of its own"
POST_AFTER = timedelta(hours=1)
"""How long after all else is applied a ``post`` file waits: the release has ended by then."""
_LOCK = b"SELECT pg_advisory_xact_lock(7241653)"
"""The lock of the bot's own migrations."""
_RECORD = b"""
CREATE TABLE IF NOT EXISTS queue_migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())
"""
_TABLES = b"""
SELECT coalesce(bool_or(relname = 'queue_migrations'), false), coalesce(bool_or(relname = 'procrastinate_jobs'), false)
FROM pg_class WHERE relnamespace = ANY (current_schemas(false)::regnamespace[])
"""
"""Reads both in one snapshot, which ``to_regclass`` does not: another migrate may commit meanwhile."""
_APPLIED = b"SELECT name FROM queue_migrations"
_IS_OVER = b"""
SELECT coalesce(max(applied_at) < clock_timestamp() - %s, true)
FROM queue_migrations WHERE name NOT LIKE '%%\\_post\\_%%'
"""
_ADD = b"INSERT INTO queue_migrations (name) VALUES (%s)"


def missing(files: Sequence[str], applied: frozenset[str], *, release_is_over: bool) -> list[str]:
    """Returns the migrations to apply now, in order: all but ``post`` files at the end while a release goes on."""
    left = [name for name in sorted(files) if name not in applied]
    while left and is_post(left[-1]) and not release_is_over:
        left.pop()
    return left


def is_post(name: str) -> bool:
    """Returns whether a migration may be applied only when no process of the previous version runs."""
    return "_post_" in name


async def migrate(store: Store, folder: Path | None = None) -> None:
    """Applies what is missing; each file and its record in one transaction, so that a kill is made up for.

    Raises CannotStart where somebody else's Procrastinate has the database.
    """
    folder = folder or Path(SchemaManager.get_migrations_path())
    async with store.begin() as c, driver_connection(c) as connection:
        await connection.execute(_LOCK)
        recorded, has_jobs = await _one(connection, _TABLES)
        if not recorded:
            if has_jobs:
                raise CannotStart(FOREIGN)
            await _install(connection, _files(folder))
            return
    while await _apply_next(store, folder):
        continue


async def check(store: Store) -> None:
    """Raises StoreUnready unless every migration is applied that this version needs."""
    needed = {name for name in _files(Path(SchemaManager.get_migrations_path())) if not is_post(name)}
    async with store.read() as c, driver_connection(c) as connection:
        recorded, _ = await _one(connection, _TABLES)
        lacking = needed - await _applied(connection) if recorded else needed
    if lacking:
        what = f"lacks {len(lacking)} migrations of the queue" if recorded else "has no tables of the queue yet"
        raise StoreUnready(f"the database {what}: run `pactbot migrate`")


async def _install(connection: AsyncConnection[Any], files: Sequence[str]) -> None:
    await connection.execute(SchemaManager.get_schema())
    await connection.execute(_RECORD)
    for name in files:
        await connection.execute(_ADD, [name])


async def _apply_next(store: Store, folder: Path) -> bool:
    """Applies the first migration that is missing; returns whether there was one."""
    async with store.begin() as c, driver_connection(c) as connection:
        await connection.execute(_LOCK)
        (is_over,) = await _one(connection, _IS_OVER, [POST_AFTER])
        left = missing(_files(folder), await _applied(connection), release_is_over=is_over)
        for name in left[:1]:
            await connection.execute((folder / name).read_bytes())
            await connection.execute(_ADD, [name])
        return bool(left)


async def _applied(connection: AsyncConnection[Any]) -> frozenset[str]:
    return frozenset(name for (name,) in await (await connection.execute(_APPLIED)).fetchall())


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.sql"))


async def _one(connection: AsyncConnection[Any], query: bytes, values: Sequence[object] = ()) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = await (await connection.execute(query, values or None)).fetchone()
    assert row is not None
    return row
