"""The write lock is fair, serves urgent waiters first, and is never lost with a waiter that gave up."""

from __future__ import annotations

import asyncio

import pytest

from bot.store.write_lock import WriteLock


class LockQueue:
    """Writers that queue, and the order in which they got the lock."""

    def __init__(self) -> None:
        self.lock = WriteLock()
        self.served: list[str] = []

    async def _write(self, name: str, urgent: bool) -> None:
        await self.lock.acquire(urgent=urgent)
        self.served.append(name)
        await asyncio.sleep(0)
        self.lock.release()

    async def join(self, name: str, *, urgent: bool = False) -> asyncio.Task[None]:
        """Adds a writer, which is waiting when this returns."""
        task = asyncio.create_task(self._write(name, urgent))
        await asyncio.sleep(0)
        return task


@pytest.fixture
async def queue() -> LockQueue:
    """Returns a queue behind a writer that holds the lock."""
    made = LockQueue()
    await made.lock.acquire()
    return made


async def test_writers_get_the_lock_in_the_order_they_came(queue: LockQueue) -> None:
    tasks = [await queue.join(name) for name in "abc"]
    queue.lock.release()
    await asyncio.gather(*tasks)
    assert queue.served == ["a", "b", "c"]


async def test_urgent_writers_go_first_in_their_own_order(queue: LockQueue) -> None:
    tasks = [await queue.join("a"), await queue.join("b")]
    tasks += [await queue.join("first", urgent=True), await queue.join("second", urgent=True)]
    queue.lock.release()
    await asyncio.gather(*tasks)
    assert queue.served == ["first", "second", "a", "b"]


async def test_a_writer_that_gives_up_is_passed_over(queue: LockQueue) -> None:
    gone, stays = await queue.join("gone", urgent=True), await queue.join("stays")
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    queue.lock.release()
    await stays
    assert queue.served == ["stays"]


async def test_a_lock_handed_to_a_writer_that_just_gave_up_goes_to_the_next(queue: LockQueue) -> None:
    gone, stays = await queue.join("gone"), await queue.join("stays")
    queue.lock.release()  # the turn is gone's now, and gone does not know it yet
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    await stays
    assert queue.served == ["stays"]


async def test_the_lock_is_free_again_when_nobody_waits(queue: LockQueue) -> None:
    queue.lock.release()
    async with asyncio.timeout(30):
        await queue.lock.acquire()
        queue.lock.release()
        await queue.lock.acquire(urgent=True)
