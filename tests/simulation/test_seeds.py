"""No seed loses, doubles or overtakes a delivery, whatever faults it brings."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.simulation.database import SimulationDatabase
from tests.simulation.runner import Summary, report, run
from tests.simulation.simulate import simulate

FEW = 28
MANY = 1_000
COMMON_FAULTS = ("crash", "pause", "late", "reset after acceptance", "5xx after acceptance", "request lost")


def _check(summary: Summary, number: int) -> None:
    assert not summary.failed, "\n".join(report(result) for result in summary.failed)
    assert summary.seeds == number
    assert summary.posts > summary.seeds
    assert all(summary.counted[fault] for fault in COMMON_FAULTS)


def test_a_seed_is_the_same_simulation_every_time(database: SimulationDatabase) -> None:
    first, second = simulate(database, 7), simulate(database, 7)
    assert first == second
    assert first.events
    assert simulate(database, 8).events != first.events


def test_few_seeds_and_a_run_that_goes_on_from_its_file(asked: tuple[int | None, int | None], tmp_path: Path) -> None:
    seed, seeds = asked
    if seed is not None or seeds is not None:
        pytest.skip("other seeds were asked for")
    file = tmp_path / "seeds"
    summary = run(range(FEW), file=file)
    _check(summary, FEW)
    kept = file.read_text()
    file.write_text(kept.splitlines()[0] + "\n")  # it was stopped after the first line
    again = run(range(FEW), file=file)
    assert file.read_text() == kept
    assert (again.seeds, again.posts, again.counted) == (FEW, summary.posts, summary.counted)
    assert 0 < again.kept < FEW


@pytest.mark.long
def test_many_seeds(capsys: pytest.CaptureFixture[str]) -> None:
    summary = run(range(FEW, FEW + MANY))
    with capsys.disabled():
        sys.stderr.write(f"\n{summary}\n")
    _check(summary, MANY)


def test_the_seeds_that_were_asked_for(
    asked: tuple[int | None, int | None],
    database: SimulationDatabase,
    pytestconfig: pytest.Config,
    capsys: pytest.CaptureFixture[str],
) -> None:
    seed, seeds = asked
    if seed is not None:
        result = simulate(database, seed)
        with capsys.disabled():
            sys.stderr.write(f"\n{report(result)}\n")
        assert not result.violations
    elif seeds is not None:
        with capsys.disabled():
            first: int = pytestconfig.getoption("first")
            summary = run(range(first, first + seeds), sys.stderr, pytestconfig.getoption("kept"))
            sys.stderr.write(f"{summary}\n")
        assert not summary.failed, "\n".join(report(result) for result in summary.failed)
    else:
        pytest.skip("--seeds N or --seed N plays others")
