"""Nothing lost, nothing twice, nothing overtaken, whatever the seed brings down on the outbox."""

from __future__ import annotations

import sys

import pytest

from tests.simulation.play import play
from tests.simulation.runner import Sum, run, told
from tests.simulation.stage import Stage

FEW = 60
MANY = 1_000


def _holds(total: Sum, number: int) -> None:
    assert not total.failed, "\n".join(told(played) for played in total.failed)
    assert total.seeds == number
    assert total.posts > total.seeds
    assert all(total.counted[what] for what in ("crash", "pause", "late", "reset taken", "5xx taken", "lost"))


def test_a_seed_is_the_same_world_every_time(stage: Stage) -> None:
    first, second = play(stage, 7), play(stage, 7)
    assert first == second
    assert first.events
    assert play(stage, 8).events != first.events


def test_few_seeds(asked: tuple[int | None, int | None]) -> None:
    seed, seeds = asked
    if seed is not None or seeds is not None:
        pytest.skip("other seeds were asked for")
    _holds(run(range(FEW)), FEW)


@pytest.mark.long
def test_many_seeds(capsys: pytest.CaptureFixture[str]) -> None:
    total = run(range(FEW, FEW + MANY))
    with capsys.disabled():
        sys.stderr.write(f"\n{total}\n")
    _holds(total, MANY)


def test_the_seeds_that_were_asked_for(
    asked: tuple[int | None, int | None],
    stage: Stage,
    pytestconfig: pytest.Config,
    capsys: pytest.CaptureFixture[str],
) -> None:
    seed, seeds = asked
    if seed is not None:
        played = play(stage, seed)
        with capsys.disabled():
            sys.stderr.write(f"\n{told(played)}\n")
        assert not played.wrong
    elif seeds is not None:
        with capsys.disabled():
            first: int = pytestconfig.getoption("first")
            total = run(range(first, first + seeds), sys.stderr)
            sys.stderr.write(f"{total}\n")
        assert not total.failed, "\n".join(told(played) for played in total.failed)
    else:
        pytest.skip("--seeds N or --seed N plays others")
