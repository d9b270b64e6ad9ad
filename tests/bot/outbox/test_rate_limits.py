"""Pauses of channels and methods by two clocks, of which one may be set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.outbox.rate_limits import JUMP_SECONDS, Moment, RateLimits
from bot.store.destinations import ChannelPause

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def _moment(seconds: float, ahead_seconds: float = 0.0) -> Moment:
    return Moment(AT + timedelta(seconds=seconds + ahead_seconds), seconds)


def _keep(rate_limits: RateLimits, ends: dict[int, datetime], now: Moment, tried_at: datetime = AT) -> None:
    pauses = {channel: ChannelPause(until_at, tried_at) for channel, until_at in ends.items()}
    rate_limits.keep_pauses(pauses, now, 300, timedelta(hours=1))


def test_a_pause_ends_in_its_time_and_is_never_shortened() -> None:
    rate_limits = RateLimits()
    rate_limits.pause(1, 30, _moment(0))
    rate_limits.pause(1, 1, _moment(2))
    rate_limits.pause(2, 1, _moment(2))
    assert rate_limits.paused(_moment(2.5)) == (1, 2)
    assert rate_limits.paused(_moment(29)) == (1,)
    assert rate_limits.paused(_moment(30)) == ()


def test_a_clock_that_is_put_forward_is_noticed_once_and_one_that_is_put_back_is_not() -> None:
    rate_limits = RateLimits()
    assert rate_limits.clock_gain_seconds(_moment(0)) == 0
    assert rate_limits.clock_gain_seconds(_moment(5)) == 0
    assert rate_limits.clock_gain_seconds(_moment(6, ahead_seconds=120)) == 120
    assert rate_limits.clock_gain_seconds(_moment(7, ahead_seconds=120)) == 0
    assert rate_limits.clock_gain_seconds(_moment(8)) == 0


def test_a_clock_that_gains_half_a_second_was_not_set() -> None:
    assert JUMP_SECONDS == 0.5
    for gained, noticed in ((0.5, 0.0), (0.625, 0.625)):
        rate_limits = RateLimits()
        rate_limits.clock_gain_seconds(_moment(0))
        assert rate_limits.clock_gain_seconds(_moment(1, ahead_seconds=gained)) == noticed


def test_pauses_in_the_rows_outlast_a_clock_that_was_put_forward() -> None:
    rate_limits, now = RateLimits(), _moment(10, ahead_seconds=300)
    pauses = {1: AT + timedelta(seconds=40), 2: AT + timedelta(seconds=9), 3: AT + timedelta(seconds=10)}
    _keep(rate_limits, pauses, now)
    assert rate_limits.paused(now) == (1,)
    assert rate_limits.paused(_moment(39, ahead_seconds=300)) == (1,)
    assert rate_limits.paused(_moment(40, ahead_seconds=300)) == ()


def test_a_pause_that_a_clock_wrote_which_was_put_back_is_no_longer_than_it_was() -> None:
    rate_limits, now, ahead = RateLimits(), _moment(10, ahead_seconds=300), AT + timedelta(hours=5)
    _keep(rate_limits, {1: ahead + timedelta(seconds=30), 2: ahead + timedelta(hours=2)}, now, tried_at=ahead)
    _keep(rate_limits, {3: ahead}, now)
    assert rate_limits.paused(_moment(39, ahead_seconds=300)) == (1, 2, 3)
    assert rate_limits.paused(_moment(40, ahead_seconds=300)) == (2, 3)
    assert rate_limits.paused(_moment(3_610, ahead_seconds=300)) == ()


def test_a_pause_that_this_process_wrote_after_the_clock_was_put_forward_is_as_long_as_any() -> None:
    rate_limits, now = RateLimits(), _moment(10, ahead_seconds=300)
    rate_limits.pause(1, 2, now)
    until_at = rate_limits.row_end(1, now)
    assert until_at == now.at + timedelta(seconds=2)
    assert rate_limits.paused(now) == (1,)
    _keep(rate_limits, {1: until_at, 2: until_at}, now)
    assert rate_limits.paused(_moment(12, ahead_seconds=300)) == (2,)
    _keep(rate_limits, {1: until_at + timedelta(seconds=1)}, now)
    assert rate_limits.paused(_moment(12, ahead_seconds=300)) == (2, 1), "another process has written since"


def test_a_pause_that_is_written_after_the_clock_was_put_forward_ends_by_the_new_clock() -> None:
    rate_limits = RateLimits()
    rate_limits.pause(1, 30, _moment(10))
    written = _moment(11, ahead_seconds=127)
    assert rate_limits.row_end(1, written) == written.at + timedelta(seconds=29)
    assert rate_limits.row_end(2, written) == written.at, "no pause is left"


def test_a_pause_is_kept_whose_clock_was_put_back_after_the_last_try() -> None:
    rate_limits, now = RateLimits(), _moment(10, ahead_seconds=300)
    _keep(rate_limits, {1: now.at - timedelta(seconds=270)}, now, tried_at=now.at)
    assert rate_limits.paused(_moment(39, ahead_seconds=300)) == (1,)
    assert rate_limits.paused(_moment(41, ahead_seconds=300)) == ()


def test_a_method_is_paused_for_its_workspace_alone() -> None:
    rate_limits = RateLimits()
    rate_limits.pause_method("T1", "edit", 20, _moment(0))
    assert rate_limits.method_wait_seconds("T1", "edit", _moment(5)) == 15
    assert rate_limits.method_wait_seconds("T1", "read", _moment(5)) == 0
    assert rate_limits.method_wait_seconds("T2", "edit", _moment(5)) == 0
    assert rate_limits.method_wait_seconds("T1", "edit", _moment(25)) == 0
    rate_limits.pause_method("T1", "edit", 3, _moment(1))
    assert rate_limits.method_wait_seconds("T1", "edit", _moment(5)) == 15  # an earlier pause is never shortened


def test_the_time_between_two_moments_is_the_longer_of_both_clocks() -> None:
    assert _moment(70).seconds_since(_moment(10)) == 60
    assert _moment(70, ahead_seconds=-60).seconds_since(_moment(10)) == 60  # set back meanwhile
    after_sleep = Moment(AT + timedelta(seconds=70), 11)  # the machine slept: only the wall clock went on
    assert after_sleep.seconds_since(_moment(10)) == 60
