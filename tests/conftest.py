"""Fixtures that tests of several folders share."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.store.engine import Store
from tests.support.databases import MigratedDatabase

settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")  # a loaded machine may be slow with any example


def pytest_configure() -> None:
    """Keeps bytecode, also where Python is told not to: else each of many hundred processes compiles every module."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


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


@pytest.fixture(scope="session")
def sqlite_database(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> MigratedDatabase:
    """One SQLite file for many tests, one after another."""
    url = f"sqlite:///{tmp_path_factory.mktemp('store') / 'pactbot.db'}"
    return MigratedDatabase(url, migrated_file)


@pytest.fixture
async def store(sqlite_database: MigratedDatabase) -> AsyncIterator[Store]:
    """A SQLite file without rows. Its engine is kept from test to test, with the statements that it compiled."""
    sqlite_database.sweep()
    opened = sqlite_database.open("store")
    yield opened
    await opened.close()
