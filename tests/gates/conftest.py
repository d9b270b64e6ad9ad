"""Fixtures of the gate: its data, its floors, and the scanner that is measured."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.matching.scan import Scanner
from settings import lexicon

HERE = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """``pytest tests/gates --write-digests`` pins the labelled data as it stands."""
    parser.addoption("--write-digests", action="store_true", help="write the digests of the gate's data anew")


@pytest.fixture(scope="session")
def write_digests(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--write-digests", default=False))


@pytest.fixture(scope="session")
def scanner() -> Scanner:
    return Scanner(lexicon.load(None))


@pytest.fixture(scope="session")
def floors() -> dict[str, Any]:
    return tomllib.loads((HERE / "floors.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def rows() -> Any:
    def read(name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]

    return read
