"""Options of the simulation (how many seeds, or which one), and the database that the tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation.database import SimulationDatabase


def pytest_addoption(parser: pytest.Parser) -> None:
    """``pytest tests/simulation --seeds 100000`` or ``--seed 33``."""
    group = parser.getgroup("simulation of the delivery core")
    group.addoption("--seeds", type=int, metavar="N", help="simulate so many seeds, with a progress bar")
    group.addoption("--first", type=int, default=0, metavar="N", help="the first of these seeds")
    group.addoption("--kept", type=Path, metavar="FILE", help="keep their results there, and go on from it")
    group.addoption("--seed", type=int, metavar="N", help="simulate this one and show its last events")


@pytest.fixture(scope="session")
def database() -> Iterator[SimulationDatabase]:
    """The database of every simulation of this process."""
    built = SimulationDatabase()
    yield built
    built.remove()


@pytest.fixture
def asked(pytestconfig: pytest.Config) -> tuple[int | None, int | None]:
    """The command line's choice: one seed, or so many."""
    return pytestconfig.getoption("seed", None), pytestconfig.getoption("seeds", None)
