"""A clock that is put back and forth neither silences a channel nor makes it hear anything twice."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest

from bot.clock_steps import correct_waits
from bot.outbox.policy import DeliveryPolicy
from tests.support.bot_harness import BotHarness

HOUR = timedelta(hours=1)
STEPS = (timedelta(), -5 * HOUR, 22 * HOUR, -5 * HOUR, timedelta())
POLICY = DeliveryPolicy()
LETTERS = str.maketrans("0123456789", "ghijklmnop")
WORDS = [sha256(bytes([number])).hexdigest().translate(LETTERS)[:12] for number in range(30)]


def title(number: int) -> str:
    """A headline that is like no other, so that each is a story of its own."""
    return f"{WORDS[number]} {WORDS[number][::-1]}z qubit {1000 + number}"


async def publish(harness: BotHarness, number: int) -> str:
    """A story that was not there before; returns its headline."""
    headline = title(number)
    text = f"{headline.split()[0]} a quantum computer {2000 + number}."
    await harness.publish("herald", headline, text, at=harness.now())
    return headline


async def work(harness: BotHarness) -> None:
    """What a bot does within a minute: it checks the clock, makes what is due, and sends it."""
    await correct_waits(harness.store, POLICY, harness.now())
    await harness.digests.enqueue_due()
    await harness.deliver(6)
    harness.pass_time(seconds=50)


def headlines(harness: BotHarness) -> list[str]:
    digests = [line.headline for card in harness.digests_in() for part in card.sections for line in part.lines]
    return [card.headline for card in harness.cards()] + digests


async def test_every_story_is_shown_once_and_soon(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    number = 0
    for off in STEPS:
        harness.clock_is_off = off
        burst = [await publish(harness, number + each) for each in range(6)]
        number += 6
        for _ in range(16):
            await work(harness)
        assert set(burst) <= set(headlines(harness)), off
    assert sorted(headlines(harness)) == sorted(title(each) for each in range(number))


@pytest.mark.parametrize("hours", [-5, 27])
async def test_every_digest_slot_comes_once(harness: BotHarness, hours: int) -> None:
    await harness.subscribe("quantum", "daily")
    for day in range(4):
        await publish(harness, day)
        for _ in range(3):
            for off in (hours * HOUR, timedelta()):
                harness.clock_is_off = off
                await work(harness)
            harness.pass_time(hours=8)
    days = [card.on for card in harness.digests_in()]
    assert len(days) == len(set(days)) >= 3
    assert sorted(headlines(harness)) == sorted(title(each) for each in range(4))


@pytest.mark.parametrize("looked", [True, False])
async def test_a_subscription_of_a_clock_that_was_put_back_gets_the_next_digest(
    harness: BotHarness, looked: bool
) -> None:
    harness.pass_time(hours=22)
    await harness.subscribe("quantum", "hourly")
    if looked:
        await harness.digests.enqueue_due()
    harness.pass_time(hours=-22)
    headline = await publish(harness, 0)
    for _ in range(70):
        await work(harness)
    assert headlines(harness) == [headline]
