"""Bodies that are in memory together have a limit, at which the largest is given up."""

from __future__ import annotations

import asyncio
from weakref import WeakSet

import pytest

from scrapers.errors import NotUnderstood, TooBig
from scrapers.http.held_bodies import HELD_BODY, MAX_HELD_BYTES, HeldBodies

LIMIT = 100


class _Data:
    """What a weak reference can point to."""


async def _holds(bodies: HeldBodies, url: str, size: int, until: asyncio.Event) -> str:
    async with bodies.hold(url) as held:
        held.resize(size)
        await until.wait()
    return url


async def _outcomes(*sizes: int) -> list[str | BaseException]:
    """What becomes of bodies of these sizes, which come one after the other and stay."""
    bodies, until, tasks = HeldBodies(LIMIT), asyncio.Event(), []
    for number, size in enumerate(sizes):
        tasks.append(asyncio.create_task(_holds(bodies, str(number), size, until)))
        await asyncio.sleep(0)
    until.set()
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_bodies_within_the_limit_stay() -> None:
    assert await _outcomes(60, 40) == ["0", "1"]
    assert await _outcomes(LIMIT) == ["0"]


async def test_the_largest_is_given_up_and_not_the_last() -> None:
    first, second, third = await _outcomes(60, 40, 1)
    assert isinstance(first, TooBig)
    assert (first.url, second, third) == ("0", "1", "2")
    assert "too many bytes that came at once" in first.problem


async def test_a_body_that_has_been_parsed_no_longer_counts() -> None:
    bodies = HeldBodies(LIMIT)
    for _ in range(3):
        async with bodies.hold("u") as held:
            held.resize(LIMIT)
        assert HELD_BODY.get() is None


async def test_the_next_body_of_a_reading_takes_the_place_of_the_one_before() -> None:
    async with HeldBodies(LIMIT).hold("u") as held:
        assert HELD_BODY.get() is held
        held.resize(LIMIT)
        held.resize(LIMIT)


async def test_a_timeout_of_somebody_else_is_not_taken_for_the_limit() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0), HeldBodies(LIMIT).hold("u"):
            await asyncio.Event().wait()


async def test_an_error_keeps_no_body_while_it_is_handled() -> None:
    bodies, alive = HeldBodies(LIMIT), WeakSet[_Data]()

    async def fetch(problem: str) -> None:
        data = _Data()
        alive.add(data)
        async with asyncio.timeout(10):
            if problem:
                raise NotUnderstood("u", problem)
            await asyncio.Event().wait()

    async def read(size: int, problem: str) -> None:
        async with bodies.hold("u") as held:
            asyncio.get_running_loop().call_soon(held.resize, size)
            await fetch(problem)

    for size, problem in ((0, "broken"), (LIMIT + 1, "")):
        with pytest.raises((NotUnderstood, TooBig)) as caught:
            await read(size, problem)
        assert caught.value.problem
        assert list(alive) == []


def test_the_limit_is_above_the_largest_body() -> None:
    assert MAX_HELD_BYTES == 12 * 1024 * 1024


async def test_so_many_readings_are_under_way_at_once_and_the_next_takes_the_first_place() -> None:
    bodies, until = HeldBodies(LIMIT, most_readings=2), asyncio.Event()
    tasks = [asyncio.create_task(_holds(bodies, str(number), 1, until)) for number in range(3)]
    await asyncio.sleep(0.01)
    assert len(bodies._held) == 2
    tasks[0].cancel()
    await asyncio.wait({tasks[0]})
    await asyncio.sleep(0.01)
    assert len(bodies._held) == 2
    until.set()
    assert await asyncio.gather(*tasks[1:]) == ["1", "2"]
    assert not bodies._held
