"""Replaces aiosqlite's thread: the same SQLite and the same statements, with a possible fault at each await.

The real Store, its engine and its pool run on it. A transaction belongs to a process: when that crashes, its
connections are closed and open transactions are undone, as the operating system would do it. SQLite's own connections
stay open for later processes and seeds, because reading the schema and preparing the statements takes most of the time
of a connection.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Generator, Sized
from typing import Any

from tests.simulation.loop import Process, current

BUSY_SECONDS = 5.0
InjectFault = Callable[[str], Awaitable[None]]
"""Called before (and after) each operation of a connection, with its name; may raise, pause, or never return."""


def busy_error(message: str) -> sqlite3.OperationalError:
    """The error that SQLite raises when it is locked, full or away."""
    error = sqlite3.OperationalError(message)
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error


class RawConnection(sqlite3.Connection):
    """SQLite's own connection. It knows which functions it has: a function defined again voids every statement."""

    def __init__(self, path: str) -> None:
        super().__init__(path, timeout=0, isolation_level=None)
        self.functions: set[str] = set()


class RawConnections:
    """The open connections of one file that no process uses."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._free: list[RawConnection] = []

    def take(self) -> RawConnection:
        """Return a free connection, or a new one."""
        return self._free.pop() if self._free else RawConnection(self._path)

    def give_back(self, raw: RawConnection) -> None:
        """Undo its open transaction, and keep it for another process."""
        if raw.in_transaction:
            raw.rollback()
        self._free.append(raw)

    def close(self) -> None:
        """Close them all."""
        while self._free:
            self._free.pop().close()


class SimulatedConnection:
    """A connection with the interface that SQLAlchemy's aiosqlite dialect expects."""

    def __init__(
        self, connections: RawConnections, inject_fault: InjectFault, opened: list[SimulatedConnection]
    ) -> None:
        self._connections = connections
        self._raw: RawConnection | None = connections.take()
        self._has_cursors = False
        """Whether statements may be left open in it, so that it is not used again."""
        self.owner = current()
        self.inject_fault = inject_fault
        self.isolation_level: str | None = None
        opened.append(self)

    def __await__(self) -> Generator[Any, None, SimulatedConnection]:
        return self._opened().__await__()

    async def _opened(self) -> SimulatedConnection:
        return self

    @property
    def raw(self) -> RawConnection:
        """SQLite's own connection."""
        if self._raw is None:
            raise sqlite3.OperationalError("connection closed")
        return self._raw

    # names that the dialect reaches for
    @property
    def _connection(self) -> sqlite3.Connection | None:
        return self._raw

    @property
    def _conn(self) -> sqlite3.Connection:
        return self.raw

    @property
    def _tx(self) -> SimulatedConnection:
        return self

    def put_nowait(self, item: tuple[asyncio.Future[None] | None, Callable[[], object]]) -> None:
        """Do at once the work that aiosqlite would give to its thread."""
        future, work = item
        work()
        if future is not None:
            future.set_result(None)

    async def _execute(
        self,
        work: Callable[..., Any],
        connection: sqlite3.Connection,
        begin: str | None,
        waiting: Sized,
        run: Callable[..., Any],
        *args: Any,
    ) -> Any:
        """Do the work of one step; a writer waits until no other writes.

        The BEGIN and the writes that wait belong to it. ``args`` of a statement are the method's name, the statement
        and its parameters.
        """
        statement = str(args[1]) if len(args) > 1 else ""
        if statement.startswith("PRAGMA"):  # this machine never loses its power, so commits need no disk flush
            method, pragma, *values = args
            return work(connection, begin, waiting, run, method, pragma.replace("=FULL", "=OFF"), *values)
        is_commit = run is sqlite3.Connection.commit
        if begin is not None and not self.raw.in_transaction:
            await self.inject_fault("begin")
        if statement or waiting:
            await self.inject_fault("execute")
        if is_commit:
            await self.inject_fault("commit")
        answer = await self._once_free(work, begin, waiting, run, *args)
        if is_commit:
            await self.inject_fault("committed")
        return answer

    async def _once_free(self, work: Callable[..., Any], *args: Any) -> Any:
        loop = asyncio.get_running_loop()
        until = loop.time() + BUSY_SECONDS
        while True:
            try:
                return work(self.raw, *args)
            except sqlite3.OperationalError as error:
                is_busy = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
                if not is_busy or self.raw.in_transaction or loop.time() >= until:
                    raise
            await asyncio.sleep(0.05)

    def cursor(self) -> SimulatedCursor:
        """Open a cursor."""
        self._has_cursors = True
        return SimulatedCursor(self)

    async def create_function(self, name: str, *args: Any, **more: Any) -> None:
        """Define a function of SQL."""
        if name not in self.raw.functions:
            self.raw.create_function(name, *args, **more)
            self.raw.functions.add(name)

    async def rollback(self) -> None:
        """Roll back."""
        if self._raw is not None and self._raw.in_transaction:
            self._raw.rollback()

    async def close(self) -> None:
        """Close the file."""
        self.stop()

    def stop(self) -> None:
        """Close the file at once; an open transaction is undone."""
        raw, self._raw = self._raw, None
        if raw is None:
            return
        if self._has_cursors:
            raw.close()
        else:
            self._connections.give_back(raw)


class SimulatedCursor:
    """A cursor."""

    def __init__(self, connection: SimulatedConnection) -> None:
        self._connection = connection
        self._raw = connection.raw.cursor()
        self.arraysize = 1

    async def __aenter__(self) -> SimulatedCursor:
        return self

    @property
    def description(self) -> Any:
        """The columns."""
        return self._raw.description

    @property
    def rowcount(self) -> int:
        """The number of changed rows."""
        return self._raw.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The id of the inserted row."""
        return self._raw.lastrowid

    async def execute(self, statement: str, parameters: Any = ()) -> None:
        """Run a statement whose rows are fetched in parts."""
        await self._connection.inject_fault("execute")
        _ = self._connection.raw
        self._raw.execute(statement, parameters)

    async def fetchall(self) -> list[Any]:
        """Fetch all rows."""
        return self._raw.fetchall()

    async def close(self) -> None:
        """Close the cursor."""
        self._raw.close()


def close_connections(opened: list[SimulatedConnection], process: Process) -> None:
    """Close the connections of this process, as when it has ended."""
    for connection in opened:
        if connection.owner is process:
            connection.stop()
    opened[:] = [connection for connection in opened if connection.owner is not process]
