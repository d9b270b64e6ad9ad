"""Stands in for aiosqlite's thread: the same SQLite, the same statements, each await a point where a fault may strike.

The real Store, its engine and its pool run on it. A transaction belongs to a process: when that dies, its connections
are closed and what was not committed is gone, as the operating system would do it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Generator
from typing import Any

from tests.simulation.timeline import Process, current

BUSY_SECONDS = 5.0
Strike = Callable[[str], Awaitable[None]]
"""Called before (and after) what a connection does, with its name; may raise, pause, or never come back."""


def busy(words: str) -> sqlite3.OperationalError:
    """What SQLite raises when it is locked, full or away."""
    error = sqlite3.OperationalError(words)
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error


class Driven:
    """A connection as SQLAlchemy's aiosqlite dialect wants it."""

    def __init__(self, path: str, strike: Strike, opened: list[Driven]) -> None:
        self._raw: sqlite3.Connection | None = sqlite3.connect(path, timeout=0, isolation_level=None)
        self.owner = current()
        self.strike = strike
        self.isolation_level: str | None = None
        opened.append(self)

    def __await__(self) -> Generator[Any, None, Driven]:
        return self._opened().__await__()

    async def _opened(self) -> Driven:
        return self

    @property
    def raw(self) -> sqlite3.Connection:
        """SQLite's own."""
        if self._raw is None:
            raise sqlite3.OperationalError("connection closed")
        return self._raw

    # names that the dialect reaches for
    @property
    def _connection(self) -> sqlite3.Connection | None:
        return self._raw

    @property
    def _conn(self) -> Driven:
        return self

    @property
    def _tx(self) -> Driven:
        return self

    def put_nowait(self, item: tuple[asyncio.Future[None], Callable[[], None]]) -> None:
        """Work that aiosqlite would give to its thread."""
        future, work = item
        work()
        future.set_result(None)

    def cursor(self) -> Pointer:
        """A cursor on it."""
        return Pointer(self)

    async def create_function(self, *args: Any, **more: Any) -> None:
        """A function of SQL."""
        self.raw.create_function(*args, **more)

    async def commit(self) -> None:
        """Write what was begun, or fail before it, or fail after it."""
        if not self.raw.in_transaction:
            return
        await self.strike("commit")
        self.raw.commit()
        await self.strike("committed")

    async def rollback(self) -> None:
        """Forget what was begun."""
        if self._raw is not None and self._raw.in_transaction:
            self._raw.rollback()

    async def close(self) -> None:
        """Let go of the file."""
        self.stop()

    def stop(self) -> None:
        """Let go of the file at once; what was not committed never was."""
        if self._raw is not None:
            self._raw.close()
            self._raw = None


class Pointer:
    """A cursor."""

    def __init__(self, home: Driven) -> None:
        self._home = home
        self._raw = home.raw.cursor()
        self.arraysize = 1

    async def __aenter__(self) -> Pointer:
        return self

    @property
    def description(self) -> Any:
        """The columns."""
        return self._raw.description

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._raw.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The number of what was inserted."""
        return self._raw.lastrowid

    async def execute(self, statement: str, parameters: Any = ()) -> None:
        """Run a statement; a writer that finds another waits for its turn."""
        if statement == "BEGIN IMMEDIATE":
            await self._begin()
            return
        if statement.startswith("PRAGMA"):
            # the machine of this simulation never loses its power: what a commit costs on a disk is left out
            self._raw.execute(statement.replace("synchronous=FULL", "synchronous=OFF"))
            return
        if statement != "BEGIN":
            await self._home.strike("execute")
        _ = self._home.raw
        self._raw.execute(statement, parameters)

    async def _begin(self) -> None:
        await self._home.strike("begin")
        loop = asyncio.get_running_loop()
        until = loop.time() + BUSY_SECONDS
        while True:
            try:
                _ = self._home.raw
                self._raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or loop.time() >= until:
                    raise
            else:
                return
            await asyncio.sleep(0.05)

    async def executemany(self, statement: str, parameters: Any) -> None:
        """Run a statement for many."""
        await self._home.strike("execute")
        self._raw.executemany(statement, parameters)

    async def fetchall(self) -> list[Any]:
        """All rows."""
        return self._raw.fetchall()

    async def close(self) -> None:
        """Done with it."""
        self._raw.close()


def close_all(opened: list[Driven], process: Process) -> None:
    """The process is gone, and with it its files."""
    for one in opened:
        if one.owner is process:
            one.stop()
    opened[:] = [one for one in opened if one.owner is not process]
