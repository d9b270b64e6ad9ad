"""Fixtures that tests of several folders share."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.store.engine import Store


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest schema and no rows. Tests copy it: a migration for each of them costs more."""
    path = tmp_path_factory.mktemp("migrated") / "pactbot.db"

    async def migrate() -> None:
        store = Store.open(f"sqlite:///{path}")
        await store.migrate()
        await store.close()

    asyncio.run(migrate())
    return path
