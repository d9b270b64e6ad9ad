"""A wall clock that jumps ahead neither ends a channel's pause nor makes one. On SQLite alone."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from handlers.errors import RateLimited
from tests.support.outbox_harness import OutboxHarness

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def test_a_machine_that_sleeps_during_a_call_pauses_its_channel_no_longer_than_another(
    harness: OutboxHarness,
) -> None:
    channel, held, outbox = await harness.channel(), asyncio.Event(), harness.outbox()
    harness.slack.posts.append(held)
    await harness.enqueue(channel, "a")
    running = asyncio.ensure_future(outbox.run_once())
    await asyncio.wait_for(harness.slack.accepted.wait(), 30)
    harness.clock.at += timedelta(hours=14)  # only the wall clock goes on while the machine sleeps
    held.set()
    await running
    await harness.enqueue(channel, "b")
    await harness.rounds(2, outbox)
    assert harness.slack.keys("C1") == harness.metadata_keys("a", "b")


async def test_a_clock_that_is_put_forward_ends_no_pause(harness: OutboxHarness) -> None:
    destination, outbox = await harness.channel(), harness.outbox()
    harness.slack.posts.append(RateLimited("ratelimited", "C1", 30))
    await harness.enqueue(destination, "a")
    await harness.rounds(3, outbox)
    harness.clock.at += timedelta(seconds=600)
    await harness.rounds(20, outbox)
    assert len(harness.slack.times("post", "C1")) == 1
    await harness.rounds(15, outbox)
    assert harness.slack.keys("C1") == harness.metadata_keys("a")


async def test_a_clock_that_is_put_back_and_soon_forward_makes_no_pause(harness: OutboxHarness) -> None:
    """The row's pause lies hours ahead of the clock that was put back, and is not believed when that is noticed."""
    destination, before = await harness.channel(), harness.outbox()
    await harness.enqueue(destination, "a")
    await harness.rounds(2, before)
    restarted = harness.outbox()
    harness.clock.at -= timedelta(hours=5)
    await harness.rounds(1, restarted)
    harness.clock.at += timedelta(hours=27)
    await harness.enqueue(destination, "b")
    await harness.rounds(4, restarted)
    assert harness.slack.keys("C1") == harness.metadata_keys("a", "b")
