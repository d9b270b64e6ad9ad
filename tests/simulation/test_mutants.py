"""Each rule of the protocol, broken on purpose, is caught within a bounded number of seeds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

import pytest

from tests.simulation.play import conditions_of, play
from tests.simulation.stage import Stage
from tests.simulation.world import TERMS
from tests.simulation.worse import (
    commit_after_the_call,
    edits_do_not_wait,
    naive,
    no_fencing,
    rests_by_the_wall,
    retrying,
)

MOST_SEEDS = 30
TWICE = "stands there twice"
NO_QUARANTINE = {"policy": replace(TERMS, quarantine_seconds=0.0, between_reads_seconds=0.0)}
ONE_READ = {"policy": replace(TERMS, reads=1)}
Break = Callable[[], AbstractContextManager[None]]


def _hostile(seed: int) -> dict[str, Any]:
    """Many faults of every kind, the clocks right: what is found is the mutant's own."""
    return {
        "conditions": replace(
            conditions_of(seed), percent=60, crash_permille=40, database_permille=10, clocks="true", workers=3
        )
    }


def _found(stage: Stage, broken: Break, other: dict[str, Any], first: int) -> int | None:
    """The seed at which it is caught posting twice."""
    for seed in range(first, first + MOST_SEEDS):
        with broken():
            played = play(stage, seed, until=TWICE, **(_hostile(seed) | other))
        if any(TWICE in each for each in played.wrong):
            return seed
    return None


@pytest.mark.parametrize(
    ("broken", "other", "first"),
    [
        pytest.param(nullcontext, NO_QUARANTINE, 12, id="no quarantine"),
        pytest.param(commit_after_the_call, {}, 2, id="commit after the call"),
        pytest.param(no_fencing, {}, 12, id="no fencing"),
        pytest.param(nullcontext, ONE_READ, 9, id="one empty read"),
        pytest.param(nullcontext, {"line": retrying}, 1, id="the client retries"),
        pytest.param(nullcontext, {"sender": naive}, 0, id="post, then mark"),
    ],
)
def test_a_broken_rule_is_caught(  # ``first`` only saves time: the seeds before it do not show it
    stage: Stage, broken: Break, other: dict[str, Any], first: int
) -> None:
    assert _found(stage, broken, other, first) is not None


def _worlds(seed: int, **more: Any) -> dict[str, Any]:
    """Worlds in which one thing is common."""
    hostile = replace(conditions_of(seed), percent=60, crash_permille=5, database_permille=0, storm_seconds=60.0)
    return {"conditions": replace(hostile, **more)}


RESTLESS: dict[str, Any] = {"clocks": "true", "change_weight": 60}
SET_CLOCKS: dict[str, Any] = {"clocks": "machine", "step_weight": 12}


@pytest.mark.parametrize(
    ("broken", "worlds", "sign"),
    [
        pytest.param(edits_do_not_wait, RESTLESS, ", wanted ", id="edits do not wait"),
        pytest.param(rests_by_the_wall, SET_CLOCKS, "before Retry-After", id="rests by the wall clock"),
    ],
)
def test_a_broken_rule_is_caught_where_it_counts(
    stage: Stage, broken: Break, worlds: dict[str, Any], sign: str
) -> None:
    for seed in range(2 * MOST_SEEDS):
        with broken():
            played = play(stage, seed, **_worlds(seed, **worlds))
        if any(sign in each for each in played.wrong):
            return
    pytest.fail(f"{2 * MOST_SEEDS} seeds show nothing")


def test_the_rules_unbroken_are_not(stage: Stage) -> None:
    """The same hostile worlds, and the real outbox."""
    for seed in range(5):
        for worlds in (_hostile(seed), _worlds(seed, **RESTLESS), _worlds(seed, **SET_CLOCKS)):
            assert play(stage, seed, **worlds).wrong == ()
