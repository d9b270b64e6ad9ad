"""Migrations follow each other in one line, and the store knows the newest: two branches may take the same number."""

from __future__ import annotations

import re
from pathlib import Path

from bot.store import engine

VERSIONS = Path(engine.__file__).parent / "migrations/versions"


def test_each_migration_follows_the_one_before_and_the_store_needs_the_newest() -> None:
    files = sorted(VERSIONS.glob("*.py"))
    numbers = [f"{number:04}" for number in range(1, len(files) + 1)]
    assert [path.name[:4] for path in files] == numbers
    for path, number in zip(files, numbers, strict=True):
        found = dict(re.findall(r"^(revision|down_revision) = (.+)$", path.read_text("utf-8"), re.MULTILINE))
        before = f'"{int(number) - 1:04}"' if number != "0001" else "None"
        assert found == {"revision": f'"{number}"', "down_revision": before}, path.name
    assert numbers[-1] == engine.HEAD
