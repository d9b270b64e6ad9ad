"""The pace of new sockets stays below Slack's rate in a storm and recovers when it ends."""

from __future__ import annotations

import heapq
import random

import pytest

from handlers.fake_slack.limits import PER_MINUTE
from handlers.reconnect_pace import (
    AT_ONCE,
    PAUSES_SECONDS,
    RECENT_SECONDS,
    ReconnectPace,
    pause_seconds,
)

SLACK_PER_MINUTE = PER_MINUTE["apps.connections.open"]


class Clock:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_first_connections_are_made_at_once_and_the_next_after_growing_pauses() -> None:
    assert [pause_seconds(recent, 1.0) for recent in range(AT_ONCE + 6)] == [0.0] * AT_ONCE + [2, 4, 8, 16, 30, 30]
    assert pause_seconds(AT_ONCE, 0.0) == PAUSES_SECONDS[0] / 2
    assert pause_seconds(10_000, 0.0) == PAUSES_SECONDS[-1] / 2


@pytest.mark.parametrize("seed", range(5))
def test_two_sockets_that_are_always_refused_stay_below_slacks_rate(seed: int) -> None:
    clock, made_at = Clock(), list[float]()
    pace = ReconnectPace(clock, random.Random(seed).random)
    due = [0.0, 0.0]
    while due[0] < 3_600:
        clock.now = heapq.heappop(due)
        pause = pace.next_pause()
        assert pause <= PAUSES_SECONDS[-1]
        made_at.append(clock.now + pause)
        heapq.heappush(due, clock.now + pause)
    assert len([at for at in made_at if at < 30]) <= 12
    for start in made_at:
        assert len([at for at in made_at if start <= at < start + 60]) <= SLACK_PER_MINUTE * 0.75


def test_a_loss_after_a_quiet_time_needs_no_pause() -> None:
    clock = Clock()
    pace = ReconnectPace(clock, lambda: 1.0)
    pauses = [pace.next_pause() for _ in range(AT_ONCE + 1)]
    assert pauses == [0.0] * AT_ONCE + [PAUSES_SECONDS[0]]
    clock.now = RECENT_SECONDS - 0.001
    assert pace.next_pause() > 0
    clock.now = RECENT_SECONDS + PAUSES_SECONDS[0]
    assert pace.next_pause() == 0.0


def test_a_connection_that_never_reached_slack_does_not_count() -> None:
    pace = ReconnectPace(Clock(), lambda: 1.0)
    for _ in range(10 * AT_ONCE):
        assert pace.next_pause() == 0.0
        pace.forget_last()
    pace.forget_last()
    assert pace.next_pause() == 0.0
