"""Runs the migrations with Alembic, configured in code; only ``migrate`` imports it, because it takes memory.

Each migration is a transaction of its own, so that one that was killed is made up for by the next call, and a table of
running processes is locked for no longer than its own change takes.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.errors import TableLocked
from bot.store.engine import Store

log = logging.getLogger("pactbot.migrate")

LOCK_SECONDS = 0.8
"""How long a migration waits for a table that a running process uses; who waits longer holds up everybody behind it.

It is less than PostgreSQL's ``deadlock_timeout`` (1 s), so that the migration gives way and not the running process.
"""
LOCK_PAUSE_SECONDS = 1.0
LOCK_TRIES = 180
_ALONE = text("SELECT pg_advisory_xact_lock(7241653)")


async def migrate(store: Store, lock_tries: int = LOCK_TRIES) -> None:
    """Applies the migrations that are missing, one after the other; two processes may do so at once.

    Raises TableLocked where a table is not free for minutes, and StoreUnready for a newer database of SQLite; what was
    applied by then stays.
    """
    migrations = Migrations()
    while await _apply_next(store, migrations, lock_tries):
        continue
    await store.check_schema()


async def _apply_next(store: Store, migrations: Migrations, tries: int) -> bool:
    while True:
        try:
            async with store.begin() as c:
                if not store.embedded:
                    await c.execute(_ALONE)  # Alembic keeps its state in a module; SQLite has one writer anyway
                    await c.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
                return await c.run_sync(migrations.apply_next)
        except TableLocked as locked:
            tries -= 1
            if not tries:
                raise
            log.warning("migration_waits", extra={"why": str(locked)})
        await asyncio.sleep(LOCK_PAUSE_SECONDS)


def configured(c: Connection) -> Config:
    """Returns Alembic's settings for this open connection; its transaction is the caller's."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = c
    return config


class Migrations:
    """The migrations of this version, read once."""

    def __init__(self) -> None:
        self._scripts = ScriptDirectory(str(Path(__file__).parent / "migrations"))
        self._revisions = [script.revision for script in self._scripts.walk_revisions()][::-1]

    def next_after(self, revision: str | None) -> str | None:
        """Returns the migration that follows a revision; None after the newest, or after one of a newer version."""
        if revision is None:
            return self._revisions[0]
        if revision not in self._revisions:
            return None
        following = self._revisions[self._revisions.index(revision) + 1 :]
        return following[0] if following else None

    def apply_next(self, c: Connection) -> bool:
        """Applies the first migration that is missing, in the caller's transaction; returns whether there was one."""
        revision = self.next_after(MigrationContext.configure(c).get_current_revision())
        if revision is None:
            return False
        environment = EnvironmentContext(
            configured(c), self._scripts, fn=lambda before, _: self._scripts._upgrade_revs(revision, before)
        )
        with environment:
            self._scripts.run_env()
        return True
