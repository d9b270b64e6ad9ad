"""Promise 1: however often the bot is killed and answers are dropped, nothing is lost, doubled or out of order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

pytestmark = pytest.mark.long

DROPPED_OF_ACCEPTED = 0.05
NEAR_SECONDS = 0.04
"""A kill so soon after an accepted post is still within 50 ms of it when the machine is busy."""
TOGETHER_SECONDS = 0.4
LAG_MESSAGES = 60
"""So many messages may wait behind kills; the next kill then waits for posts, so that kills fall among posts."""
SETTLE_SECONDS = 45
PROGRESS_LINES = 20


async def kill_loop(stage: Any, kind: bytes, messages: int, kills: int, random: Random) -> None:
    """Half of the kills follow an accepted post at once, half fall at random while two bots run side by side."""
    bot = await stage.start(kind)
    fault = stage.slack.faults.drop_after_accept("chat.postMessage", times=None, probability=DROPPED_OF_ACCEPTED)
    for number in range(1, kills + 1):
        share = messages * number // kills
        await stage.write_until(share, messages // kills)
        await stage.posts(share - LAG_MESSAGES)
        if number % 2:
            await soon_after_a_post(stage, random)
            await stage.kill(bot)
            bot = await stage.start(kind)
        else:
            other = await stage.start(kind)
            await asyncio.sleep(random.uniform(0, TOGETHER_SECONDS))
            await stage.kill(bot)
            bot = other
        if number % max(1, kills // PROGRESS_LINES) == 0:
            told = f"{number}/{kills} kills, {stage.accepted:,} posts of {messages:,}"
            stage.say(f"  {told}, {time.monotonic() - stage.began_at:.0f} s")
    await stage.settled(SETTLE_SECONDS)
    stage.figures.dropped = fault.hits
    if kind == b"b":
        await stage.stop(bot)


async def soon_after_a_post(stage: Any, random: Random) -> None:
    """Within 50 ms after Slack accepted a post, at times before its answer; a busy machine may need another try."""
    while True:
        for _ in range(random.randint(1, 8)):
            await stage.next_post()
        await asyncio.sleep(random.random() ** 2 * NEAR_SECONDS)
        if stage.is_near_a_post():
            return


def bound_seconds(messages: int, kills: int) -> float:
    """The run ends by itself within this, or fails."""
    return 75 + 4 * kills + messages / 10


async def test_nothing_is_lost_or_doubled_by_kills(
    staged: Callable[..., Any], size: Callable[[str, Any], Any], say: Callable[[str], None]
) -> None:
    messages, kills = size("messages", 300), size("kills", 30)
    say(f"\nkill loop: {messages:,} messages, {kills:,} kills, at most {bound_seconds(messages, kills):.0f} s")
    async with staged() as stage:
        async with asyncio.timeout(bound_seconds(messages, kills)):
            await kill_loop(stage, b"b", messages, kills, Random(size("seed", 1)))
        figures = stage.verdict()
        say(f"kill loop: {figures}")
        assert stage.lines == []
        assert figures.messages >= messages
        assert figures.kills == kills
        assert figures.near_kills * 2 >= kills
        assert figures.dropped > 0
        assert (figures.lost, figures.doubled, figures.disordered) == (0, 0, 0), stage.details()
        assert (figures.rowless, figures.strangers, figures.unsettled) == (0, 0, 0)


async def test_the_naive_sender_is_seen_to_double(
    staged: Callable[..., Any], size: Callable[[str, Any], Any], say: Callable[[str], None]
) -> None:
    """The same stage, faults and kills: a sender without the protocol must not pass, or the stage proves nothing."""
    messages, kills = 100, 10
    async with staged() as stage:
        async with asyncio.timeout(bound_seconds(messages, kills)):
            await kill_loop(stage, b"n", messages, kills, Random(size("seed", 1)))
        figures = stage.verdict()
        say(f"\nnaive sender: {figures}")
        assert figures.messages >= messages
        assert figures.doubled > 0
        assert figures.rowless > 0
