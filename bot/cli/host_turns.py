"""A turn for each host, kept in memory: what one call of the command line asks for is spaced as the bot's own."""

from __future__ import annotations

import asyncio


class MemoryHostTurns:
    """Gives hosts their turns, in order; give it to a scraper."""

    def __init__(self, pause_seconds: float) -> None:
        self._pause_seconds = pause_seconds
        self._wanted_seconds: dict[str, float] = {}
        self._next_at: dict[str, float] = {}

    async def __call__(self, host: str) -> None:
        """Wait until this host may be asked."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._next_at.get(host, now))
        self._next_at[host] = at + max(self._pause_seconds, self._wanted_seconds.get(host, 0.0))
        await asyncio.sleep(at - now)

    async def lengthen(self, host: str, seconds: float) -> None:
        """A robots.txt asks for at least this much time between two requests."""
        known = self._wanted_seconds.get(host, self._pause_seconds)
        self._wanted_seconds[host] = max(known, seconds)
        if host in self._next_at and seconds > known:
            self._next_at[host] += seconds - known
