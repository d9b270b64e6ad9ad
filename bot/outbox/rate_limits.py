"""Remembers until when channels and methods are rate limited, by a clock that nobody can set.

The rows keep every channel's pause by the wall clock, for all processes. A wall clock that is put forward would end
those pauses too soon, so each process also keeps what it saw itself. What it wrote itself it knows better than by a
row: a row that it wrote after the jump does not look different. Pure: both clocks are arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.store.destinations import ChannelPause
from bot.store.future_instants import bounded

JUMP_SECONDS = 0.5
"""A wall clock that gained no more than this since the last look merely runs a little fast."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant by the wall clock, and by a monotonic clock."""

    at: datetime
    seconds: float

    def seconds_since(self, earlier: Moment) -> float:
        """The longer of both clocks' times: one may be set, the other stands still while the machine sleeps."""
        return max((self.at - earlier.at).total_seconds(), self.seconds - earlier.seconds)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The machine's wall clock and its monotonic clock."""

    now: Callable[[], datetime]
    seconds: Callable[[], float]

    def moment(self) -> Moment:
        """The present instant, by both."""
        return Moment(self.now(), self.seconds())


class RateLimits:
    """Pauses of channels and of methods by the monotonic clock, and jumps of the wall clock."""

    def __init__(self) -> None:
        self._until: dict[int, float] = {}
        self._written: dict[int, datetime] = {}
        self._methods: dict[tuple[str, str], float] = {}
        self._last: Moment | None = None

    def pause(self, destination: int, seconds: float, now: Moment) -> None:
        """Post nothing to this destination for so long; an earlier pause is never shortened."""
        until = now.seconds + seconds
        self._until[destination] = max(self._until.get(destination, until), until)

    def row_end(self, destination: int, now: Moment) -> datetime:
        """The end of a destination's pause by the wall clock, which the caller writes at this moment and no later."""
        left_seconds = self._until.get(destination, now.seconds) - now.seconds
        self._written[destination] = now.at + timedelta(seconds=max(0.0, left_seconds))
        return self._written[destination]

    def paused(self, now: Moment) -> tuple[int, ...]:
        """The destinations whose pause has not ended; the others are forgotten."""
        self._until = {destination: until for destination, until in self._until.items() if until > now.seconds}
        return tuple(self._until)

    def pause_method(self, team: str, method: str, seconds: float, now: Moment) -> None:
        """Call this method (edit, read) in no channel of the workspace for so long."""
        until = now.seconds + seconds
        self._methods[team, method] = max(self._methods.get((team, method), until), until)

    def method_wait_seconds(self, team: str, method: str, now: Moment) -> float:
        """The rest of a method's pause in a workspace; 0 when it may be called."""
        return max(0.0, self._methods.get((team, method), now.seconds) - now.seconds)

    def clock_gain_seconds(self, now: Moment) -> float:
        """How far the wall clock was put forward since the last look; 0 when it was not."""
        before, self._last = self._last, now
        if before is None:
            return 0.0
        gain_seconds = (now.at - before.at).total_seconds() - (now.seconds - before.seconds)
        return gain_seconds if gain_seconds > JUMP_SECONDS else 0.0

    def keep_pauses(
        self, pauses: Mapping[int, ChannelPause], now: Moment, gain_seconds: float, longest: timedelta
    ) -> None:
        """Keep what was left of other processes' pauses before the wall clock was put forward by so much.

        A pause that a clock wrote which was put back before that is no longer than it was, as far as that is known: not
        where the clock was put back between the last try and the pause.
        """
        before = now.at - timedelta(seconds=gain_seconds)
        for destination, pause in pauses.items():
            if self._written.get(destination) != pause.until_at:
                tried_at = pause.tried_at if pause.tried_at and pause.tried_at <= pause.until_at else None
                until_at = bounded(pause.until_at, before, longest, tried_at)
                self.pause(destination, (until_at - before).total_seconds(), now)
