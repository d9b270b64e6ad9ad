"""A fault of one channel stops the roll-up or the digest of no other; it is logged, raised and tried again."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import update

from bot.deliveries.channel_faults import ChannelFaults
from bot.errors import StoreBusy
from bot.store.schema import destinations
from tests.support.bot_harness import BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT
from tests.support.unlike_stories import headline_of, text_of

CHANNELS = ("C1", "C2", "C3")


async def set_zone(harness: BotHarness, zone: str) -> None:
    """Gives the second channel a zone; an unknown one is a fault in its row."""
    channel = await harness.channel("C2")
    async with harness.store.begin() as c:
        await c.execute(update(destinations).where(destinations.c.id == channel.id).values(timezone=zone))


async def test_a_channel_with_a_fault_stops_no_others_digest_and_gets_its_own_later(
    harness: BotHarness, caplog: pytest.LogCaptureFixture
) -> None:
    for name in CHANNELS:
        await harness.subscribe("quantum", "daily", channel=name)
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    harness.pass_time(days=1)
    sound = (await harness.channel("C2")).timezone
    await set_zone(harness, "Nowhere/Atlantis")
    for _ in range(2):
        with pytest.raises(ExceptionGroup, match="some channels failed"):
            await harness.digests.enqueue_due()
    assert "channel_failed" in [record.message for record in caplog.records if record.levelno == logging.ERROR]
    await set_zone(harness, sound)
    await harness.deliver()
    assert [len(harness.digests_in(name)) for name in CHANNELS] == [1, 0, 1]
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert [len(harness.digests_in(name)) for name in CHANNELS] == [1, 1, 1]


async def test_a_channel_with_a_fault_stops_no_others_roll_up(harness: BotHarness) -> None:
    for name in CHANNELS:
        await harness.subscribe("quantum", channel=name)
    for number in range(7):
        await harness.publish("herald", headline_of(number), text_of(number))
    await harness.deliver(12)
    harness.pass_time(minutes=11)
    sound = (await harness.channel("C2")).timezone
    await set_zone(harness, "Nowhere/Atlantis")
    with pytest.raises(ExceptionGroup, match="some channels failed"):
        await harness.digests.roll_up_due()
    await set_zone(harness, sound)
    await harness.deliver(12)
    assert [bool(harness.digests_in(name)) for name in ("C1", "C3")] == [True, True]


def test_a_busy_database_ends_the_round_at_once() -> None:
    faults = ChannelFaults()
    with pytest.raises(StoreBusy), faults.kept(destination=1):
        raise StoreBusy("locked")
    faults.raise_kept()
