"""Two workers under random faults lose and double nothing and keep the order. A seed names a storm."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from bot.store.engine import Store
from handlers.errors import OutcomeUnknown, RateLimited
from handlers.history import HistoryPage
from tests.support.outbox_harness import OutboxHarness

CHANNELS = 3
MESSAGES = 5
FAULTS = ("accepted_then_lost", "killed_before", "killed_after", "lost", "throttled")


class RandomFaults(deque[Any]):
    """An endless script in which a percentage of calls fails, each kind as often as the others."""

    def __init__(self, seed: int, percent: int) -> None:
        self._random = Random(seed)
        self._percent = percent
        self.drawn: Counter[str] = Counter()

    def __bool__(self) -> bool:
        return self._random.randrange(100) < self._percent

    def popleft(self) -> object:
        """Draw the next call's fault."""
        fault = self._random.choice(FAULTS)
        self.drawn[fault] += 1
        if fault == "lost":
            return OutcomeUnknown("timeout", "")
        return RateLimited("ratelimited", "", self._random.uniform(1, 20)) if fault == "throttled" else fault


async def _storm(harness: OutboxHarness, second_store: Store, seed: int) -> dict[str, list[str]]:
    """Enqueue everything and let calls fail until all is sent; the metadata keys, by channel."""
    keys_of: dict[str, list[str]] = {}
    for n in range(CHANNELS):
        destination = await harness.channel(f"C{n}")
        keys = [f"{destination.slack_id}:{number}" for number in range(MESSAGES)]
        await harness.enqueue(destination, *keys)
        keys_of[destination.slack_id] = harness.metadata_keys(*keys)
    harness.slack.posts = RandomFaults(seed, 40)
    async with asyncio.timeout(60):
        while any(set(harness.slack.keys(channel)) < set(keys) for channel, keys in keys_of.items()):
            await asyncio.gather(harness.outbox().run_once(), harness.outbox(second_store).run_once())
            harness.clock.advance(3)
    await harness.rounds(100, harness.outbox(), step=5)
    return keys_of


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("seed", range(1))
async def test_a_storm_loses_and_doubles_nothing(harness: OutboxHarness, second_store: Store, seed: int) -> None:
    await _check(harness, second_store, seed)


@pytest.mark.long
@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("seed", range(1, 25))
async def test_many_storms_lose_and_double_nothing(harness: OutboxHarness, second_store: Store, seed: int) -> None:
    await _check(harness, second_store, seed)


async def _check(harness: OutboxHarness, second_store: Store, seed: int) -> None:
    keys_of = await _storm(harness, second_store, seed)
    assert isinstance(harness.slack.posts, RandomFaults)
    assert harness.slack.posts.drawn.total() >= 1
    for channel, keys in keys_of.items():
        assert harness.slack.keys(channel) == keys
        assert all(later - sooner >= 1 for sooner, later in pairwise(harness.slack.times("post", channel)))
    for key in (f"C{n}:{m}" for n in range(CHANNELS) for m in range(MESSAGES)):
        assert (await harness.get(key)).state == "sent"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_an_outbox_that_finds_nothing_in_the_history_is_caught_doubling(
    harness: OutboxHarness, second_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def find_nothing(*_: Any, **__: Any) -> HistoryPage:
        return HistoryPage(())

    monkeypatch.setattr(harness.slack, "read_page", find_nothing)
    keys_of = await _storm(harness, second_store, 1)
    assert any(len(harness.slack.keys(channel)) > len(keys) for channel, keys in keys_of.items())
