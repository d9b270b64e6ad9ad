"""The database of the simulation: the real schema in a real SQLite file, with triggers that check every claim.

It is built once a process and emptied for every seed; its engines keep the statements that SQLAlchemy compiled, and its
connections those that SQLite prepared.
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
from tests.simulation.loop import Process
from tests.simulation.sqlite_driver import RawConnections, SimulatedConnection, close_connections

TRIGGERS = """
CREATE TABLE violations (what TEXT, delivery INTEGER, other INTEGER);
CREATE TRIGGER check_claim AFTER UPDATE OF state ON deliveries WHEN new.state = 'sending' AND old.state <> 'sending'
BEGIN
    INSERT INTO violations SELECT 'overtaken', new.id, a.id FROM deliveries a
        WHERE a.destination = new.destination AND a.id < new.id AND a.state = 'due'
        AND (a."after" IS NULL OR EXISTS (SELECT 1 FROM deliveries p WHERE p.id = a."after" AND p.state = 'sent'));
    INSERT INTO violations SELECT 'two at once', new.id, a.id FROM deliveries a
        WHERE a.destination = new.destination AND a.id <> new.id AND a.state IN ('sending', 'unknown');
    INSERT INTO violations SELECT 'before its parent', new.id, new."after" FROM deliveries p
        WHERE p.id = new."after" AND p.state <> 'sent';
    INSERT INTO violations SELECT 'claimed without a new epoch', new.id, new.epoch WHERE new.epoch <= old.epoch;
END;
CREATE TRIGGER check_end AFTER UPDATE OF state ON deliveries
WHEN old.state IN ('sent', 'cancelled', 'dead') AND new.state NOT IN (old.state, 'cancelled')
BEGIN
    INSERT INTO violations VALUES ('left its final state for ' || new.state, new.id, new.epoch);
END;
CREATE TRIGGER check_settlement AFTER UPDATE OF worker ON deliveries
WHEN new.worker IS NULL AND old.worker IS NULL AND new.epoch = old.epoch
BEGIN
    INSERT INTO violations VALUES ('settled after its claim had ended', new.id, new.epoch);
END;
CREATE TRIGGER check_reads AFTER UPDATE OF state ON deliveries WHEN old.state = 'unknown' AND new.state = 'due'
BEGIN
    INSERT INTO violations SELECT 'due again before two empty reads', new.id, new.empty_reads WHERE new.empty_reads < 2;
END;
"""


class SimulationDatabase:
    """One database file for all simulations of a process, one after the other."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="pactbot-simulation-"))
        self._path = self._folder / "pactbot.db"
        self._engines: dict[str, AsyncEngine] = {}
        self._opened: list[SimulatedConnection] = []
        self.inject_fault: Callable[[str], Awaitable[None]] = _no_fault
        self._build()
        self._connections = RawConnections(str(self._path))
        self.inspector = sqlite3.connect(self._path, isolation_level=None)
        """Looks at the rows from outside of every process, without a fault."""
        tables = self.inspector.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        self._tables = [name for (name,) in tables if name != "alembic_version"]
        """The migrations leave no rows in them."""

    def _build(self) -> None:
        async def migrate() -> None:
            store = Store.open(f"sqlite:///{self._path}")
            await store.migrate()
            await store.close()

        asyncio.run(migrate())
        with sqlite3.connect(self._path) as connection:
            connection.executescript(TRIGGERS)
        connection.close()

    def reset(self) -> None:
        """Begin with empty tables."""
        self.inspector.execute("BEGIN IMMEDIATE")
        for table in self._tables:
            self.inspector.execute(f"DELETE FROM {table}")
        self.inspector.execute("COMMIT")

    def store(self, slot: str) -> Store:
        """The database as a process opens it that has just started."""
        if slot not in self._engines:
            engine = Store.open(f"sqlite:///{self._path}")._engine
            event.listen(engine.sync_engine, "do_connect", self._use_simulated_connection)
            self._engines[slot] = engine
        self._engines[slot].sync_engine.dispose(close=False)
        return Store(self._engines[slot])

    def _use_simulated_connection(self, _dialect: Any, _record: Any, _args: Any, parameters: dict[str, Any]) -> None:
        def connect(*_args: Any, **_more: Any) -> SimulatedConnection:
            return SimulatedConnection(self._connections, self._inject_fault, self._opened)

        parameters["async_creator_fn"] = connect

    async def _inject_fault(self, what: str) -> None:
        await self.inject_fault(what)

    def close_connections_of(self, process: Process) -> None:
        """Close the connections of a process that has ended; its open transactions are undone."""
        close_connections(self._opened, process)

    def clear(self) -> None:
        """Close everything after a simulation."""
        self.inject_fault = _no_fault
        for connection in self._opened:
            connection.stop()
        self._opened.clear()
        for engine in self._engines.values():
            engine.sync_engine.dispose(close=False)

    def remove(self) -> None:
        """Close and remove the file."""
        self._connections.close()
        self.inspector.close()
        shutil.rmtree(self._folder, ignore_errors=True)


async def _no_fault(_what: str) -> None:
    """No fault."""
