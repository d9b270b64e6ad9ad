"""Ends the process: by itself when Slack's sockets stay silent, and after a stop within one deadline."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

log = logging.getLogger("pactbot.app")

MAX_CHECK_SECONDS = 2.0
"""The most that one check adds to a silence: while the process itself is suspended it cannot receive anything."""
SHUTDOWN_SECONDS = 13.5
"""The time from the stop to the last closed connection; hosts kill a process after 15 s or more."""
MIN_STEP_SECONDS = 0.2


class SilenceWatchdog:
    """Measures, check by check, how long nothing was received. Instants are seconds of a monotonic clock."""

    def __init__(self, max_seconds: float) -> None:
        self._max_seconds = max_seconds
        self._checked_at: float | None = None
        self._received_at: float | None = None
        self.seconds = 0.0

    def check(self, received_at: float, now: float) -> bool:
        """True when several checks have shown a silence that is too long."""
        passed = now - self._checked_at if self._checked_at is not None else 0.0
        silent = received_at == self._received_at
        self.seconds = self.seconds + min(passed, MAX_CHECK_SECONDS) if silent else 0.0
        self._checked_at, self._received_at = now, received_at
        return self.seconds > self._max_seconds


class ShutdownDeadline:
    """The deadline of a stop: it starts once, and every step of the shutdown gets at most what is left of it."""

    def __init__(self, seconds: float = SHUTDOWN_SECONDS) -> None:
        self._seconds = seconds
        self._until: float | None = None

    def start(self) -> None:
        """Starts the deadline; a second call changes nothing."""
        if self._until is None:
            self._until = time.monotonic() + self._seconds

    def left(self, max_seconds: float) -> float:
        """The seconds that a step may take, at most ``max_seconds``."""
        self.start()
        assert self._until is not None
        return min(max_seconds, max(MIN_STEP_SECONDS, self._until - time.monotonic()))

    async def close(self, what: str, close: Callable[[], Awaitable[object]], max_seconds: float) -> None:
        """Closes something, or leaves it open when that takes too long: rows say what is still to be done."""
        try:
            async with asyncio.timeout(self.left(max_seconds)):
                await close()
        except TimeoutError:
            log.warning("not_closed", extra={"what": what})

    async def end(self, running: list[asyncio.Task[None]], max_seconds: float) -> None:
        """Waits for these tasks, and cancels those that do not end in time."""
        if running:
            await asyncio.wait(running, timeout=self.left(max_seconds))
        for task in running:
            task.cancel()
        await self.close("parts", lambda: asyncio.gather(*running, return_exceptions=True), 1.0)
