"""Fixtures of the bot's tests: a harness with five outlets whose feeds have been read once."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import installations
from bot.store.engine import Store
from settings.lexicon import Lexicon
from settings.lexicon import load as load_lexicon
from tests.support.bot_harness import START, TEAM, BotHarness, outlet_named


@pytest.fixture
def lexicon() -> Lexicon:
    """The lexicon of the harness; a test that needs another one overrides this fixture."""
    return load_lexicon(None)


@pytest.fixture
async def harness(tmp_path: Path, lexicon: Lexicon, migrated_file: Path) -> AsyncIterator[BotHarness]:
    """A harness with three newspapers, a ministry and one outlet without stored texts; their feeds were read once."""
    store = Store.open(f"sqlite:///{shutil.copy(migrated_file, tmp_path)}")
    named = [
        outlet_named("herald"),
        outlet_named("times"),
        outlet_named("ilbo", language="ko"),
        outlet_named("shy", text_allowed=False),
        outlet_named("ministry", kind="official", language="ko"),
    ]
    try:
        made = BotHarness(store, {outlet.key: outlet for outlet in named}, lexicon=lexicon)
        async with store.begin() as c:
            await installations.put(c, TEAM, START)
        for outlet in named:
            await made.announce(outlet.key)
        made.pass_time(minutes=15)
        yield made
    finally:
        await store.close()
