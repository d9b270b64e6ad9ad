"""Follows a call of the console script: its exit code and what it has said."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

END_SECONDS = 20.0
PATIENCE_SECONDS = 30.0


@dataclass
class Process:
    """One call of the console script."""

    running: asyncio.subprocess.Process
    log: Path

    async def end(self, seconds: float = END_SECONDS) -> int:
        """Its exit code, in time."""
        async with asyncio.timeout(seconds):
            return await self.running.wait()

    def output(self) -> str:
        """Everything on both its outputs."""
        return self.log.read_text("utf-8")

    async def until_output(self, what: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until it has said this."""
        async with asyncio.timeout(seconds):
            while what not in self.output():
                assert self.running.returncode is None, self.output()
                await asyncio.sleep(0.05)
