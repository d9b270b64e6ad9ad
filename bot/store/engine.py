"""Opens the database and hands out its connections: one writer at a time on SQLite, a pool on PostgreSQL.

A commit is durable before anything is sent to Slack: SQLite runs with WAL and synchronous=FULL, PostgreSQL as it is
set up. Steps alone do not wait for the disk: after a power failure a job runs, or a source is read, once more.
Exceptions of drivers end in StoreBusy (locked, full or away) and StoreTrouble (everything else).
"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import event, exc, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from bot.errors import CannotStart, StoreBusy, StoreUnready
from bot.store.batches import StepBatches
from bot.store.database_file import DatabaseFile, watched_file
from bot.store.driver_errors import own_errors, own_errors_of_driver
from bot.store.json_text import dumps
from bot.store.postgresql_engine import POOL_SECONDS, postgresql_engine
from bot.store.refused_logins import RefusedLogins
from bot.store.sqlite_driver import DRIVER_NAME
from bot.store.steps import Step, T, in_step, whole_transaction
from bot.store.write_lock import WriteLock

log = logging.getLogger("pactbot.store")

Connection = AsyncConnection
"""The connection that ``begin`` and ``read`` hand out; modules above the store know it by this name alone."""
BUSY_SECONDS = 5.0
"""How long a writer waits for another before StoreBusy is raised."""
WAL_TRIES = 4
WAL_PAUSE_SECONDS = 0.1
SQLITE_READERS = 4
"""Readers of SQLite at a time, beside its one writer. A connection has a thread, a file and a cache of its own, so all
stay open, and who finds none free waits."""
SQLITE_STATEMENTS = 32
"""Prepared statements that a connection keeps; the driver's 128 took seven megabytes more and saved no time."""
WRITES_WAIT_SECONDS = 0.05
"""How long a row that is written together with others waits for them."""
_SQLITE_UNUSABLE = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOTADB}
"""What a start does not wait for. A database that was there and went away is waited for."""


class Store:
    """The database. A process opens it once; every query of this folder takes a connection that it hands out."""

    def __init__(
        self, engine: AsyncEngine, file: DatabaseFile | None = None, refused: RefusedLogins | None = None
    ) -> None:
        self._engine = engine
        is_sqlite = engine.dialect.name == "sqlite"
        self._write_lock = WriteLock() if is_sqlite else None
        self._readers = asyncio.Semaphore(SQLITE_READERS) if is_sqlite else None
        self._file = file
        self.refused = refused or RefusedLogins()
        """Logins that PostgreSQL refuses."""
        self.writes = StepBatches(self.write_step, WRITES_WAIT_SECONDS)
        """What many tasks write, each a row or two, and none is urgent for Slack."""
        self.reads = StepBatches(self.read_step, 0.0)
        """What many tasks ask in the same moment."""
        self.transactions = 0
        """How many transactions of ``begin`` have ended; between two that write every look finds the same rows."""
        self.steps = 0
        """The same of ``write_step``, which writes jobs, turns, sources and robots.txt, and nothing for Slack."""

    @classmethod
    def open(cls, url: str) -> Store:
        """Reads the address and builds the pool; the first connection is made when it is needed. Raises CannotStart."""
        scheme = url.split(":", 1)[0].split("+", 1)[0]
        if scheme == "sqlite":
            engine = _sqlite(url)
            return cls(engine, watched_file(engine))
        if scheme in ("postgres", "postgresql"):
            refused = RefusedLogins()
            return cls(postgresql_engine(url, refused), refused=refused)
        raise CannotStart("PACT_DATABASE_URL: is neither sqlite:///… nor postgresql://…", exit_code=2)

    @property
    def embedded(self) -> bool:
        """Whether it is SQLite, whose file one process owns."""
        return self._write_lock is not None

    @asynccontextmanager
    async def begin(self, *, urgent: bool = False) -> AsyncIterator[AsyncConnection]:
        """Opens a transaction that writes: committed at the end of the block, rolled back by any exception.

        ``urgent``: Slack waits for it, so on SQLite it goes before every writer that has not begun.
        """
        try:
            with own_errors():
                async with self._writer_turn(urgent), self._engine.connect() as c:
                    await c.execution_options(pact_writes=True)
                    async with c.begin():
                        yield c
        finally:
            self.transactions += 1

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Opens a connection that only reads, in one snapshot on SQLite; nothing that it writes is committed."""
        with own_errors():
            async with self._reader_turn(), self._engine.connect() as c:
                yield c

    async def write_step(self, next_step: Callable[[], Step[T]]) -> T:
        """Runs a step as a transaction that writes. ``next_step`` is called when the transaction may begin.

        On SQLite the commit does not wait for the disk: a power failure may undo it, unless one that ``begin`` opened
        was committed since. So it is for what may be done again, as readings and jobs, and not for what Slack is told.
        """
        if self._write_lock is None:
            async with self.begin() as c:
                return await in_step(c, next_step())
        try:
            with own_errors():
                async with self._writer_turn(urgent=False):
                    return await whole_transaction(self._engine, next_step(), writes=True)
        finally:
            self.steps += 1

    async def read_step(self, next_step: Callable[[], Step[T]]) -> T:
        """Runs a step that only reads, in one snapshot on SQLite."""
        if self._readers is None:
            async with self.read() as c:
                return await in_step(c, next_step())
        with own_errors():
            async with self._reader_turn():
                return await whole_transaction(self._engine, next_step(), writes=False)

    @asynccontextmanager
    async def _reader_turn(self) -> AsyncIterator[None]:
        """Waits until fewer than ``SQLITE_READERS`` read, so that readers never keep the writer from its connection."""
        if self._readers is None:
            yield
            return
        try:
            async with asyncio.timeout(POOL_SECONDS) if self._readers.locked() else nullcontext():
                await self._readers.acquire()
        except TimeoutError:
            raise StoreBusy("no connection came free in time") from None
        try:
            yield
        finally:
            self._readers.release()

    @asynccontextmanager
    async def _writer_turn(self, urgent: bool) -> AsyncIterator[None]:
        """Queues the writers of this process in order; SQLite alone would let any of them go next."""
        if self._write_lock is None:
            yield
            return
        if not self._write_lock.acquire_free():  # most writers need no timer
            try:
                async with asyncio.timeout(BUSY_SECONDS * 2):
                    await self._write_lock.acquire(urgent=urgent)
            except TimeoutError:
                raise StoreBusy("another writer of this process holds the database") from None
        try:
            yield
        finally:
            self._write_lock.release()

    async def migrate(self) -> None:
        """Brings the schema to this version, from nothing or from any older one; may run twice at once."""
        async with self.read() as c:
            if await c.run_sync(_revision) == HEAD:
                return
        from bot.store.migrate import migrate  # Alembic takes memory that a running bot can do without

        await migrate(self)

    async def check_schema(self) -> None:
        """Raises StoreUnready unless the tables are those of this version, or on PostgreSQL of a newer one.

        During a release a process of the version before may be started again after the migrations, which only add.
        """
        async with self.read() as c:
            revision = await c.run_sync(_revision)
        if revision is not None and revision > HEAD and not self.embedded:
            log.warning("schema_newer", extra={"schema": revision, "needed": HEAD})
        elif revision is not None and revision > HEAD:
            cure = "install that version again, or restore a copy from before"
            raise StoreUnready(f"the database has schema {revision} of a newer version, this one knows {HEAD}: {cure}")
        elif revision != HEAD:
            other = f"has schema {revision}, this version needs {HEAD}"
            what = "has no tables of pactbot yet" if revision is None else other
            raise StoreUnready(f"the database {what}: run `pactbot migrate`")

    @asynccontextmanager
    async def beside_pool(self) -> AsyncIterator[Any]:
        """Opens a connection of PostgreSQL's driver that commits each statement and counts for no pool."""
        with own_errors(), own_errors_of_driver(self._engine.dialect):
            opening = asyncio.ensure_future(self._open_beside_pool())
            try:
                driver = await asyncio.shield(opening)
            except asyncio.CancelledError:
                opening.add_done_callback(_close_unused)
                raise
            try:
                yield driver
            finally:
                await driver.close()

    async def _open_beside_pool(self) -> Any:
        pooled = await self._engine.raw_connection()
        driver: Any = pooled.driver_connection
        pooled.detach()
        await driver.set_autocommit(True)
        return driver

    async def ping(self) -> None:
        """Raises StoreBusy unless the database answers."""
        async with self.read() as c:
            await c.execute(text("SELECT 1"))

    async def file_loss(self) -> str | None:
        """Returns `deleted` or `replaced` when SQLite's file is no longer the one that was opened; else None."""
        return await asyncio.to_thread(self._file.loss) if self._file is not None else None

    async def close(self) -> None:
        """Writes what waits for others, and closes every connection."""
        await self.writes.settled()
        await self._engine.dispose()


async def lock_stories(c: AsyncConnection) -> None:
    """Takes the one lock under which stories are assigned and digests enqueued, until the transaction ends.

    It holds in every process, so that two reports of one event never open two stories, and no story is in two digests.
    Its name stays, so that a process of the previous version and one of this version exclude each other. SQLite has one
    writer anyway.
    """
    if c.dialect.name == "postgresql":
        await c.execute(text("SELECT pg_advisory_xact_lock(hashtext('pactbot:placing'))"))


async def database_now(c: AsyncConnection) -> datetime:
    """Returns the instant of PostgreSQL's own clock."""
    instant: datetime = (await c.execute(text("SELECT clock_timestamp()"))).scalar_one()
    return instant


HEAD = "0043"
"""The newest revision in migrations/versions; a test keeps it in step."""


def _close_unused(opened: asyncio.Future[Any]) -> None:
    """Closes a connection for which nobody waits any more."""
    if not opened.cancelled() and opened.exception() is None:
        opened.result().pgconn.finish()


def _revision(c: SyncConnection) -> str | None:
    """Reads the revision without Alembic, which a running bot need not import."""
    if not c.dialect.has_table(c, "alembic_version"):
        return None
    revision: str | None = c.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _sqlite(url: str) -> AsyncEngine:
    try:
        made = make_url(url).set(drivername=DRIVER_NAME)
    except (exc.ArgumentError, ValueError):
        raise CannotStart("PACT_DATABASE_URL: not an address; for example sqlite:///pactbot.db", exit_code=2) from None
    if made.query:
        raise CannotStart("PACT_DATABASE_URL: SQLite takes a path and nothing after it", exit_code=2)
    if not made.database or made.database == ":memory:":
        raise CannotStart("PACT_DATABASE_URL: SQLite needs a file, as sqlite:///pactbot.db", exit_code=2)
    folder = Path(made.database).resolve().parent
    if not folder.is_dir():
        raise CannotStart(f"PACT_DATABASE_URL: the folder {folder} is not there", exit_code=2)
    _refuse_unusable(Path(made.database))
    engine = create_async_engine(
        made,
        hide_parameters=True,
        json_serializer=dumps,
        connect_args={"timeout": BUSY_SECONDS, "factory": _RollsBack, "cached_statements": SQLITE_STATEMENTS},
        pool_size=SQLITE_READERS + 1,
        pool_use_lifo=True,  # what was used last still has the pages of its last transaction
        max_overflow=0,
        pool_timeout=POOL_SECONDS,
    )
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


class _RollsBack(sqlite3.Connection):
    """Ends its transaction when it is closed: SQLite alone keeps the lock while a statement is left open."""

    def close(self) -> None:
        """Rolls back what was not committed, and closes."""
        with suppress(sqlite3.Error):
            self.rollback()
        super().close()


def _refuse_unusable(path: Path) -> None:
    """Opens the file once. Raises CannotStart where no waiting helps: no rights, a folder, or no database."""
    if not path.exists():
        try:
            with tempfile.TemporaryFile(dir=path.parent):
                return  # the file itself is made by what writes to it first
        except OSError as error:
            raise _unusable(path, f"no file can be made in {path.parent}") from error
    try:
        connection = sqlite3.connect(path, timeout=0)
    except sqlite3.Error as error:
        raise _unusable(path, str(error)) from None
    try:
        connection.execute("PRAGMA user_version").fetchone()
        why = "" if os.access(path, os.W_OK) else "it is read-only"
    except sqlite3.Error as error:
        is_for_good = getattr(error, "sqlite_errorcode", 0) & 0xFF in _SQLITE_UNUSABLE
        why = str(error) if is_for_good else ""
    finally:
        connection.close()
    if why:
        raise _unusable(path, why)


def _unusable(path: Path, why: str) -> CannotStart:
    cure = "name a file in a folder that this user may write to"
    return CannotStart(f"PACT_DATABASE_URL: the file {path} cannot be used ({why}); {cure}")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin a transaction: _begin_sqlite does
    cursor = connection.cursor()
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "cache_size=-500"):
        cursor.execute(f"PRAGMA {pragma}")
    _enter_wal(cursor)
    cursor.close()


def _enter_wal(cursor: Any) -> None:
    """Sets the journal mode. Two connections that set it at once in a new file refuse each other without waiting."""
    for _ in range(WAL_TRIES - 1):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            await_only(asyncio.sleep(WAL_PAUSE_SECONDS))
        else:
            return
    cursor.execute("PRAGMA journal_mode=WAL")


def _begin_sqlite(c: SyncConnection) -> None:
    """A writer takes its lock at once: a reader that becomes a writer half way could only fail."""
    writes = c.get_execution_options().get("pact_writes", False)
    adapter: Any = c.connection.dbapi_connection
    adapter.waiting_begin, adapter.only_reads = ("BEGIN IMMEDIATE", False) if writes else ("BEGIN", True)
