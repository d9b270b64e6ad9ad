"""Fixtures of the bot's tests: a harness with five outlets whose feeds have been read once."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import installations
from bot.store.engine import Store
from scrapers.outlet import Outlet
from settings.lexicon import Lexicon
from settings.lexicon import load as load_lexicon
from tests.support.bot_harness import START, TEAM, BotHarness, outlet_named
from tests.support.databases import MigratedDatabase


@pytest.fixture
def lexicon() -> Lexicon:
    """The lexicon of the harness; a test that needs another one overrides this fixture."""
    return load_lexicon(None)


def five_outlets() -> dict[str, Outlet]:
    """Three newspapers, a ministry and one outlet without stored texts."""
    named = [
        outlet_named("herald"),
        outlet_named("times"),
        outlet_named("ilbo", language="ko"),
        outlet_named("shy", text_allowed=False),
        outlet_named("ministry", kind="official", language="ko"),
    ]
    return {outlet.key: outlet for outlet in named}


@pytest.fixture(scope="session")
def file_after_readings(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file where the app is installed and the feed of each of the five outlets was read once."""
    path = Path(shutil.copy(migrated_file, tmp_path_factory.mktemp("after_readings")))

    async def read() -> None:
        store = Store.open(f"sqlite:///{path}")
        harness = BotHarness(store, five_outlets())
        async with store.begin() as c:
            await installations.put(c, TEAM, START)
        for key in harness.outlets:
            await harness.announce(key)
        await store.close()

    asyncio.run(read())
    return path


@pytest.fixture
async def store_after_readings(sqlite_database: MigratedDatabase, file_after_readings: Path) -> AsyncIterator[Store]:
    """A copy of ``file_after_readings``, opened."""
    sqlite_database.copy_from(file_after_readings)
    opened = sqlite_database.open("store")
    yield opened
    await opened.close()


@pytest.fixture
def harness(lexicon: Lexicon, store_after_readings: Store) -> BotHarness:
    """A harness with three newspapers, a ministry and one outlet without stored texts; their feeds were read once."""
    made = BotHarness(store_after_readings, five_outlets(), lexicon=lexicon)
    made.pass_time(minutes=15)
    return made
