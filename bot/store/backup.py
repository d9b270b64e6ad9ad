"""Copies SQLite's file while a bot goes on writing it. The copy is checked, marked as a copy, and moved into place.

One read transaction lasts for the whole copy, so that a writer neither waits nor makes it begin again.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from bot.errors import CannotStart
from bot.store.restored import COPIED

PAGES_A_STEP = 256
STEP_PAUSE_SECONDS = 0.005
"""After each step, so that a running bot has the disk in between."""
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS)
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)

OnStep = Callable[[int, int], None]
"""Called after each step with the pages that are left and the pages of the file."""


def back_up(source: Path, target: Path, now: datetime, *, replaces: bool, on_step: OnStep) -> int:
    """Writes a copy of the database that only this user may read; returns its size in bytes. Raises CannotStart.

    A target that is there stays unless ``replaces``; a copy that fails leaves nothing behind.
    """
    _refuse(source, target, replaces=replaces)
    made = _empty_file_beside(target)
    try:
        _copy(source, made, now, on_step)
        _move(made, target, replaces=replaces)
    except sqlite3.Error as error:
        raise _failure(source, target, error) from None
    except OSError as error:
        raise CannotStart(f"{target}: {error.strerror}; free the disk or name a file elsewhere") from None
    finally:
        for tail in ("", "-journal", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                os.unlink(f"{made}{tail}")
    return target.stat().st_size


def _refuse(source: Path, target: Path, *, replaces: bool) -> None:
    if target.is_dir():
        raise CannotStart(f"{target} is a folder: name a file in it", exit_code=2)
    if target.exists() and target.samefile(source):
        raise CannotStart(f"{target} is the database itself: name another file", exit_code=2)
    if target.exists() and not replaces:
        raise CannotStart(f"{target} is there already: name another file, or replace it with --force", exit_code=2)


def _empty_file_beside(target: Path) -> Path:
    """Makes the file in the target's folder, so that the move at the end is one step; mode 0600."""
    folder = target.absolute().parent
    if not folder.is_dir():
        raise CannotStart(f"the folder {folder} is not there: make it, or name a file elsewhere", exit_code=2)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=folder)
    except OSError as error:
        line = f"no file can be made in {folder} ({error.strerror}): name a folder that this user may write to"
        raise CannotStart(line, exit_code=2) from None
    os.close(handle)
    return Path(name)


def _copy(source: Path, made: Path, now: datetime, on_step: OnStep) -> None:
    def step(_status: int, left: int, pages: int) -> None:
        on_step(left, pages)
        time.sleep(STEP_PAUSE_SECONDS)

    address = f"file:{quote(str(source.absolute()))}?mode=rw"
    with (
        closing(sqlite3.connect(address, uri=True, isolation_level=None)) as original,
        closing(sqlite3.connect(made, isolation_level=None)) as copy,
    ):
        original.execute("BEGIN")
        original.execute("SELECT count(*) FROM firsts").fetchone()  # the snapshot begins with the first statement
        original.backup(copy, pages=PAGES_A_STEP, progress=step)
        original.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode=DELETE").fetchone()  # the copy is one file
        mark = ("", f"{COPIED}{now.isoformat()}", now.strftime("%Y-%m-%d %H:%M:%S.%f"))
        copy.execute("INSERT OR IGNORE INTO firsts (team, key, done_at) VALUES (?, ?, ?)", mark)
        (verdict,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            what = " ".join(str(verdict).split())
            line = f"{source}: the copy is damaged ({what}) and was not kept; look at the disk, keep older copies"
            raise CannotStart(line)


def _move(made: Path, target: Path, *, replaces: bool) -> None:
    """Gives the copy its name when all of it is on the disk; another file of this name is replaced only on request."""
    _flush(made)
    try:
        if not replaces:
            os.link(made, target)  # refuses a name that was taken meanwhile
    except FileExistsError:
        line = f"{target} is there already: name another file, or replace it with --force"
        raise CannotStart(line, exit_code=2) from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        replaces = True
    if replaces:
        os.replace(made, target)
    _flush(target.absolute().parent)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _failure(source: Path, target: Path, error: sqlite3.Error) -> CannotStart:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _NO_ROOM:
        folder = target.absolute().parent
        return CannotStart(f"no room for the copy in {folder} ({error}): free some, or name a file on another disk")
    if "no such table" in str(error):
        return CannotStart(f"{source} is no database of pactbot: is PACT_DATABASE_URL right?", exit_code=2)
    return CannotStart(f"{source} cannot be copied ({error}): is the disk sound?")
