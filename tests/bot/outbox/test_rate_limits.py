"""Rests of channels and methods by two clocks, of which one may be set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.outbox.rate_limits import Moment, RateLimits

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def _moment(seconds: float, ahead_seconds: float = 0.0) -> Moment:
    return Moment(AT + timedelta(seconds=seconds + ahead_seconds), seconds)


def test_a_rest_ends_when_its_time_has_passed_and_is_never_shortened() -> None:
    rests = RateLimits()
    rests.note(1, 30, _moment(0))
    rests.note(1, 1, _moment(2))
    rests.note(2, 1, _moment(2))
    assert rests.resting(_moment(2.5)) == (1, 2)
    assert rests.resting(_moment(29)) == (1,)
    assert rests.resting(_moment(30)) == ()


def test_a_clock_that_is_put_forward_is_noticed_once_and_one_that_is_put_back_is_not() -> None:
    rests = RateLimits()
    assert rests.gained(_moment(0)) == 0
    assert rests.gained(_moment(5)) == 0
    assert rests.gained(_moment(6, ahead_seconds=120)) == 120
    assert rests.gained(_moment(7, ahead_seconds=120)) == 0
    assert rests.gained(_moment(8)) == 0


def test_what_the_rows_say_outlasts_a_clock_that_was_put_forward() -> None:
    rests, now = RateLimits(), _moment(10, ahead_seconds=300)
    until = {1: AT + timedelta(seconds=40), 2: AT + timedelta(seconds=9)}
    rests.keep(until, now, gained=300)
    assert rests.resting(_moment(39, ahead_seconds=300)) == (1,)
    assert rests.resting(_moment(40, ahead_seconds=300)) == ()


def test_a_method_rests_for_its_workspace_alone() -> None:
    rests = RateLimits()
    rests.note_method("T1", "edit", 20, _moment(0))
    assert rests.method_seconds("T1", "edit", _moment(5)) == 15
    assert rests.method_seconds("T1", "read", _moment(5)) == 0
    assert rests.method_seconds("T2", "edit", _moment(5)) == 0
    assert rests.method_seconds("T1", "edit", _moment(25)) == 0


def test_both_clocks_tell_how_long_it_was() -> None:
    assert _moment(70).seconds_since(_moment(10)) == 60
    assert _moment(70, ahead_seconds=-60).seconds_since(_moment(10)) == 60  # set back meanwhile
    slept = Moment(AT + timedelta(seconds=70), 11)  # the machine slept: only the wall's clock went on
    assert slept.seconds_since(_moment(10)) == 60
