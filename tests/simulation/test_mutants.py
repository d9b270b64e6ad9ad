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
from tests.simulation.worse import commit_after_the_call, naive, no_fencing, retrying

MOST_SEEDS = 40
NO_QUARANTINE = {"terms": replace(TERMS, quarantine_seconds=0.0, between_reads_seconds=0.0)}
ONE_READ = {"terms": replace(TERMS, reads=1)}
Break = Callable[[], AbstractContextManager[None]]


def _hostile(seed: int) -> dict[str, Any]:
    """Many faults of every kind, the clocks right: what is found is the mutant's own."""
    return {
        "conditions": replace(
            conditions_of(seed), percent=60, crash_permille=40, database_permille=10, clocks="true", workers=3
        )
    }


def _found(stage: Stage, broken: Break, other: dict[str, Any], what: str) -> int | None:
    """The first seed at which it is caught doing that."""
    for seed in range(MOST_SEEDS):
        with broken():
            played = play(stage, seed, until=what, **(_hostile(seed) | other))
        if any(what in each for each in played.wrong):
            return seed
    return None


@pytest.mark.parametrize(
    ("broken", "other", "what"),
    [
        pytest.param(nullcontext, NO_QUARANTINE, "stands there twice", id="no quarantine"),
        pytest.param(commit_after_the_call, {}, "stands there twice", id="commit after the call"),
        pytest.param(no_fencing, {}, "left its end", id="no fencing"),
        pytest.param(nullcontext, ONE_READ, "stands there twice", id="one empty read"),
        pytest.param(nullcontext, {"line": retrying}, "stands there twice", id="the client retries"),
        pytest.param(nullcontext, {"sender": naive}, "stands there twice", id="post, then mark"),
    ],
)
def test_a_broken_rule_is_caught(stage: Stage, broken: Break, other: dict[str, Any], what: str) -> None:
    assert _found(stage, broken, other, what) is not None


def test_the_rules_unbroken_are_not(stage: Stage) -> None:
    """The same hostile worlds, and the real outbox."""
    for seed in range(5):
        assert play(stage, seed, **_hostile(seed)).wrong == ()
