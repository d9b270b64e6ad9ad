"""Two workers, faults by the dice: nothing lost, nothing doubled, the order kept. A seed names a storm."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from bot.store.engine import Store
from handlers.errors import OutcomeUnknown, RateLimited
from tests.support.outbox_harness import OutboxHarness

CHANNELS = 3
MESSAGES = 5
FAULTS = ("accepted_then_lost", "killed_before", "killed_after", "lost", "throttled")


class Dice(deque[Any]):
    """An endless script: so many calls in a hundred fail, each kind alike."""

    def __init__(self, seed: int, percent: int) -> None:
        self._random = Random(seed)
        self._percent = percent
        self.thrown: Counter[str] = Counter()

    def __bool__(self) -> bool:
        return self._random.randrange(100) < self._percent

    def popleft(self) -> object:
        """The next call's fault."""
        fault = self._random.choice(FAULTS)
        self.thrown[fault] += 1
        if fault == "lost":
            return OutcomeUnknown("timeout", "")
        return RateLimited("ratelimited", "", self._random.uniform(1, 20)) if fault == "throttled" else fault


async def _storm(post: OutboxHarness, rival: Store, seed: int) -> dict[str, list[str]]:
    """Everything is owed, and then it storms until all is sent; what was owed, by channel."""
    owed: dict[str, list[str]] = {}
    for n in range(CHANNELS):
        where = await post.channel(f"C{n}")
        keys = [f"{where.slack_id}:{number}" for number in range(MESSAGES)]
        await post.owe(where, *keys)
        owed[where.slack_id] = post.metadata_keys(*keys)
    post.slack.posts = Dice(seed, 40)
    async with asyncio.timeout(60):
        while any(set(post.slack.keys(channel)) < set(keys) for channel, keys in owed.items()):
            await asyncio.gather(post.outbox().run_once(), post.outbox(rival).run_once())
            post.clock.advance(3)
    await post.rounds(100, post.outbox(), step=5)
    return owed


@pytest.mark.parametrize("home", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("seed", range(1))
async def test_a_storm_loses_and_doubles_nothing(post: OutboxHarness, rival: Store, seed: int) -> None:
    await _check(post, rival, seed)


@pytest.mark.long
@pytest.mark.parametrize("home", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("seed", range(1, 25))
async def test_many_storms_lose_and_double_nothing(post: OutboxHarness, rival: Store, seed: int) -> None:
    await _check(post, rival, seed)


async def _check(post: OutboxHarness, rival: Store, seed: int) -> None:
    owed = await _storm(post, rival, seed)
    assert isinstance(post.slack.posts, Dice)
    assert post.slack.posts.thrown.total() >= 1
    for channel, keys in owed.items():
        assert post.slack.keys(channel) == keys
        assert all(later - sooner >= 1 for sooner, later in pairwise(post.slack.times("post", channel)))
    for key in (f"C{n}:{m}" for n in range(CHANNELS) for m in range(MESSAGES)):
        assert (await post.get(key)).state == "sent"


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
async def test_a_sender_that_does_not_look_would_be_caught_doubling(
    post: OutboxHarness, rival: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def sees_nothing(*_: Any, **__: Any) -> None:
        return None

    monkeypatch.setattr(post.slack, "find", sees_nothing)
    owed = await _storm(post, rival, 1)
    assert any(len(post.slack.keys(channel)) > len(keys) for channel, keys in owed.items())
