"""One writer at a time: the order of turns, who goes first, and that a turn is never lost with who gave up waiting."""

from __future__ import annotations

import asyncio

import pytest

from bot.store.write_lock import WriteLock


class Line:
    """Writers that queue, and the order in which they had their turn."""

    def __init__(self) -> None:
        self.writer = WriteLock()
        self.had: list[str] = []

    async def _write(self, name: str, urgent: bool) -> None:
        await self.writer.acquire(urgent=urgent)
        self.had.append(name)
        await asyncio.sleep(0)
        self.writer.release()

    async def join(self, name: str, *, urgent: bool = False) -> asyncio.Task[None]:
        """Comes into the line and is waiting when this returns."""
        task = asyncio.create_task(self._write(name, urgent))
        await asyncio.sleep(0)
        return task


@pytest.fixture
async def line() -> Line:
    """A line behind a writer that has the turn."""
    made = Line()
    await made.writer.acquire()
    return made


async def test_writers_have_their_turn_in_the_order_they_came(line: Line) -> None:
    tasks = [await line.join(name) for name in "abc"]
    line.writer.release()
    await asyncio.gather(*tasks)
    assert line.had == ["a", "b", "c"]


async def test_the_urgent_go_before_all_that_wait_and_keep_their_own_order(line: Line) -> None:
    tasks = [await line.join("a"), await line.join("b")]
    tasks += [await line.join("first", urgent=True), await line.join("second", urgent=True)]
    line.writer.release()
    await asyncio.gather(*tasks)
    assert line.had == ["first", "second", "a", "b"]


async def test_who_gives_up_waiting_is_passed_over(line: Line) -> None:
    gone, stays = await line.join("gone", urgent=True), await line.join("stays")
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    line.writer.release()
    await stays
    assert line.had == ["stays"]


async def test_a_turn_given_to_one_who_just_gave_up_goes_to_the_next(line: Line) -> None:
    gone, stays = await line.join("gone"), await line.join("stays")
    line.writer.release()  # the turn is gone's now, and gone does not know it yet
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    await stays
    assert line.had == ["stays"]


async def test_the_turn_is_free_again_when_nobody_waits(line: Line) -> None:
    line.writer.release()
    async with asyncio.timeout(1):
        await line.writer.acquire()
        line.writer.release()
        await line.writer.acquire(urgent=True)
