"""What was missed, by a machine that was off or without a token that works: caught up in few messages, which say so."""

from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.deliveries.resume import resume_team
from bot.store import destinations, installations
from bot.store.deliveries import table as deliveries
from bot.store.schema import deliveries as delivery_rows
from handlers.cards.digest import DigestCard
from tests.support.bot_harness import BotHarness

QUANTUM = "Seoul opens a quantum computing centre"
QUANTUM_TEXT = "Seoul opened a centre for quantum computing on Monday, and researchers moved in."
ZONE = ZoneInfo("Asia/Seoul")


def to_next(harness: BotHarness, hour: int, minute: int = 30, days: int = 0) -> None:
    """To the next such time in Seoul, or so many days after it."""
    local = harness.at.astimezone(ZONE)
    wanted = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    harness.at = (wanted if wanted > local else wanted + timedelta(days=1)).astimezone(UTC) + timedelta(days=days)


async def story(harness: BotHarness, number: int) -> int:
    """A story of its own about quantum computers."""
    word = f"{number:x}" * 6
    item = await harness.publish("herald", f"{word} {word[::-1]}z qubit {number * 17}", f"{word} a quantum computer.")
    found: int = (await harness.row(item)).story
    return found


async def make(harness: BotHarness) -> list[DigestCard]:
    """The digests that were made now."""
    before = len(harness.digests_in())
    await harness.digests.enqueue_due()
    await harness.deliver()
    made: list[DigestCard] = harness.digests_in()[before:]
    return made


def told(harness: BotHarness) -> list[str]:
    """Every story that stands in the channel, as often as it does."""
    lines = [line.story for one in harness.digests_in() for part in one.sections for line in part.lines]
    return sorted([*lines, *(card.story for card in harness.cards())])


# ── a machine that was off ─────────────────────────────────────────────────────────────────────────────────


async def test_back_five_minutes_after_the_third_missed_morning_the_digest_is_late(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    to_next(harness, 8)
    await harness.digests.enqueue_due()
    await story(harness, 1)
    to_next(harness, 8, days=2)
    harness.pass_time(minutes=5)
    assert [one.late for one in await make(harness)] == [True]
    await story(harness, 2)
    to_next(harness, 8)
    assert [one.late for one in await make(harness)] == [False]


async def test_the_first_digest_of_all_and_of_a_new_subscription_are_not_late(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    await story(harness, 1)
    to_next(harness, 8)
    assert [one.late for one in await make(harness)] == [False]
    harness.pass_time(hours=1)
    await harness.subscribe("qubit", "daily", at="09:45")
    await story(harness, 2)
    to_next(harness, 9, 45, days=0)
    assert [one.late for one in await make(harness)] == [False]


@pytest.mark.parametrize("line", ["digest daily 10:00", "undo 2"])
async def test_a_digest_that_was_off_or_came_at_another_time_is_not_late(harness: BotHarness, line: str) -> None:
    await harness.subscribe("quantum")
    await harness.ask("digest daily 10:00")
    await harness.ask("digest off")
    for _ in range(3):
        to_next(harness, 8)
        assert await make(harness) == []
    harness.pass_time(hours=4)
    await harness.ask(line)
    assert await make(harness) == []
    to_next(harness, 10, 0)
    assert [(one.late, one.stories) for one in await make(harness)] == [(False, 0)]


async def test_the_first_digest_after_a_night_is_not_late_for_the_hours_that_were_quiet(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "hourly", at="00:00")
    await harness.ask("quiet 22:00-07:00")
    lates = []
    for number in range(24):
        await story(harness, number)
        harness.pass_time(seconds=3600 - (harness.at.timestamp() % 3600))
        lates += [one.late for one in await make(harness)]
    assert lates == [False] * 16


async def test_all_that_was_missed_is_caught_up_as_one_digest(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "hourly", at="00:10")
    await harness.subscribe("computer", "daily")
    await harness.ask("digest daily 09:00")
    to_next(harness, 9, 0)
    await make(harness)
    numbers = [await story(harness, n) for n in range(1, 4)]
    harness.pass_time(days=3, hours=5)
    (one,) = await make(harness)
    assert (one.late, one.stories) == (True, 3)
    assert told(harness) == sorted(f"ST{number}" for number in numbers)
    harness.pass_time(minutes=3)
    assert await make(harness) == []


# ── a token that did not work ──────────────────────────────────────────────────────────────────────────────


async def stop(harness: BotHarness) -> None:
    async with harness.store.begin() as c:
        await installations.stop(c, "T1", "token_revoked", harness.at, harness.at + timedelta(days=4))


async def test_four_days_without_a_token_end_in_two_messages_and_what_is_young(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    await harness.subscribe("computer", "hourly")
    await harness.ask("digest daily 08:30")
    to_next(harness, 8)
    harness.pass_time(minutes=20)
    before = len(harness.slack.posts["C1"])
    await stop(harness)
    numbers = []
    for n in range(1, 5 * 4):
        numbers.append(await story(harness, n))
        for _ in range(5):
            assert await harness.digests.enqueue_due() == 0
            await harness.deliver(1)
            harness.pass_time(hours=1)
    assert len(harness.slack.posts["C1"]) == before
    harness.pass_time(hours=2)
    await harness.deliver(2)
    await harness.digests.enqueue_due()
    await harness.deliver(20)
    rolled = [one for one in harness.digests_in() if one.stories and one.page == 1]
    assert [(one.late, one.stories > 10) for one in rolled] == [(True, True)]
    assert [one.late for one in harness.digests_in() if not one.stories] == [True], "one all-clear"
    assert len(harness.cards()) <= 5
    assert told(harness) == sorted(f"ST{number}" for number in numbers)


async def test_a_digest_that_was_owed_before_the_token_failed_is_in_the_one_message(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    number = await story(harness, 1)
    to_next(harness, 8)
    await harness.digests.enqueue_due()
    await stop(harness)
    harness.pass_time(days=4, hours=1)
    assert await harness.digests.enqueue_due() == 0
    await harness.deliver(2)
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert told(harness) == [f"ST{number}"]
    assert [one.late for one in harness.digests_in()] == [True]
    async with harness.store.read() as c:
        assert await deliveries.find_all(c, delivery_rows.c.state.not_in(("sent", "cancelled"))) == []


async def test_a_short_outage_of_the_token_rolls_nothing_up(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    async with harness.store.begin() as c:
        await installations.stop(c, "T1", "token_revoked", harness.at, harness.at + timedelta(hours=20))
    numbers = [await story(harness, n) for n in range(1, 4)]
    harness.pass_time(hours=21)
    await harness.deliver(8)
    assert len(harness.cards()) == 3
    assert told(harness) == sorted(f"ST{number}" for number in numbers)


async def test_a_start_with_a_token_that_works_is_a_return_too_and_leaves_who_is_away_away(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    await harness.subscribe("quantum", channel="C2")
    await stop(harness)
    number = await story(harness, 1)
    async with harness.store.begin() as c:
        gone = await destinations.find(c, "T1", "C2")
        assert gone is not None
        await destinations.set_away(c, gone.id, "away", "is_archived", harness.at, 0)
    harness.pass_time(days=2)
    async with harness.store.begin() as c:
        assert await resume_team(c, "T1", harness.at)
        assert not await resume_team(c, "T1", harness.at)
    await harness.deliver()
    assert told(harness) == [f"ST{number}"]
    assert [one.late for one in harness.digests_in()] == [True]
    assert harness.digests_in("C2") == []
