"""How a process ends: deaf for too long, by itself; told to, within one deadline, whatever hangs."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

log = logging.getLogger("pactbot.app")

MAX_CHECK_SECONDS = 2.0
"""What one look may add: time in which the process stood still is no time in which it listened."""
SHUTDOWN_SECONDS = 13.5
"""From the stop to the last connection closed; an operator's patience ends at 15."""
MIN_STEP_SECONDS = 0.2


class SilenceWatchdog:
    """Counts how long nothing was heard, look by look. By a clock that nobody can set: instants in seconds."""

    def __init__(self, most_seconds: float) -> None:
        self._most_seconds = most_seconds
        self._looked_at: float | None = None
        self._heard_at: float | None = None
        self.seconds = 0.0

    def look(self, heard_at: float, now: float) -> bool:
        """True when nothing was heard for too long, seen in several looks."""
        passed = now - self._looked_at if self._looked_at is not None else 0.0
        silent = heard_at == self._heard_at
        self.seconds = self.seconds + min(passed, MAX_CHECK_SECONDS) if silent else 0.0
        self._looked_at, self._heard_at = now, heard_at
        return self.seconds > self._most_seconds


class ShutdownDeadline:
    """The one deadline of a stop: it begins once, and every step of the end gets at most what is left of it."""

    def __init__(self, seconds: float = SHUTDOWN_SECONDS) -> None:
        self._seconds = seconds
        self._until: float | None = None

    def begin(self) -> None:
        """The stop was heard."""
        if self._until is None:
            self._until = time.monotonic() + self._seconds

    def left(self, most_seconds: float) -> float:
        """What a step may take."""
        self.begin()
        assert self._until is not None
        return min(most_seconds, max(MIN_STEP_SECONDS, self._until - time.monotonic()))

    async def close(self, what: str, close: Callable[[], Awaitable[object]], most_seconds: float) -> None:
        """Closes something, or leaves it: the process ends anyway, and the rows know what is to be done."""
        try:
            async with asyncio.timeout(self.left(most_seconds)):
                await close()
        except TimeoutError:
            log.warning("not_closed", extra={"what": what})

    async def end(self, running: list[asyncio.Task[None]], most_seconds: float) -> None:
        """Waits for what is running, and cuts off what does not end."""
        if running:
            await asyncio.wait(running, timeout=self.left(most_seconds))
        for task in running:
            task.cancel()
        await self.close("parts", lambda: asyncio.gather(*running, return_exceptions=True), 1.0)
