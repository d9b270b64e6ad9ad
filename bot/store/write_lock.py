"""A lock for one writer at a time: first come, first served, but urgent writers (Slack waits for them) go first."""

from __future__ import annotations

import asyncio
from collections import deque


class WriteLock:
    """A fair lock that serves urgent waiters before all others."""

    def __init__(self) -> None:
        self._held = False
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    def acquire_free(self) -> bool:
        """Takes the lock if nobody has it; returns whether it did."""
        if self._held:
            return False
        self._held = True
        return True

    async def acquire(self, *, urgent: bool = False) -> None:
        """Waits for the lock; the caller gives it back with ``release``."""
        if self.acquire_free():
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._urgent if urgent else self._others).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self.release()  # the lock had been handed over already: pass it on
            raise

    def release(self) -> None:
        """Hands the lock to the next waiter that still waits, or frees it."""
        while self._urgent or self._others:
            turn = (self._urgent or self._others).popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._held = False
