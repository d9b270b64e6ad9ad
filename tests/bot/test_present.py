"""The present is the machine's clock, until the sandbox puts it forward; it never goes back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.present import Present


def test_the_present_is_that_of_the_machine() -> None:
    assert abs(Present().now() - datetime.now(UTC)) < timedelta(seconds=1)


def test_moves_add_up() -> None:
    present = Present()
    present.move_forward(timedelta(hours=1))
    present.move_forward(timedelta(minutes=30))
    assert present.ahead == timedelta(minutes=90)
    assert timedelta(minutes=89) < present.now() - datetime.now(UTC) < timedelta(minutes=91)


def test_time_does_not_go_back() -> None:
    present = Present()
    with pytest.raises(ValueError, match="forward"):
        present.move_forward(timedelta(seconds=-1))
    assert present.ahead == timedelta(0)


async def test_whoever_waits_is_woken_by_each_move() -> None:
    present = Present()
    for _ in range(2):
        waiting = asyncio.create_task(present.wait_for_move())
        await asyncio.sleep(0)
        assert not waiting.done()
        present.move_forward(timedelta(hours=1))
        async with asyncio.timeout(1):
            await waiting
