"""Rests of channels by a clock that nobody can set: a wall clock that is put forward ends none of them.

The rows keep every rest by the wall clock, for all processes; this keeps what one process saw itself. Pure: both
clocks are arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

JUMP_SECONDS = 0.5
"""A wall clock that gained less than this since the last look was only a little fast."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant by the wall clock, and by a clock that nobody can set."""

    at: datetime
    seconds: float

    def seconds_since(self, earlier: Moment) -> float:
        """As much as either clock says has passed: one may be set, the other stands still while the machine sleeps."""
        return max((self.at - earlier.at).total_seconds(), self.seconds - earlier.seconds)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The wall clock of this machine, and seconds since some moment that only pass."""

    now: Callable[[], datetime]
    seconds: Callable[[], float]

    def moment(self) -> Moment:
        """Now, by both."""
        return Moment(self.now(), self.seconds())


class RateLimits:
    """Until when no post goes to which destination, by a clock that nobody sets; and whether the wall clock jumped."""

    def __init__(self) -> None:
        self._until: dict[int, float] = {}
        self._methods: dict[tuple[str, str], float] = {}
        self._last: Moment | None = None

    def note(self, destination: int, rest_seconds: float, now: Moment) -> None:
        """A call reached this channel: it rests from now; a rest is never shortened."""
        self._until[destination] = max(self._until.get(destination, 0.0), now.seconds + rest_seconds)

    def resting(self, now: Moment) -> tuple[int, ...]:
        """The destinations that still rest; the others are forgotten."""
        self._until = {number: until for number, until in self._until.items() if until > now.seconds}
        return tuple(self._until)

    def note_method(self, team: str, method: str, rest_seconds: float, now: Moment) -> None:
        """Slack asked a workspace not to call this method (an edit, a read) for so long, whatever the channel."""
        until = now.seconds + rest_seconds
        self._methods[team, method] = max(self._methods.get((team, method), 0.0), until)

    def method_seconds(self, team: str, method: str, now: Moment) -> float:
        """How long a workspace still has to wait with this method; 0 when it may be called."""
        return max(0.0, self._methods.get((team, method), 0.0) - now.seconds)

    def gained(self, now: Moment) -> float:
        """Seconds that the wall clock was put forward since the last look; 0 when it was not."""
        before, self._last = self._last, now
        if before is None:
            return 0.0
        gain = (now.at - before.at).total_seconds() - (now.seconds - before.seconds)
        return gain if gain > JUMP_SECONDS else 0.0

    def keep(self, rests: Mapping[int, datetime], now: Moment, gained: float) -> None:
        """The wall clock was put forward: what the rows say of rests that were not over before is kept here."""
        before = now.at - timedelta(seconds=gained)
        for destination, until_at in rests.items():
            if until_at > before:
                self.note(destination, (until_at - before).total_seconds(), now)
