"""A turn for each host, kept in memory: what one call of the command line asks for is spaced as the bot's requests are."""

from __future__ import annotations

import asyncio
from collections import defaultdict


class Turns:
    """Gives hosts their turns, in order; give it to a scraper."""

    def __init__(self, pause_seconds: float) -> None:
        self._pause_seconds: defaultdict[str, float] = defaultdict(lambda: pause_seconds)
        self._next_at: dict[str, float] = {}

    async def __call__(self, host: str) -> None:
        """Wait until this host may be asked."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._next_at.get(host, now))
        self._next_at[host] = at + self._pause_seconds[host]
        await asyncio.sleep(at - now)

    async def lengthen(self, host: str, seconds: float) -> None:
        """A robots.txt asks for more time between two requests."""
        self._pause_seconds[host] = max(self._pause_seconds[host], seconds)
