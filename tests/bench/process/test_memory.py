"""Measures the bot's resident memory: idle after its baseline, while every outlet publishes, and after 1,000 pages."""

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
PAGES = 1_000
PAGES_SECONDS = 300.0
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


def pages_read(fake_outlets: FakeOutlets) -> int:
    return sum(each.path not in FURNITURE and each.status == 200 for each in fake_outlets.requests)


async def test_swept_all_the_time(
    run_bot: RunBot, publish_for_ever: Callable[[FakeOutlets], Coroutine[None, None, None]], machine: str
) -> None:
    print(f"\nResident memory, swept all the time ({machine})")
    async with FakeSlack() as slack, FakeOutlets() as fake_outlets:
        async with run_bot(slack, fake_outlets, every_minutes=SWEPT_EVERY_MINUTES) as bot:
            await all_read(fake_outlets)
            publishing = asyncio.create_task(publish_for_ever(fake_outlets))
            await bot.watch(SWEPT_SECONDS)
            print(
                f"  {f'peaks of {SWEPT_SECONDS:.0f} s, {pages_read(fake_outlets)} pages read':<34} {line_of(bot.peak)}"
            )
            for _ in range(round(PAGES_SECONDS)):
                if pages_read(fake_outlets) >= PAGES:
                    break
                await bot.watch(1.0)
            publishing.cancel()
            await bot.watch(SETTLE_SECONDS)
        print(f"  {f'after {pages_read(fake_outlets)} pages':<34} {line_of(bot.settled)}")
        print(f"  {'their peaks':<34} {line_of(bot.peak)}")
        assert pages_read(fake_outlets) > 100
