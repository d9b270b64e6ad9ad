"""Turns the exceptions of SQLAlchemy and of the drivers into the store's own errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Dialect, exc

from bot.errors import LoginRefused, StoreBusy, StoreConflict, StoreTrouble, TableLocked
from bot.store.refused_logins import CURE, refusal

_SQLITE_BUSY = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_READONLY,
}
LOCK_CODES = {"55P03", "40P01"}
"""PostgreSQL's codes: a lock was not had in time; two transactions waited for each other."""
UNIQUE_VIOLATION = "23505"
"""PostgreSQL's code. SQLite has one writer at a time, which sees what those before it wrote."""


@contextmanager
def own_errors() -> Iterator[None]:
    """Raises StoreBusy or StoreTrouble in place of what SQLAlchemy raises."""
    try:
        yield
    except exc.DBAPIError as error:
        away = error.connection_invalidated or isinstance(error, exc.OperationalError | exc.InterfaceError)
        raise _translated(error.orig, away=away) from error
    except exc.TimeoutError as error:
        raise StoreBusy("no connection came free in time") from error
    except exc.StatementError as error:
        # a value that does not fit its column, as a naive time, is the caller's mistake and keeps its own error
        raise (error.orig if isinstance(error.orig, ValueError) else StoreTrouble(str(error.orig))) from error
    except sqlite3.Error as error:
        raise StoreBusy(str(error)) from error  # raised while a new connection was prepared


@contextmanager
def own_errors_of_driver(dialect: Dialect) -> Iterator[None]:
    """Does the same for what the database's driver raises by itself."""
    driver = dialect.loaded_dbapi
    try:
        yield
    except driver.Error as error:
        is_sqlite = isinstance(error, sqlite3.Error)
        away = not is_sqlite and isinstance(error, driver.OperationalError | driver.InterfaceError)
        raise _translated(error, away=away) from error


def _translated(error: BaseException | None, *, away: bool) -> StoreTrouble:
    first = str(error).strip().split("\n", 1)[0]
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        return StoreBusy(first) if code in _SQLITE_BUSY else StoreTrouble(first)
    if getattr(error, "sqlstate", None) in LOCK_CODES:
        return TableLocked(first)
    if getattr(error, "sqlstate", None) == UNIQUE_VIOLATION:
        return StoreConflict(first)
    if away and (refused := refusal(error)) is not None:
        return LoginRefused(f"the database refuses the login ({refused}): {CURE}")
    return StoreBusy(first) if away else StoreTrouble(first)
