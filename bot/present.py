"""Tells the bot's present instant: that of the machine, corrected by the database's, or put ahead by the sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def machine_now() -> datetime:
    """The instant of the machine's clock in UTC."""
    return datetime.now(UTC)


class Present:
    """The present instant. Time only goes forward: a lease, a pause and a wait may end early, but never begin again.

    ``machine`` is the machine's clock. Where the database's clock is another, ``correction`` is the difference.
    """

    def __init__(self, machine: Callable[[], datetime] = machine_now) -> None:
        self.machine = machine
        self.correction = timedelta(0)
        self._ahead = timedelta(0)
        self._moved = asyncio.Event()

    @property
    def ahead(self) -> timedelta:
        """How far the present is ahead of the machine's clock; zero outside the sandbox."""
        return self._ahead

    def now(self) -> datetime:
        """The present instant in UTC."""
        return self.machine() + self.correction + self._ahead

    def move_forward(self, by: timedelta) -> None:
        """Puts the present forward; raises ValueError for a step back."""
        if by < timedelta(0):
            raise ValueError("time only goes forward")
        self._ahead += by
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def wait_for_move(self) -> None:
        """Waits until the present is put forward."""
        await self._moved.wait()
