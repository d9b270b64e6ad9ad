"""Fixtures of the gate: its data, its floors, and the scanner that is measured."""

import json
import tomllib
from collections.abc import Callable, Collection
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


@pytest.fixture(scope="session")
def check_wrong(rows: Any, floors: dict[str, Any]) -> Callable[[str, Collection[str]], None]:
    """Refuses every wrong decision that ``[known_wrong]`` does not list, and a listed one that is right by now."""

    def check(name: str, wrong_ids: Collection[str]) -> None:
        known = set(floors["known_wrong"].get(name, ()))
        new = [row for row in rows(name) if row["id"] in set(wrong_ids) - known]
        lines = [f"{row['id']} ({row.get('kind', '')} {row.get('target', '')}): {row['text']}" for row in new]
        assert lines == [], f"{name} is decided wrongly here; mend the rule or the label:\n" + "\n".join(lines)
        right = sorted(known - set(wrong_ids))
        assert right == [], f"{name}: {right} are right now; take them out of [known_wrong] in floors.toml"

    return check
