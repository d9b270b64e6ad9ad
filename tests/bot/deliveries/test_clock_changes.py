"""A digest comes once where local clocks change, on its weekday alone, and once after the bot was off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.bot_harness import BotHarness
from tests.support.unlike_stories import headline_of, text_of

NEW_YORK = "America/New_York"
SEEDS = iter(range(1, 1_000))


async def started_at(harness: BotHarness, instant: str) -> int:
    """Starts the bot at an instant and runs the digest job; returns the number of digests that it makes."""
    harness.at = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    harness.start()
    return await harness.digests.enqueue_due()


async def publish(harness: BotHarness) -> None:
    """Publishes an article that is a story of its own."""
    seed = next(SEEDS)
    await harness.publish("herald", headline_of(seed), text_of(seed))


@pytest.mark.parametrize(
    ("day", "at", "too_early", "due", "again"),
    [
        ("2026-03-08", "02:30", "07:29:59", "07:30:00", "08:30:00"),  # 02:30 does not exist: at 03:30 EDT
        ("2026-11-01", "01:30", "05:29:59", "05:30:00", "06:30:00"),  # 01:30 comes twice: at the first
    ],
)
async def test_a_daily_digest_comes_once_on_the_day_of_a_clock_change(
    harness: BotHarness, day: str, at: str, too_early: str, due: str, again: str
) -> None:
    harness.at = datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(hours=12)
    await harness.subscribe("quantum", "daily", at=at, timezone=NEW_YORK)
    await publish(harness)
    assert await started_at(harness, f"{day}T{too_early}") == 0
    assert await started_at(harness, f"{day}T{due}") == 1
    await harness.deliver()
    await publish(harness)
    assert await started_at(harness, f"{day}T{again}") == 0
    next_day = (datetime.fromisoformat(f"{day}T{again}") + timedelta(hours=25)).isoformat()
    assert await started_at(harness, next_day) == 1
    assert await started_at(harness, next_day) == 0


async def test_a_weekly_digest_comes_on_its_weekday_alone(harness: BotHarness) -> None:
    harness.at = datetime(2026, 3, 7, tzinfo=UTC)
    await harness.subscribe("quantum", "weekly", weekday="monday", at="09:00", timezone="Asia/Seoul")
    await publish(harness)
    assert await started_at(harness, "2026-03-08T00:00:00") == 0  # Sunday
    assert await started_at(harness, "2026-03-09T00:00:00") == 1
    await harness.deliver()
    await publish(harness)
    assert await started_at(harness, "2026-03-10T00:00:00") == 0  # Tuesday


async def test_a_digest_that_fell_due_while_the_bot_was_off_comes_once(harness: BotHarness) -> None:
    harness.at = datetime(2026, 3, 2, 10, tzinfo=UTC)  # 19:00 in Seoul
    await harness.subscribe("quantum", "daily", at="08:30", timezone="Asia/Seoul")
    await publish(harness)
    assert await started_at(harness, "2026-03-03T03:00:00") == 1  # noon of the next day
    await harness.deliver()
    assert await started_at(harness, "2026-03-03T03:00:30") == 0
