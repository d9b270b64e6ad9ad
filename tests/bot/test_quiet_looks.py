"""A look at the database is left out only where it could find nothing."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.errors import StoreBusy
from bot.model import Job
from bot.queue.embedded import EmbeddedQueue
from bot.queue.job_worker import JobWorker
from bot.quiet_looks import LONGEST_SECONDS, Look, QuietLooks
from bot.store import jobs
from bot.store.engine import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
async def store(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Store]:
    opened = Store.open(f"sqlite:///{shutil.copy(migrated_file, tmp_path)}")
    yield opened
    await opened.close()


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


async def test_the_first_look_is_needed(store: Store) -> None:
    assert QuietLooks(store, follows_steps=True).is_needed(NOW)


@pytest.mark.parametrize(
    ("next_in", "seconds", "needed"),
    [
        (None, 0, False),
        (None, LONGEST_SECONDS - 0.1, False),
        (None, LONGEST_SECONDS, True),
        (None, -0.1, True),
        (2, 1.9, False),
        (2, 2, True),
        (0, 0, True),
    ],
)
async def test_time_alone_makes_a_look_needed(
    store: Store, next_in: float | None, seconds: float, needed: bool
) -> None:
    looks = QuietLooks(store, follows_steps=True)
    looks.remember(Look(store.transactions + store.steps, NOW, None if next_in is None else after(next_in)))
    assert looks.is_needed(after(seconds)) is needed


async def test_every_transaction_that_writes_makes_a_look_needed(store: Store) -> None:
    looks = QuietLooks(store, follows_steps=True)
    looks.remember(Look(store.transactions + store.steps, NOW, None))
    async with store.read() as c:
        await jobs.next_due_at(c)
    assert not looks.is_needed(NOW)
    async with store.begin():
        pass
    assert looks.is_needed(NOW)
    looks.remember(Look(store.transactions + store.steps, NOW, None))
    with pytest.raises(StoreBusy):
        async with store.begin():
            raise StoreBusy("its commit may have been done")
    assert looks.is_needed(NOW)


@pytest.mark.parametrize("follows_steps", [True, False])
async def test_a_step_makes_a_look_needed_that_follows_steps(store: Store, follows_steps: bool) -> None:
    looks = QuietLooks(store, follows_steps=follows_steps)
    looks.remember(Look(looks.transactions(), NOW, None))
    await store.read_step(lambda: jobs.next_due_at_in_step)
    assert not looks.is_needed(NOW)
    await store.write_step(lambda: jobs.next_due_at_in_step)
    assert looks.is_needed(NOW) is follows_steps


async def test_on_postgresql_every_look_is_needed() -> None:
    store = Store.open("postgresql://nobody@127.0.0.1:1/none")
    looks = QuietLooks(store, follows_steps=True)
    looks.remember(Look(store.transactions + store.steps, NOW, None))
    assert looks.is_needed(NOW)
    await store.close()


async def test_an_idle_job_worker_asks_for_nothing_until_a_job_is_due(store: Store) -> None:
    statements: list[str] = []
    event.listen(store._engine.sync_engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    times, done = [NOW], list[str]()

    async def function(key: str) -> tuple[Job, ...]:
        done.append(key)
        return ()

    queue = EmbeddedQueue(store, lambda: times[0])
    worker = JobWorker(queue, {"read": function}, lambda: times[0], worker="one")
    await queue.enqueue(Job("read", "a", after(3)))
    assert await worker._claim() == 0
    statements.clear()
    times[0] = after(2.9)
    assert await worker._claim() == 0
    assert statements == []
    times[0] = after(3)
    assert await worker._claim() == 1
    await asyncio.gather(*worker._running)
    assert done == ["a"]
