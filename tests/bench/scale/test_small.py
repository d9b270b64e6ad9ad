"""Runs every piece of work of the benchmark once over a small database, so that the benchmark stays runnable."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.store.engine import Store
from tests.bench.scale.population import Size, populate
from tests.bench.scale.work import Bot


async def test_every_piece_of_work_runs(tmp_path: Path, migrated_file: Path) -> None:
    file = tmp_path / "scale.db"
    shutil.copy(migrated_file, file)
    store = Store.open(f"sqlite:///{file}")
    await populate(store, Size(150, 100))
    for work in Bot(store).work.values():
        await work()
    await store.close()
