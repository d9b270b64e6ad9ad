"""Stands between a bot and PostgreSQL and cuts connections during COMMIT, so that the bot never learns the outcome."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.chaos.killed_postgresql import SOCKET

COMMIT = b"COMMIT\x00"
CHUNK_BYTES = 65_536


@dataclass
class CommitCutter:
    """A socket that passes everything on, and cuts a share of the commits, half of them before they count."""

    server_folder: Path
    """The folder of PostgreSQL's own socket."""
    random: Random
    share: float
    cut_before: int = 0
    """Commits that PostgreSQL never got."""
    cut_after: int = 0
    """Commits whose answer the bot never got."""

    @asynccontextmanager
    async def listening(self, folder: Path) -> AsyncIterator[str]:
        """Listen in this folder until the end of the block; the address that a bot is given."""
        server = await asyncio.start_unix_server(self._serve, folder / SOCKET)
        try:
            yield f"postgresql://postgres:@/postgres?host={folder}"
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_server, to_server = await asyncio.open_unix_connection(self.server_folder / SOCKET)
        except OSError:  # PostgreSQL is away: so is this
            writer.close()
            return
        connection = _CutConnection(self, reader, writer, from_server, to_server)
        try:
            await connection.run()
        finally:
            for each in (writer, to_server):
                each.close()

    def choose(self) -> str:
        """What happens to a commit: ``pass``, or on which side of it the connection is cut."""
        if self.random.random() >= self.share:
            return "pass"
        return self.random.choice(("before", "after"))


@dataclass
class _CutConnection:
    """One connection of a bot."""

    cutter: CommitCutter
    from_bot: asyncio.StreamReader
    to_bot: asyncio.StreamWriter
    from_server: asyncio.StreamReader
    to_server: asyncio.StreamWriter
    is_cut: bool = False
    """The next answer is the one to a commit, and ends the connection."""

    async def run(self) -> None:
        """Pass both directions on until one of them ends."""
        ways: tuple[Callable[[], Awaitable[None]], ...] = (self._to_server, self._to_bot)
        tasks = [asyncio.ensure_future(way()) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            for task in tasks:
                if not task.cancelled():
                    task.exception()

    async def _to_server(self) -> None:
        with suppress(ConnectionError):
            while data := await self.from_bot.read(CHUNK_BYTES):
                if COMMIT in data and (side := self.cutter.choose()) != "pass":
                    if side == "before":
                        self.cutter.cut_before += 1
                        return
                    self.is_cut = True
                self.to_server.write(data)
                await self.to_server.drain()

    async def _to_bot(self) -> None:
        with suppress(ConnectionError):
            while data := await self.from_server.read(CHUNK_BYTES):
                if self.is_cut:
                    self.cutter.cut_after += 1
                    return
                self.to_bot.write(data)
                await self.to_bot.drain()
