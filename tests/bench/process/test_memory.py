"""Measures the bot's resident memory: idle after its baseline, and while every outlet publishes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import pytest

from handlers.fake_slack.server import FakeSlack
from scrapers.fake_outlets.demo import publish_baseline
from scrapers.fake_outlets.server import FakeOutlets
from scrapers.fake_outlets.sites import SITES, Site

pytestmark = pytest.mark.bench

IDLE_EVERY_MINUTES = 15.0
SWEPT_EVERY_MINUTES = 0.02
SETTLE_SECONDS = 12.0
SWEPT_SECONDS = 30.0
FURNITURE = {"/robots.txt", *(house.source_path for house in SITES)}


class Watched(Protocol):
    async def watch(self, seconds: float) -> None: ...
    def settled(self, part: str) -> float: ...
    def peak(self, part: str) -> float: ...


RunBot = Callable[..., AbstractAsyncContextManager[Watched]]


def line_of(megabytes: Callable[[str], float]) -> str:
    """Prints the two processes side by side."""
    return f"main {megabytes('main'):6.1f} MB   parser {megabytes('parser'):6.1f} MB"


async def all_read(fake_outlets: FakeOutlets) -> None:
    """Waits until every outlet was asked for its robots.txt and its source."""
    for outlet in fake_outlets.outlets:
        await fake_outlets.wait_for_requests(outlet, times=2)


async def test_idle_after_the_baseline(
    run_bot: RunBot, houses_of_the_built_in_set: tuple[Site, ...], machine: str
) -> None:
    print(f"\nResident memory, idle after the baseline ({machine})")
    for name, houses in (("demo outlets", SITES), ("outlets, the built-in set", houses_of_the_built_in_set)):
        async with FakeSlack() as slack, FakeOutlets(houses) as fake_outlets:
            if houses is SITES:
                publish_baseline(fake_outlets)
            async with run_bot(slack, fake_outlets, every_minutes=IDLE_EVERY_MINUTES) as bot:
                await all_read(fake_outlets)
                await bot.watch(SETTLE_SECONDS)
            print(f"  {f'{len(houses)} {name}':<34} {line_of(bot.settled)}")
            assert bot.settled("main") > 0


async def test_peak_while_swept(
    run_bot: RunBot, publish_for_ever: Callable[[FakeOutlets], Coroutine[None, None, None]], machine: str
) -> None:
    print(f"\nResident memory, swept all the time ({machine})")
    async with FakeSlack() as slack, FakeOutlets() as fake_outlets:
        async with run_bot(slack, fake_outlets, every_minutes=SWEPT_EVERY_MINUTES) as bot:
            await all_read(fake_outlets)
            publishing = asyncio.create_task(publish_for_ever(fake_outlets))
            await bot.watch(SWEPT_SECONDS)
            publishing.cancel()
        read = sum(one.path not in FURNITURE and one.status == 200 for one in fake_outlets.requests)
        print(f"  {f'peaks of {SWEPT_SECONDS:.0f} s, {read} pages read':<34} {line_of(bot.peak)}")
        assert read > 100
