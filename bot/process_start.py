"""Knows when this process began, by the present clock of the machine."""

from __future__ import annotations

from datetime import datetime


class ProcessStart:
    """The instant at which this process began. A clock that was put back since moves it back, too.

    A start that lies ahead would silence whatever waits for a while after the start, until the clock has caught up.
    """

    def __init__(self, at: datetime) -> None:
        self._at = at

    def by(self, now: datetime) -> datetime:
        """Returns when the process began, which is never after ``now``."""
        self._at = min(self._at, now)
        return self._at
