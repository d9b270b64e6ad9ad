"""Measures what a bot costs that finds nothing new: the processor's share of its main process, and its wake-ups.

``PACT_BENCH_IDLE_SECONDS=600`` has each outlet read once or twice meanwhile; two minutes may pass without a reading.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import psutil
import pytest

from handlers.fake_slack.server import FakeSlack
from scrapers.fake_outlets.server import FakeOutlets
from scrapers.fake_outlets.sites import Site

pytestmark = pytest.mark.bench

EVERY_MINUTES = 4.0
SETTLE_SECONDS = 60.0
SECONDS = float(os.environ.get("PACT_BENCH_IDLE_SECONDS", "120"))


class Watched(Protocol):
    process: asyncio.subprocess.Process


def spent(process: psutil.Process) -> tuple[float, int]:
    """Returns the processor's seconds and the times that the process woke up."""
    times = process.cpu_times()
    return times.user + times.system, process.num_ctx_switches().voluntary


async def test_idle(
    run_bot: Callable[..., AbstractAsyncContextManager[Watched]],
    houses_of_the_built_in_set: tuple[Site, ...],
    machine: str,
) -> None:
    async with (
        FakeSlack() as slack,
        FakeOutlets(houses_of_the_built_in_set) as fake_outlets,
        run_bot(slack, fake_outlets, every_minutes=EVERY_MINUTES) as bot,
    ):
        for outlet in fake_outlets.outlets:
            await fake_outlets.wait_for_requests(outlet, times=2)
        await asyncio.sleep(SETTLE_SECONDS)
        process, asked_before = psutil.Process(bot.process.pid), len(fake_outlets.requests)
        cpu_before, wakes_before = spent(process)
        await asyncio.sleep(SECONDS)
        cpu_after, wakes_after = spent(process)
        asked = len(fake_outlets.requests) - asked_before
    share, wakes = (cpu_after - cpu_before) / SECONDS, (wakes_after - wakes_before) / SECONDS
    print(f"\nIdle for {SECONDS:.0f} s with {len(houses_of_the_built_in_set)} outlets, {asked} requests ({machine})")
    print(
        f"  main process                       {share:8.2%} of a core   main thread woke up {wakes:.1f} times a second"
    )
    assert share > 0
