"""Nothing that the process or the database holds for ever grows over days of a virtual clock, whatever fails."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store import installations
from bot.store.engine import Store
from tests.soak.soak import COARSE_STEP, MOST_BLOCKS, STEP, Soak, grown, warmed_soak
from tests.support.bot_harness import START, TEAM

pytestmark = pytest.mark.long

NEWS, OFTEN = 1 / 12, 1 / 4
"""The share of readings that find a new entry: as many a day as in the warm-up, and more."""
MANY_BLOCKS = 10_000
"""Of 300 outlets, in whose window there are now more, now fewer stories."""
LEAKED_WORDS = 180


@contextmanager
def no_kept_records() -> Iterator[None]:
    """Without pytest's handlers, which keep every record of the log: those of days are more than a leak would be."""
    root = logging.getLogger()
    kept, root.handlers = root.handlers, []
    try:
        yield
    finally:
        root.handlers = kept


@asynccontextmanager
async def soaking(file: Path, outlets: int, channels: int, news: float) -> AsyncIterator[Soak]:
    """A bot that is warm; at the end all that was due must have been posted."""
    store = Store.open(f"sqlite:///{file}")
    async with store.begin() as c:
        await installations.put(c, TEAM, START)
    with no_kept_records():
        soak = await warmed_soak(store, outlets, channels, news)
        yield soak
        assert await soak.settle() == 0, "all that was due is posted once the faults end"
        await soak.stop()
        await store.close()


async def grown_in(soak: Soak, hours: float, step: timedelta, most_blocks: int = MOST_BLOCKS) -> list[str]:
    """Lets hours pass; returns what the process holds more of than before."""
    before, posts = await soak.held(), soak.slack.accepted
    await soak.run(hours, step)
    after = await soak.held()
    print(f"\n{len(soak.outlets)} outlets, {hours:g} virtual hours\n  before: {before}\n  after:  {after}")
    print(
        f"  {soak.scraper.readings} readings, {soak.scraper.entries} entries, {soak.slack.accepted} posts, "
        f"{soak.scraper.faults + soak.slack.faults} faults"
    )
    assert soak.slack.accepted > posts, "cards and digests were posted"
    return list(grown(before, after, most_blocks=most_blocks))


async def test_eight_hours_and_a_leak_that_is_noticed(tmp_path: Path, migrated_file: Path) -> None:
    file = Path(shutil.copy(migrated_file, tmp_path / "soak.db"))
    async with soaking(file, outlets=20, channels=6, news=OFTEN) as soak:
        assert await grown_in(soak, 8, COARSE_STEP) == []
        with ExitStack() as leaked:
            soak.scraper.on_reading = lambda: leak(leaked, file)
            assert await grown_in(soak, 4, COARSE_STEP) == ["blocks", "files", "tasks"]
            soak.scraper.on_reading = lambda: None
        await asyncio.sleep(0)


def leak(leaked: ExitStack, file: Path) -> None:
    """Keeps some words, a file and a task, as a reading must not."""
    words = [f"word {number}" for number in range(LEAKED_WORDS)]
    leaked.callback(words.clear)
    leaked.enter_context(file.open())
    leaked.callback(asyncio.ensure_future(asyncio.Event().wait()).cancel)


@pytest.mark.skipif("PACT_SOAK_HOURS" not in os.environ, reason="takes hours: PACT_SOAK_HOURS=72 asks for three days")
async def test_three_days(tmp_path: Path, migrated_file: Path) -> None:
    """300 outlets for the virtual hours of ``PACT_SOAK_HOURS``."""
    hours = float(os.environ["PACT_SOAK_HOURS"])
    file = Path(shutil.copy(migrated_file, tmp_path / "soak.db"))
    async with soaking(file, outlets=300, channels=20, news=NEWS) as soak:
        assert await grown_in(soak, hours, STEP, MANY_BLOCKS) == []
