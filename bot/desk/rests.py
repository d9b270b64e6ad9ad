"""Rests of channels by a clock that nobody can set: a wall clock that is put forward ends none of them.

The rows keep every rest by the wall clock, for all processes; this keeps what one process saw itself. Pure: both
clocks are arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

JUMP_SECONDS = 0.5
"""A wall clock that gained less than this since the last look was only a little fast."""


class Rests:
    """Until when, by the loop's clock, no post goes to which destination; and whether the wall clock jumped."""

    def __init__(self) -> None:
        self._until: dict[int, float] = {}
        self._last: tuple[datetime, float] | None = None

    def note(self, destination: int, seconds: float, loop_seconds: float) -> None:
        """A call reached this channel: it rests from now; a rest is never shortened."""
        self._until[destination] = max(self._until.get(destination, 0.0), loop_seconds + seconds)

    def resting(self, loop_seconds: float) -> tuple[int, ...]:
        """The destinations that still rest; the others are forgotten."""
        self._until = {number: until for number, until in self._until.items() if until > loop_seconds}
        return tuple(self._until)

    def gained(self, now: datetime, loop_seconds: float) -> float:
        """Seconds that the wall clock was put forward since the last look; 0 when it was not."""
        before, self._last = self._last, (now, loop_seconds)
        if before is None:
            return 0.0
        gain = (now - before[0]).total_seconds() - (loop_seconds - before[1])
        return gain if gain > JUMP_SECONDS else 0.0

    def keep(self, rests: Mapping[int, datetime], now: datetime, gained: float, loop_seconds: float) -> None:
        """The wall clock was put forward: what the rows say of rests that were not over before is kept here."""
        before = now - timedelta(seconds=gained)
        for destination, until_at in rests.items():
            if until_at > before:
                self.note(destination, (until_at - before).total_seconds(), loop_seconds)
