"""The database of the simulation: the real schema in a real SQLite file, with triggers that watch every claim.

A stage is built once a process and swept for every seed; its engines keep what SQLAlchemy compiled.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.engine import Store
from tests.simulation.driver import Driven, close_all
from tests.simulation.timeline import Process

WATCH = """
CREATE TABLE seen (what TEXT, delivery INTEGER, other INTEGER);
CREATE TRIGGER overtakes AFTER UPDATE OF state ON deliveries WHEN new.state = 'sending' AND old.state <> 'sending'
BEGIN
    INSERT INTO seen SELECT 'overtaken', new.id, a.id FROM deliveries a
        WHERE a.destination = new.destination AND a.id < new.id AND a.state = 'due' AND a.not_before <= new.last_try_at
        AND (a."after" IS NULL OR EXISTS (SELECT 1 FROM deliveries p WHERE p.id = a."after" AND p.state = 'sent'));
    INSERT INTO seen SELECT 'two at once', new.id, a.id FROM deliveries a
        WHERE a.destination = new.destination AND a.id <> new.id AND a.state IN ('sending', 'unknown');
    INSERT INTO seen SELECT 'before its parent', new.id, new."after" FROM deliveries p
        WHERE p.id = new."after" AND p.state <> 'sent';
    INSERT INTO seen SELECT 'claimed without a new epoch', new.id, new.epoch WHERE new.epoch <= old.epoch;
END;
CREATE TRIGGER returns AFTER UPDATE OF state ON deliveries
WHEN old.state IN ('sent', 'cancelled', 'dead') AND new.state NOT IN (old.state, 'cancelled')
BEGIN
    INSERT INTO seen VALUES ('left its end for ' || new.state, new.id, new.epoch);
END;
CREATE TRIGGER hurries AFTER UPDATE OF state ON deliveries WHEN old.state = 'unknown' AND new.state = 'due'
BEGIN
    INSERT INTO seen SELECT 'due again after reads', new.id, new.empty_reads WHERE new.empty_reads < 2;
END;
"""


class Stage:
    """A place for one simulation after the other."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="pactbot-simulation-"))
        self.path = self._folder / "pactbot.db"
        self._sweeps = 0
        self._template = self._folder / "template.db"
        self._engines: dict[str, AsyncEngine] = {}
        self._opened: list[Driven] = []
        self.strike: Callable[[str], Awaitable[None]] = _nothing
        self._furnish()

    def _furnish(self) -> None:
        async def migrate() -> None:
            store = Store.open(f"sqlite:///{self._template}")
            await store.migrate()
            await store.close()

        asyncio.run(migrate())
        with sqlite3.connect(self._template) as connection:
            connection.executescript(WATCH)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def sweep(self) -> None:
        """An empty database."""
        for tail in ("", "-wal", "-shm"):
            Path(f"{self.path}{tail}").unlink(missing_ok=True)
        self._sweeps += 1
        self.path = self._folder / f"{self._sweeps}.db"
        shutil.copy(self._template, self.path)

    def store(self, slot: str) -> Store:
        """The database as a process that has just started has it."""
        if slot not in self._engines:
            engine = Store.open(f"sqlite:///{self.path}")._engine
            event.listen(engine.sync_engine, "do_connect", self._drive)
            self._engines[slot] = engine
        self._engines[slot].sync_engine.dispose(close=False)
        return Store(self._engines[slot])

    def _drive(self, _dialect: Any, _record: Any, _args: Any, parameters: dict[str, Any]) -> None:
        parameters["async_creator_fn"] = lambda *_args, **_more: Driven(str(self.path), self._strike, self._opened)

    async def _strike(self, what: str) -> None:
        await self.strike(what)

    def cut(self, process: Process) -> None:
        """The process is gone: what it did not commit never was."""
        close_all(self._opened, process)

    def clear(self) -> None:
        """The simulation is over."""
        self.strike = _nothing
        for one in self._opened:
            one.stop()
        self._opened.clear()
        for engine in self._engines.values():
            engine.sync_engine.dispose(close=False)

    def remove(self) -> None:
        """Nothing is left on the disk."""
        shutil.rmtree(self._folder, ignore_errors=True)


async def _nothing(_what: str) -> None:
    """No fault."""
