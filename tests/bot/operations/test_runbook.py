"""The runbook names every table, notice and log word of the code, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.store.schema import metadata

ROOT = Path(__file__).parents[3]
RUNBOOK = ROOT / "bot/operations/README.md"


@pytest.fixture(scope="module")
def runbook() -> str:
    return RUNBOOK.read_text("utf-8")


def between(text: str, name: str) -> str:
    return text.split(f"<!-- {name}:begin -->")[1].split(f"<!-- {name}:end -->")[0]


def first_cells(table: str) -> list[str]:
    """Returns the words in backticks of each row's first cell."""
    rows = [line.split("|")[1] for line in table.strip().splitlines()[2:]]
    return [word for cell in rows for word in re.findall(r"`([^`]+)`", cell)]


def test_every_table_has_a_bound(runbook: str) -> None:
    assert sorted(first_cells(between(runbook, "tables"))) == sorted(metadata.tables)
