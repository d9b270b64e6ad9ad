"""The write lock is fair, serves urgent waiters first, and is never lost with a waiter that gave up."""

from __future__ import annotations

import asyncio

import pytest

from bot.store.write_lock import WriteLock


class Line:
    """Writers that queue, and the order in which they got the lock."""

    def __init__(self) -> None:
        self.writer = WriteLock()
        self.had: list[str] = []

    async def _write(self, name: str, urgent: bool) -> None:
        await self.writer.acquire(urgent=urgent)
        self.had.append(name)
        await asyncio.sleep(0)
        self.writer.release()

    async def join(self, name: str, *, urgent: bool = False) -> asyncio.Task[None]:
        """Adds a writer, which is waiting when this returns."""
        task = asyncio.create_task(self._write(name, urgent))
        await asyncio.sleep(0)
        return task


@pytest.fixture
async def line() -> Line:
    """Returns a queue behind a writer that holds the lock."""
    made = Line()
    await made.writer.acquire()
    return made


async def test_writers_get_the_lock_in_the_order_they_came(line: Line) -> None:
    tasks = [await line.join(name) for name in "abc"]
    line.writer.release()
    await asyncio.gather(*tasks)
    assert line.had == ["a", "b", "c"]


async def test_urgent_writers_go_first_in_their_own_order(line: Line) -> None:
    tasks = [await line.join("a"), await line.join("b")]
    tasks += [await line.join("first", urgent=True), await line.join("second", urgent=True)]
    line.writer.release()
    await asyncio.gather(*tasks)
    assert line.had == ["first", "second", "a", "b"]


async def test_a_writer_that_gives_up_is_passed_over(line: Line) -> None:
    gone, stays = await line.join("gone", urgent=True), await line.join("stays")
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    line.writer.release()
    await stays
    assert line.had == ["stays"]


async def test_a_lock_handed_to_a_writer_that_just_gave_up_goes_to_the_next(line: Line) -> None:
    gone, stays = await line.join("gone"), await line.join("stays")
    line.writer.release()  # the turn is gone's now, and gone does not know it yet
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    await stays
    assert line.had == ["stays"]


async def test_the_lock_is_free_again_when_nobody_waits(line: Line) -> None:
    line.writer.release()
    async with asyncio.timeout(1):
        await line.writer.acquire()
        line.writer.release()
        await line.writer.acquire(urgent=True)
