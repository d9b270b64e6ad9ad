"""A bot whose database file is deleted or replaced ends with one line; one whose file is only written goes on."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.app import CHECK_SECONDS, App
from bot.composition import load_config
from tests.support.journey import Journey

NOTICED_SECONDS = 10.0


@pytest.fixture
def transport() -> str:
    """One transport is enough: the database is the same over both."""
    return "socket"


async def begin(journey: Journey) -> tuple[asyncio.Task[int], asyncio.Event]:
    """Starts the bot in this event loop and waits until it works."""
    journey.read_only("hanbit")
    stop = asyncio.Event()
    app = App(load_config(journey.settings()), policy=journey.policy)
    running = asyncio.create_task(app.run(stop))
    async with asyncio.timeout(20):
        while True:
            if app.process_health.working:
                return running, stop
            assert not running.done()
            await asyncio.sleep(0.02)


def delete(path: Path) -> None:
    path.unlink()


def replace_by_a_copy(path: Path) -> None:
    rename_over(path)
    path.with_suffix(".old").unlink(missing_ok=True)


def rename_over(path: Path) -> None:
    copy = path.with_suffix(".copy")
    shutil.copy(path, copy)
    copy.rename(path)


def vacuum(path: Path) -> None:
    c = sqlite3.connect(path, isolation_level=None, timeout=15.0)
    c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    c.execute("VACUUM")
    c.close()


@pytest.mark.parametrize("deed", [delete, replace_by_a_copy, rename_over])
async def test_a_database_that_is_lost_ends_the_process_with_one_line(
    journey: Journey, caplog: pytest.LogCaptureFixture, deed: Callable[[Path], None]
) -> None:
    running, _ = await begin(journey)
    began = time.monotonic()
    deed(journey.database)
    async with asyncio.timeout(30):
        assert await running == 1
    (lost,) = [each for each in caplog.records if each.levelname == "ERROR"]
    assert lost.getMessage() == "database_lost"
    assert lost.created - time.time() + time.monotonic() - began < NOTICED_SECONDS
    caplog.clear()


async def test_a_database_that_is_only_written_keeps_the_process(journey: Journey) -> None:
    running, stop = await begin(journey)
    await asyncio.to_thread(vacuum, journey.database)
    await journey.ask("subscribe quantum")
    done, _ = await asyncio.wait({running}, timeout=2.5 * CHECK_SECONDS)
    assert not done
    await journey.ask("list")
    stop.set()
    async with asyncio.timeout(30):
        assert await running == 0
