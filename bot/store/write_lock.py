"""The turn of one writer at a time: in the order they came, but what Slack waits for goes first."""

from __future__ import annotations

import asyncio
from collections import deque


class WriteLock:
    """A lock that is handed over in order, to the urgent before all others."""

    def __init__(self) -> None:
        self._held = False
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    async def acquire(self, *, urgent: bool = False) -> None:
        """Wait for the turn; give it back with ``release``."""
        if not self._held:
            self._held = True
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._urgent if urgent else self._others).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self.release()  # it was ours already: the next one has it
            raise

    def release(self) -> None:
        """Hand the turn to whoever is next and still waits."""
        while self._urgent or self._others:
            turn = (self._urgent or self._others).popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._held = False
