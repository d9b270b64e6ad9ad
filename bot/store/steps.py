"""Runs a function of plain statements in one step: on SQLite in its connection's thread, without a hop a statement.

A step is an ordinary function that takes a ``StepConnection``. It belongs to a transaction, or is a whole one, and runs
beside the event loop: it may use nothing that the loop changes meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.util import await_only, greenlet_spawn

from bot.store.driver_errors import own_errors_of_driver
from bot.store.plain_statements import CompiledStatement, Row, Statement
from bot.store.sqlite_driver import OneStepConnection

NORMAL = 1
"""SQLite's level of ``synchronous`` at which a commit does not wait for the disk."""

T = TypeVar("T")
P = ParamSpec("P")
Values = Mapping[str, object]


class StepConnection(Protocol):
    """A connection within a step."""

    def each(self, statement: Statement, values: Sequence[Values]) -> list[list[Row]]:
        """Runs a statement for each of these values, in their order; returns the rows of each run."""
        ...

    def rows(self, statement: Statement, values: Values) -> list[Row]:
        """Runs a statement once; returns its rows."""
        ...


Step = Callable[[StepConnection], T]


class _Watched:
    """Tells SQLAlchemy's listeners of statements that it does not execute."""

    def __init__(self, dialect: Dialect, listened_to: Any) -> None:
        self._dialect = dialect
        self._before = listened_to.dispatch.before_cursor_execute
        self._after = listened_to.dispatch.after_cursor_execute

    def _note_begin(self, sql: str, values: Any) -> None:
        for listener in self._before:
            listener(None, None, sql, values, None, False)

    def _note_end(self, sql: str, values: Any) -> None:
        for listener in self._after:
            listener(None, None, sql, values, None, False)


class SqliteStep(_Watched):
    """SQLite's own connection, in its thread."""

    def __init__(self, connection: Any, dialect: Dialect, listened_to: Any) -> None:
        super().__init__(dialect, listened_to)
        self._connection = connection

    def each(self, statement: Statement, values: Sequence[Values]) -> list[list[Row]]:
        """Runs a statement for each of these values."""
        return [self.rows(statement, one) for one in values]

    def rows(self, statement: Statement, values: Values) -> list[Row]:
        """Runs a statement once."""
        compiled = statement.compiled(self._dialect)
        sql, in_order = compiled.sql, compiled.values(values)
        if self._before:
            self._note_begin(sql, tuple(in_order))
        rows = compiled.rows(self._connection.execute(sql, in_order).fetchall())
        if self._after:
            self._note_end(sql, tuple(in_order))
        return rows


class PostgresqlStep(_Watched):
    """psycopg's own connection, in a greenlet of SQLAlchemy's; several runs of a statement share their way there."""

    def __init__(self, connection: Any, dialect: Dialect, listened_to: Any) -> None:
        super().__init__(dialect, listened_to)
        self._connection = connection

    def each(self, statement: Statement, values: Sequence[Values]) -> list[list[Row]]:
        """Runs a statement for each of these values."""
        if not values:
            return []
        compiled = statement.compiled(self._dialect)
        named = [compiled.values(one) for one in values]
        for one in named:
            self._note_begin(compiled.sql, one)
        found: list[list[Any]] = await_only(self._run(compiled, named))
        for one in named:
            self._note_end(compiled.sql, one)
        return [compiled.rows(rows) for rows in found]

    def rows(self, statement: Statement, values: Values) -> list[Row]:
        """Runs a statement once."""
        return self.each(statement, [values])[0]

    def on_driver(self, work: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
        """Awaits what a library does with the driver's connection, in the transaction of this step."""
        answer: T = await_only(work(self._connection))
        return answer

    async def _run(self, compiled: CompiledStatement, values: Sequence[Any]) -> list[list[Any]]:
        async with self._connection.cursor() as cursor:
            if len(values) == 1:
                await cursor.execute(compiled.sql, values[0])
                return [await cursor.fetchall() if compiled.has_rows else []]
            await cursor.executemany(compiled.sql, values, returning=compiled.has_rows)
            if not compiled.has_rows:
                return [[] for _ in values]
            found = [await cursor.fetchall()]
            while cursor.nextset():
                found.append(await cursor.fetchall())
            return found


async def in_step(c: AsyncConnection, step: Step[T]) -> T:
    """Runs a step within the transaction of this connection."""
    if not c.in_transaction():
        await c.begin()
    connection: Any = c.sync_connection
    with own_errors_of_driver(c.dialect):
        adapter = connection.connection.dbapi_connection
        if isinstance(adapter, OneStepConnection):
            answer: T = await adapter.in_thread(_within, step, c.dialect, connection)
            return answer
        driver = connection.connection.driver_connection
        return await greenlet_spawn(step, PostgresqlStep(driver, c.dialect, connection))


async def whole_transaction(engine: AsyncEngine, step: Step[T], *, writes: bool) -> T:
    """Runs a step as a transaction of SQLite: BEGIN, all of its statements and COMMIT without a hop between them.

    The commit does not wait for the disk, so a power failure may undo it.
    """
    connection = await engine.raw_connection()
    try:
        adapter: Any = connection.dbapi_connection
        with own_errors_of_driver(engine.dialect):
            answer: T = await adapter.in_thread(_whole, step, engine.dialect, engine.sync_engine, writes)
            return answer
    finally:
        await greenlet_spawn(connection.close)


def awaited(
    step: Callable[Concatenate[StepConnection, P], T],
) -> Callable[Concatenate[AsyncConnection, P], Coroutine[Any, Any, T]]:
    """Returns the same function for a connection of a transaction that has other statements, too."""

    async def in_transaction(c: AsyncConnection, /, *args: P.args, **more: P.kwargs) -> T:
        return await in_step(c, lambda connection: step(connection, *args, **more))

    update_wrapper(in_transaction, step)
    return in_transaction


def _within(driver: Any, step: Step[T], dialect: Dialect, listened_to: SyncConnection) -> T:
    return step(SqliteStep(driver, dialect, listened_to))


def _whole(driver: Any, step: Step[T], dialect: Dialect, listened_to: Any, writes: bool) -> T:
    if driver.in_transaction:  # a rollback for which nobody waited has failed
        driver.rollback()
    with _unflushed(driver) if writes else nullcontext():
        driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
        try:
            answer = step(SqliteStep(driver, dialect, listened_to))
            driver.execute("COMMIT" if writes else "ROLLBACK")
        except BaseException:
            driver.rollback()
            raise
    if writes:
        for listener in listened_to.dispatch.commit:
            listener(None)
    return answer


@contextmanager
def _unflushed(driver: Any) -> Iterator[None]:
    """Leaves a commit to the operating system; the connection's other commits wait for the disk as before."""
    ((level,),) = driver.execute("PRAGMA synchronous").fetchall()
    if level <= NORMAL:
        yield
        return
    driver.execute(f"PRAGMA synchronous={NORMAL}")
    try:
        yield
    finally:
        try:
            driver.execute(f"PRAGMA synchronous={level}")
        except BaseException:
            driver.close()  # no later transaction may find it so
            raise
