"""Notices that SQLite's file was deleted or replaced while the bot has it open.

The open connections would go on with the old file, which nobody sees any more, and confirm what is gone with the end of
the process. A new connection to the new file would even crash the process: it truncates the shared memory beside the
file, which the old connections still map. A file that is copied over in place keeps its identity and is not noticed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import StoreBusy


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """A file as the operating system knows it, whatever its name and content."""

    device: int
    inode: int


def identity_of(path: Path) -> FileIdentity | None:
    """Returns the identity of the file at a path; None when there is none. Raises OSError when it cannot be asked."""
    try:
        found = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return FileIdentity(found.st_dev, found.st_ino)


def loss(opened: FileIdentity | None, present: FileIdentity | None) -> str | None:
    """Returns what happened to the file that was opened; None when it is still there, or none was opened yet."""
    if opened is None or present == opened:
        return None
    return "deleted" if present is None else "replaced"


class DatabaseFile:
    """The file that the first connection opened."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: FileIdentity | None = None

    def remember(self) -> None:
        """Remembers the file's identity; later connections do not change it."""
        if self._opened is None:
            self._opened = identity_of(self._path)

    def check(self) -> None:
        """Raises StoreBusy when the file was lost, so that no new connection is made."""
        what = self.loss()
        if what is not None:
            raise StoreBusy(f"the database file was {what}")

    def loss(self) -> str | None:
        """Returns what happened to the file since; None when nothing did, or when it cannot be asked just now."""
        try:
            return loss(self._opened, identity_of(self._path))
        except OSError:
            return None


def watched_file(engine: AsyncEngine) -> DatabaseFile | None:
    """Returns the file that the engine's first connection opens; None for PostgreSQL and a database in memory."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or path in (None, "", ":memory:"):
        return None
    file = DatabaseFile(Path(path).absolute())
    event.listen(engine.sync_engine, "do_connect", lambda *_: file.check())
    event.listen(engine.sync_engine, "connect", lambda *_: file.remember())
    return file
