"""Runs each SQL statement on SQLite in one step of its connection's thread, with the BEGIN before it.

SQLAlchemy's adapter for aiosqlite takes a step for the cursor, one to execute, one to fetch, one to close, and one for
the BEGIN; a step wakes a thread and the event loop. Most statements take less time than that. The BEGIN waits for the
first statement, a write of ``write_later`` for the next one or the commit, and a rollback where nothing has begun is
left out. Many rows are written by ``insert_batch``.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Dialect, Executable, Table, insert
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
    AsyncAdapt_aiosqlite_ss_cursor,
    SQLiteDialect_aiosqlite,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine
from sqlalchemy.util import await_only

from bot.store.schema.columns import Utc, Words, in_utc, storable

DRIVER_NAME = "sqlite+onestep"
_LATER = {"pact_later": True}
"""Execution options of a write that waits for the next step."""
LENGTH_OF_INSTANT = len("2026-03-02 09:00:00.000000")


class _Outcome:
    """What is left of a driver's cursor after its statement."""

    __slots__ = ("arraysize", "description", "lastrowid", "rowcount")

    def __init__(self) -> None:
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    def close(self) -> None:
        """The driver's cursor is closed already."""


class OneStepCursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor whose statement is executed, fetched and closed in one step."""

    __slots__ = ()

    _awaitable_cursor_close = False

    def _make_new_cursor(self, connection: Any) -> Any:
        return _Outcome()

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        return await self._step("execute", operation, *(() if parameters is None else (parameters,)))

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        return await self._step("executemany", operation, seq_of_parameters)

    def put_off(self, method: str, *args: Any) -> None:
        """Leaves the statement to the next step."""
        adapter: Any = self._adapt_connection
        adapter.waiting.append((method, args))

    async def _step(self, method: str, *args: Any) -> None:
        adapter: Any = self._adapt_connection
        self._rows = deque(await adapter.in_thread(self._run, method, *args))

    def _run(self, connection: Any, method: str, *args: Any) -> list[Any]:
        """Does the whole step, in the thread."""
        cursor = getattr(connection, method)(*args)
        outcome: Any = self._cursor
        try:
            rows: list[Any] = cursor.fetchall() if cursor.description else []
            outcome.description, outcome.rowcount = cursor.description, cursor.rowcount
            outcome.lastrowid = cursor.lastrowid
            return rows
        finally:
            cursor.close()


class PartsCursor(AsyncAdapt_aiosqlite_ss_cursor):
    """A cursor whose rows are fetched in parts, each of them a step."""

    __slots__ = ()

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        adapter: Any = self._adapt_connection
        await adapter.in_thread(_nothing)
        return await super()._execute_async(operation, parameters)


class OneStepConnection(AsyncAdapt_aiosqlite_connection):
    """A connection with a BEGIN and writes that wait for the next step."""

    __slots__ = ("_has_begun", "_is_unsure", "only_reads", "waiting", "waiting_begin")

    _cursor_cls = OneStepCursor
    _ss_cursor_cls = PartsCursor

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self.waiting_begin: str | None = None
        self.only_reads = False
        """Whether nothing of the transaction is to be committed."""
        self.waiting: deque[tuple[str, tuple[Any, ...]]] = deque()
        """Writes that the next step does first. One that fails stays, so that no later step, and no commit, passes it.
        """
        self._has_begun = False
        """Whether the BEGIN was executed; the driver says so too late where nobody waits for a rollback."""
        self._is_unsure = False
        """Whether a step was cancelled, so that the thread may still run it."""

    async def in_thread(self, run: Callable[..., Any], *args: Any) -> Any:
        """Runs a function with the driver's connection and ``args`` in its thread, after the steps before it.

        The BEGIN and the writes that wait belong to the step, so that a step that is cancelled before its turn runs
        within the transaction, too; a BEGIN that fails waits on.
        """
        driver: Any = self._connection
        async with self._execute_mutex:
            try:
                answer = await driver._execute(_in_order, driver._conn, self.waiting_begin, self.waiting, run, *args)
            except Exception:
                if driver._connection is not None and driver._connection.in_transaction:
                    self._note_begin()
                raise
            except BaseException:
                self._is_unsure = True
                raise
            self._note_begin()
            return answer

    def _note_begin(self) -> None:
        self._has_begun = self._has_begun or self.waiting_begin is not None
        self.waiting_begin = None

    def commit(self) -> None:
        """Commits, unless no statement has begun the transaction."""
        if not (self._has_begun or self._is_unsure or self.waiting):
            self.waiting_begin = None
            return
        try:
            await_only(self.in_thread(sqlite3.Connection.commit))
        except (sqlite3.Error, ValueError) as error:
            self._handle_exception(error)
        self._has_begun = False

    def rollback(self) -> None:
        """Rolls back, unless no statement has begun the transaction; nobody waits for the end of one that only read."""
        has_begun, self._has_begun, self.waiting_begin = self._has_begun, False, None
        self.waiting = deque()  # the thread may still be at work on the other one
        driver: Any = self._connection
        if not (has_begun or self._is_unsure) or driver._connection is None:
            return
        if self.only_reads and not self._is_unsure:
            driver._tx.put_nowait((None, driver._conn.rollback))
            return
        super().rollback()
        self._is_unsure = False


def _in_order(
    connection: Any,
    begin: str | None,
    waiting: deque[tuple[str, tuple[Any, ...]]],
    run: Callable[..., Any],
    *args: Any,
) -> Any:
    if begin is not None:
        if connection.in_transaction:  # a rollback for which nobody waited has failed
            connection.rollback()
        connection.execute(begin)
    while waiting:
        method, of_call = waiting[0]
        getattr(connection, method)(*of_call).close()
        waiting.popleft()
    return run(connection, *args)


def _nothing(_connection: Any) -> None:
    """A step that begins the transaction and does nothing more."""


class _Driver(AsyncAdapt_aiosqlite_dbapi):
    """The driver's module, whose connections take one step a statement."""

    def connect(self, *arg: Any, **kw: Any) -> OneStepConnection:
        """Opens a connection."""
        return OneStepConnection(self, super().connect(*arg, **kw)._connection)


class OneStepDialect(SQLiteDialect_aiosqlite):
    """SQLAlchemy's dialect for aiosqlite over these connections."""

    driver = "onestep"
    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> AsyncAdapt_aiosqlite_dbapi:
        """The driver's module."""
        return _Driver(__import__("aiosqlite"), __import__("sqlite3"))

    def do_execute(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:
        """Executes a statement, or leaves it to the next step."""
        run = partial(cursor.put_off, "execute") if _waits(context) else cursor.execute
        run(statement, parameters)

    def do_executemany(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:
        """Executes a statement for many rows, or leaves it to the next step."""
        run = partial(cursor.put_off, "executemany") if _waits(context) else cursor.executemany
        run(statement, parameters)


def _waits(context: Any) -> bool:
    return context is not None and "pact_later" in context.execution_options


async def write_later(c: AsyncConnection, statement: Executable, values: Any) -> None:
    """Writes where nobody reads an outcome, not even the number of rows.

    On SQLite it is done in the step of the next statement or of the commit, which then raises its error.
    """
    if c.dialect.driver != OneStepDialect.driver:
        await c.execute(statement, values)
        return
    assert c.sync_connection is not None
    c.sync_connection.execute(statement, values, execution_options=_LATER)


_inserts: dict[tuple[Table, tuple[str, ...]], _Insert] = {}
"""The statements of ``insert_batch``: one for each set of columns that the store's code writes."""


@dataclass(frozen=True, slots=True)
class _Insert:
    """An INSERT of some columns of a table, in the table's order, and what makes the driver's values of theirs."""

    columns: tuple[str, ...]
    statement: str
    prepare: tuple[Callable[[Iterable[Any]], Iterable[Any]], ...]

    @classmethod
    def of(cls, table: Table, names: tuple[str, ...], dialect: Dialect) -> _Insert:
        columns = tuple(column.name for column in table.columns if column.name in names)
        statement = insert(table).compile(dialect=dialect, column_keys=list(columns))
        return cls(columns, str(statement), tuple(_preparation(table.c[name].type, dialect) for name in columns))


async def insert_batch(c: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Writes rows that have the same columns, with the next step; a column that they leave out has its default.

    SQLAlchemy prepares every value of every row by itself, which takes three times as long as SQLite. Here a column is
    prepared at once, and a value that repeats is prepared once.
    """
    names = tuple(rows[0])
    into = _inserts.get((table, names))
    if into is None:
        into = _inserts[table, names] = _Insert.of(table, names, c.dialect)
    prepared = (prepare([row[name] for row in rows]) for name, prepare in zip(into.columns, into.prepare, strict=True))
    assert c.sync_connection is not None
    c.sync_connection.exec_driver_sql(into.statement, list(zip(*prepared, strict=True)), _LATER)


def _preparation(type_: TypeEngine[Any], dialect: Dialect) -> Callable[[Iterable[Any]], Iterable[Any]]:
    """What makes the driver's values of a column's."""
    if isinstance(type_, Words):
        return _texts
    process = type_.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return iter
    return partial(_processed, instant_text if isinstance(type_, Utc) else process)


def _texts(values: Iterable[str | None]) -> Iterable[str | None]:
    """Texts as they are stored; where all of them together are storable, each is."""
    values = list(values)
    together = "".join(filter(None, values))
    if storable(together) is together:
        return values
    return [None if value is None else storable(value) for value in values]


def instant_text(value: datetime | None) -> str | None:
    """Returns an instant as SQLAlchemy stores it in SQLite."""
    if value is None:
        return None
    if value.tzinfo is not UTC:
        value = in_utc(value)
    return value.isoformat(" ", "microseconds")[:LENGTH_OF_INSTANT]  # without +00:00


def _processed(process: Callable[[Any], Any], values: Iterable[Any]) -> Iterator[Any]:
    """The driver's values. Equal values stand together where they repeat: the time of the reading, a flag."""
    last = prepared = None
    for value in values:
        if value is not last or value is None:
            last, prepared = value, process(value)
        yield prepared


registry.register("sqlite.onestep", __name__, OneStepDialect.__name__)
