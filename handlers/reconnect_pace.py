"""Paces the connections over Socket Mode: the first few are made at once, the next ones after longer and longer pauses.

Slack may answer every connection with a refusal or with the advice to connect again. The pace follows from the number
of recent connections alone, so it slows down in such a storm and recovers by itself afterwards.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

RECENT_SECONDS = 120.0
AT_ONCE = 6
"""A start and two losses of both sockets within two minutes need no pause."""
PAUSES_SECONDS = (2.0, 4.0, 8.0, 16.0, 30.0)


def pause_seconds(recent: int, share: float) -> float:
    """Returns the pause before the next connection after ``recent`` others; ``share`` (0 to 1) spreads it."""
    if recent < AT_ONCE:
        return 0.0
    longest = PAUSES_SECONDS[min(recent - AT_ONCE, len(PAUSES_SECONDS) - 1)]
    return longest * (1 + share) / 2


class ReconnectPace:
    """The connections that all sockets of a process made lately; Slack limits their rate for the whole app."""

    def __init__(self, now: Callable[[], float] = time.monotonic, share: Callable[[], float] = random.random) -> None:
        self._now = now
        self._share = share
        self._made_at: list[float] = []

    def next_pause(self) -> float:
        """Counts a connection that is made after a pause, and returns the pause in seconds."""
        now = self._now()
        self._made_at = [made_at for made_at in self._made_at if now - made_at < RECENT_SECONDS]
        pause = pause_seconds(len(self._made_at), self._share())
        self._made_at.append(now + pause)
        return pause

    def forget_last(self) -> None:
        """Forgets a connection that never reached Slack: a lost network may be tried at once again."""
        if self._made_at:
            self._made_at.pop()
