"""Kills one bot after the other while messages are enqueued and answers are dropped."""

from __future__ import annotations

import asyncio
import time
from random import Random

from tests.chaos.chaos_harness import ChaosHarness

DROPPED_OF_ACCEPTED = 0.05
NEAR_SECONDS = 0.04
"""A kill this soon after an accepted post is within 50 ms of it even on a busy machine."""
TOGETHER_SECONDS = 0.4
LAG_MESSAGES = 60
"""The most deliveries that may wait; then the next kill waits for posts, so that kills fall among posts."""
SETTLE_SECONDS = 45
PROGRESS_LINES = 20


async def kill_loop(harness: ChaosHarness, kind: str, messages: int, kills: int, random: Random) -> None:
    """Half of the kills follow an accepted post at once; half happen at random while two bots run."""
    bot = await harness.start(kind)
    fault = harness.slack.faults.drop_after_accept("chat.postMessage", times=None, probability=DROPPED_OF_ACCEPTED)
    for number in range(1, kills + 1):
        share = messages * number // kills
        await harness.enqueue_until(share, messages // kills)
        await harness.posts(share - LAG_MESSAGES)
        if number % 2:
            await soon_after_a_post(harness, random)
            await harness.kill(bot)
            bot = await harness.start(kind)
        else:
            other = await harness.start(kind)
            await asyncio.sleep(random.uniform(0, TOGETHER_SECONDS))
            await harness.kill(bot)
            bot = other
        if number % max(1, kills // PROGRESS_LINES) == 0:
            progress = f"{number}/{kills} kills, {harness.accepted:,} posts of {messages:,}"
            harness.report(f"  {progress}, {time.monotonic() - harness.began_at:.0f} s")
    await harness.settled(SETTLE_SECONDS)
    harness.figures.dropped = fault.hits
    if kind == "bot":
        await harness.stop(bot)


async def soon_after_a_post(harness: ChaosHarness, random: Random) -> None:
    """Wait until at most 50 ms after an accepted post, sometimes before its answer."""
    while True:
        for _ in range(random.randint(1, 8)):
            await harness.next_post()
        await asyncio.sleep(random.random() ** 2 * NEAR_SECONDS)
        if harness.is_near_a_post():
            return


def bound_seconds(messages: int, kills: int) -> float:
    """The longest time of a run; after it the test fails."""
    return 75 + 4 * kills + messages / 10
