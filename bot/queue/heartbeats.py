"""Remembers since when this worker's heartbeats succeed without a gap, by the machine's monotonic clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

HEARTBEAT_SECONDS = 5.0
STALLED_SECONDS = 15.0
"""A worker whose last heartbeat is older is gone, and its jobs are run by others."""


class Heartbeats:
    """The series of this worker's heartbeats."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._last: float | None = None

    def are_steady(self) -> bool:
        """Returns whether every other worker that lives had the time for a heartbeat, too."""
        if self._since is None or self._last is None:
            return False
        now, gap = time.monotonic(), 2 * HEARTBEAT_SECONDS
        return now - self._since >= gap and now - self._last < gap

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Notes how a heartbeat ends; an exception ends the series, and so does a long gap."""
        try:
            yield
        except BaseException:
            self._since = None
            raise
        now = time.monotonic()
        if self._since is None or self._last is None or now - self._last >= 2 * HEARTBEAT_SECONDS:
            self._since = now
        self._last = now
