"""Each rule of the protocol, broken on purpose, is caught within a bounded number of seeds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

import pytest

from tests.simulation.broken_protocols import (
    commit_after_the_call,
    edits_do_not_wait,
    ended_holds_are_overtaken,
    naive,
    no_fencing,
    pauses_by_wall_clock,
    retrying,
    settled_twice,
)
from tests.simulation.database import SimulationDatabase
from tests.simulation.simulate import conditions_of, simulate
from tests.simulation.simulation import POLICY

MOST_SEEDS = 60
TWICE = "stands there twice"
NO_QUARANTINE = {"policy": replace(POLICY, quarantine_seconds=0.0, between_reads_seconds=0.0)}
ONE_READ = {"policy": replace(POLICY, reads=1)}
Break = Callable[[], AbstractContextManager[None]]


def _hostile(seed: int) -> dict[str, Any]:
    """Many faults of every kind and right clocks, so that a violation is the mutant's own."""
    return {
        "conditions": replace(
            conditions_of(seed), percent=60, crash_permille=40, database_permille=10, clocks="true", workers=3
        )
    }


def _found(database: SimulationDatabase, broken: Break, other: dict[str, Any], first: int) -> int | None:
    """The first seed in which it posts twice."""
    for seed in range(first, first + MOST_SEEDS):
        with broken():
            result = simulate(database, seed, until=TWICE, **(_hostile(seed) | other))
        if any(TWICE in each for each in result.violations):
            return seed
    return None


@pytest.mark.parametrize(
    ("broken", "other", "first"),
    [
        pytest.param(nullcontext, NO_QUARANTINE, 12, id="no quarantine"),
        pytest.param(commit_after_the_call, {}, 2, id="commit after the call"),
        pytest.param(no_fencing, {}, 100, id="no fencing"),
        pytest.param(nullcontext, ONE_READ, 9, id="one empty read"),
        pytest.param(nullcontext, {"client": retrying}, 1, id="the client retries"),
        pytest.param(nullcontext, {"replacement": naive}, 0, id="post, then mark"),
    ],
)
@pytest.mark.long
def test_a_broken_rule_is_caught(  # ``first`` only saves time: it is near several seeds that show the fault
    database: SimulationDatabase, broken: Break, other: dict[str, Any], first: int
) -> None:
    assert _found(database, broken, other, first) is not None


def _conditions(seed: int, **more: Any) -> dict[str, Any]:
    """Conditions in which one fault is common."""
    hostile = replace(conditions_of(seed), percent=60, crash_permille=5, database_permille=0, storm_seconds=60.0)
    return {"conditions": replace(hostile, **more)}


MANY_REVISIONS: dict[str, Any] = {"clocks": "true", "revise_weight": 60}
MANY_STORIES: dict[str, Any] = {"clocks": "true", "story_weight": 90}
FAILING_COMMITS: dict[str, Any] = {"clocks": "true", "database_permille": 40}
SET_CLOCKS: dict[str, Any] = {"clocks": "machine", "set_clock_weight": 12}


@pytest.mark.parametrize(
    ("broken", "changed", "sign"),
    [
        pytest.param(edits_do_not_wait, MANY_REVISIONS, ", wanted ", id="edits do not wait"),
        pytest.param(ended_holds_are_overtaken, MANY_STORIES, " overtakes story ", id="ended holds are overtaken"),
        pytest.param(settled_twice, FAILING_COMMITS, "settled after its claim", id="a claim is settled twice"),
        pytest.param(pauses_by_wall_clock, SET_CLOCKS, "before Retry-After", id="pauses by the wall clock"),
    ],
)
@pytest.mark.long
def test_a_broken_rule_is_caught_where_its_fault_is_common(
    database: SimulationDatabase, broken: Break, changed: dict[str, Any], sign: str
) -> None:
    for seed in range(MOST_SEEDS):
        with broken():
            result = simulate(database, seed, **_conditions(seed, **changed))
        if any(sign in each for each in result.violations):
            return
    pytest.fail(f"{MOST_SEEDS} seeds show nothing")


def test_the_real_outbox_breaks_no_rule(database: SimulationDatabase) -> None:
    """The same hostile conditions, and the real outbox."""
    for seed in range(5):
        for other in (
            _hostile(seed),
            _conditions(seed, **MANY_REVISIONS),
            _conditions(seed, **SET_CLOCKS),
            _conditions(seed, **MANY_STORIES),
        ):
            assert simulate(database, seed, **other).violations == ()
