"""Promise 1: kills and dropped answers lose, double and reorder nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from tests.chaos.kill_loop import bound_seconds, kill_loop

pytestmark = pytest.mark.long


async def test_nothing_is_lost_or_doubled_by_kills(
    open_harness: Callable[..., Any], size: Callable[[str, Any], Any], report: Callable[[str], None]
) -> None:
    messages, kills = size("messages", 300), size("kills", 30)
    report(f"\nkill loop: {messages:,} messages, {kills:,} kills, at most {bound_seconds(messages, kills):.0f} s")
    async with open_harness() as harness:
        async with asyncio.timeout(bound_seconds(messages, kills)):
            await kill_loop(harness, "bot", messages, kills, Random(size("seed", 1)))
        figures = harness.compare()
        report(f"kill loop: {figures}")
        assert harness.lines == []
        assert figures.messages >= messages
        assert figures.kills == kills
        assert figures.near_kills * 2 >= kills
        assert figures.dropped > 0
        assert (figures.lost, figures.doubled, figures.out_of_order) == (0, 0, 0), harness.details()
        assert (figures.without_row, figures.unexpected, figures.unsettled) == (0, 0, 0)


async def test_the_naive_sender_is_caught_doubling(
    open_harness: Callable[..., Any], size: Callable[[str, Any], Any], report: Callable[[str], None]
) -> None:
    """A sender without the protocol must fail under the same faults and kills, or this test proves nothing."""
    messages, kills = 100, 10
    async with open_harness() as harness:
        async with asyncio.timeout(bound_seconds(messages, kills)):
            await kill_loop(harness, "naive", messages, kills, Random(size("seed", 1)))
        figures = harness.compare()
        report(f"\nnaive sender: {figures}")
        assert figures.messages >= messages
        assert figures.doubled > 0
        assert figures.without_row > 0
