"""A hold whose end a sleeping machine missed: its cards come as one roll-up, though the digest job has not run yet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from bot.deliveries.quiet_hours import ROLL_UP_MARGIN
from bot.errors import StoreTrouble
from tests.support.bot_harness import BotHarness
from tests.support.unlike_stories import headline_of, text_of

TITLES = tuple(headline_of(number) for number in range(7))
SIGNED = "Korea and the United States sign Technology Prosperity Deal"
SIGNED_TEXT = "South Korea and the United States signed the U.S.-ROK Technology Prosperity Deal in Gyeongju on Monday."
BEFORE_MIDNIGHT = datetime.fromisoformat("2025-11-03T23:00+09:00")


def rolled_up(harness: BotHarness) -> list[str]:
    return [line.headline for digest in harness.digests_in() for part in digest.sections for line in part.lines]


async def publish(harness: BotHarness, numbers: range) -> None:
    for number in numbers:
        await harness.publish("herald", TITLES[number], text_of(number))
    await harness.deliver(12)


async def burst(harness: BotHarness) -> list[str]:
    """Seven cards at once; returns the headlines of those that are held."""
    await harness.subscribe("quantum OR topic:pact")
    await publish(harness, range(7))
    return list(TITLES[5:])


async def night(harness: BotHarness) -> list[str]:
    """Three cards within quiet hours; returns their headlines."""
    await harness.subscribe("quantum OR topic:pact")
    harness.at = BEFORE_MIDNIGHT
    await harness.ask("quiet 22:00-07:00")
    await publish(harness, range(3))
    return list(TITLES[:3])


@pytest.mark.parametrize("hold", [burst, night])
@pytest.mark.parametrize("hours", [9, 40])
async def test_what_was_held_comes_as_one_message_when_the_machine_wakes_after_the_holds_end(
    harness: BotHarness, hold: Callable[[BotHarness], Awaitable[list[str]]], hours: int
) -> None:
    held = await hold(harness)
    single = [card.headline for card in harness.cards()]
    harness.pass_time(hours=hours)
    await harness.publish("herald", SIGNED, SIGNED_TEXT)  # severe: it waits for no roll-up
    await harness.deliver(12)
    assert rolled_up(harness) == held
    assert [card.headline for card in harness.cards()] == [*single, SIGNED]
    await harness.digests.enqueue_due()
    await harness.deliver(12)
    assert rolled_up(harness) == held


async def test_the_outbox_leaves_a_roll_up_to_its_job_until_the_margin_is_over(harness: BotHarness) -> None:
    began_at = harness.at
    held = await burst(harness)
    harness.at = began_at + timedelta(minutes=10) + ROLL_UP_MARGIN - timedelta(seconds=1)
    await harness.outbox.run_once()
    assert rolled_up(harness) == []
    harness.pass_time(seconds=1)
    await harness.outbox.run_once()
    assert rolled_up(harness) == held


@pytest.mark.parametrize("fault", [ZeroDivisionError(), StoreTrouble("one row breaks a rule")])
async def test_held_cards_come_one_by_one_where_the_roll_up_has_a_fault(harness: BotHarness, fault: Exception) -> None:
    async def fail() -> None:
        raise fault

    await burst(harness)
    harness.roll_up = fail
    harness.start()
    harness.pass_time(hours=1)
    await harness.deliver(12)
    assert [card.headline for card in harness.cards()] == list(TITLES)
