"""Outlets take turns in the parsers, and slow ones share one of them."""

from __future__ import annotations

import pytest

from scrapers.parser_process.schedule import Schedule


@pytest.fixture
def schedule() -> Schedule[str]:
    """An empty schedule for two parsers."""
    return Schedule(2)


def _started(schedule: Schedule[str]) -> list[str]:
    """The documents that start now."""
    started = []
    while (next_one := schedule.start_next()) is not None:
        started.append(next_one[1])
    return started


def _make_slow(schedule: Schedule[str], outlet: str) -> None:
    schedule.add(outlet, "first")
    assert schedule.start_next() == (outlet, "first")
    assert schedule.passed_soft_limit(outlet)
    schedule.ended(outlet, within_soft_limit=False)


def test_outlets_take_turns(schedule: Schedule[str]) -> None:
    for document in ("a1", "a2", "a3", "b1", "b2", "c1"):
        schedule.add(document[0], document)
    order = []
    while (started := schedule.start_next()) is not None:
        order.append(started[1])
        schedule.ended(started[0], within_soft_limit=True)
    assert order == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_an_outlet_has_one_document_in_a_parser(schedule: Schedule[str]) -> None:
    schedule.add("a", "a1")
    schedule.add("a", "a2")
    assert _started(schedule) == ["a1"]
    schedule.add("b", "b1")
    assert _started(schedule) == ["b1"]
    schedule.ended("a", within_soft_limit=True)
    assert _started(schedule) == ["a2"]


def test_no_more_documents_start_than_there_are_parsers(schedule: Schedule[str]) -> None:
    for outlet in "abc":
        schedule.add(outlet, outlet)
    assert _started(schedule) == ["a", "b"]
    schedule.ended("b", within_soft_limit=True)
    assert _started(schedule) == ["c"]


def test_two_slow_outlets_share_one_parser(schedule: Schedule[str]) -> None:
    _make_slow(schedule, "s")
    _make_slow(schedule, "t")
    for outlet in ("s", "t", "a"):
        schedule.add(outlet, outlet)
    assert _started(schedule) == ["s", "a"]
    schedule.ended("a", within_soft_limit=True)
    assert _started(schedule) == []
    schedule.ended("s", within_soft_limit=False)
    assert _started(schedule) == ["t"]


def test_a_slow_outlet_keeps_its_turn(schedule: Schedule[str]) -> None:
    _make_slow(schedule, "s")
    schedule.add("s", "s1")
    for outlet in "abc":
        schedule.add(outlet, outlet)
    assert _started(schedule) == ["s1", "a"]


def test_the_second_outlet_that_passes_the_soft_limit_gives_way(schedule: Schedule[str]) -> None:
    for outlet in ("s", "t", "a"):
        schedule.add(outlet, f"{outlet}1")
    schedule.add("t", "t2")
    assert _started(schedule) == ["s1", "t1"]
    assert schedule.passed_soft_limit("s")
    assert not schedule.passed_soft_limit("t")
    schedule.put_back("t", "t1")
    schedule.ended("t", within_soft_limit=False)
    assert _started(schedule) == ["a1"]
    schedule.ended("s", within_soft_limit=False)
    assert _started(schedule) == ["t1"]
    schedule.ended("t", within_soft_limit=False)
    schedule.ended("a", within_soft_limit=True)
    assert _started(schedule) == ["t2"]


def test_an_outlet_is_slow_until_a_document_ends_within_the_limit(schedule: Schedule[str]) -> None:
    _make_slow(schedule, "s")
    _make_slow(schedule, "t")
    schedule.add("s", "s1")
    assert _started(schedule) == ["s1"]
    schedule.ended("s", within_soft_limit=True)
    for outlet in ("s", "t"):
        schedule.add(outlet, outlet)
    assert _started(schedule) == ["s", "t"]


def test_a_document_that_nobody_waits_for_leaves(schedule: Schedule[str]) -> None:
    schedule.add("a", "a1")
    schedule.add("a", "a2")
    assert schedule.remove("a", "a1")
    assert not schedule.remove("a", "a1")
    assert not schedule.remove("b", "b1")
    assert schedule.remove("a", "a2")
    assert _started(schedule) == []


def test_the_outlet_that_took_least_time_goes_first(schedule: Schedule[str]) -> None:
    for outlet, seconds in (("x", 1.0), ("y", 0.5), ("honest", 0.1)):
        schedule.add(outlet, outlet)
        assert schedule.start_next(0) == (outlet, outlet)
        schedule.ended(outlet, within_soft_limit=True, seconds=seconds, now=0)
    for outlet in ("x", "y", "honest"):
        schedule.add(outlet, outlet)
    assert _started(schedule) == ["honest", "y"]


def test_a_document_counts_by_its_size_before_it_is_parsed(schedule: Schedule[str]) -> None:
    schedule.add("unknown", "large", 1.0)
    schedule.add("honest", "small", 0.1)
    assert _started(schedule) == ["small", "large"]


@pytest.mark.parametrize(("seconds", "first"), [(119, "b"), (121, "a")])
def test_half_of_the_time_is_forgotten_after_a_minute(schedule: Schedule[str], seconds: int, first: str) -> None:
    for outlet, used, ended_at in (("a", 4.0, 0), ("b", 1.0, seconds)):
        schedule.add(outlet, outlet)
        assert schedule.start_next(ended_at) == (outlet, outlet)
        schedule.ended(outlet, within_soft_limit=True, seconds=used, now=ended_at)
    schedule.add("a", "a")
    schedule.add("b", "b")
    assert schedule.start_next(seconds) == (first, first)


def test_clear_returns_what_waits(schedule: Schedule[str]) -> None:
    schedule.add("a", "a1")
    schedule.add("b", "b1")
    assert schedule.clear() == ["a1", "b1"]
    assert _started(schedule) == []


def test_forty_eight_documents_of_three_hostile_outlets_never_hold_both_parsers(schedule: Schedule[str]) -> None:
    """Simulated: a hostile document takes five seconds, an honest one a hundredth; the soft limit is one second."""
    for number in range(16):
        for hostile in ("x", "y", "z"):
            schedule.add(hostile, f"{hostile}{number}")
    now = 0.0
    running: dict[str, tuple[str, float]] = {}
    both_held = 0.0
    for _ in range(4 * 48):
        while (started := schedule.start_next()) is not None:
            running[started[0]] = (started[1], now)
        if not running:
            break
        both_held = max(both_held, now) if len(running) == 2 else both_held
        young = [outlet for outlet, (_, since) in running.items() if now - since < 1]
        now += 1.0 if young else 4.0
        for outlet in young:
            if not schedule.passed_soft_limit(outlet):
                schedule.put_back(outlet, running.pop(outlet)[0])
                schedule.ended(outlet, within_soft_limit=False)
        for outlet, (_, since) in list(running.items()):
            if now - since >= 5:
                del running[outlet]
                schedule.ended(outlet, within_soft_limit=False)
    assert both_held <= 2
    assert schedule.clear() == []
