"""After a machine was off or a token failed, what was missed comes in few messages that say that they are late."""

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
from tests.support.unlike_stories import headline_of, text_of

QUANTUM = "Seoul opens a quantum computing centre"
QUANTUM_TEXT = "Seoul opened a centre for quantum computing on Monday, and researchers moved in."
ZONE = ZoneInfo("Asia/Seoul")


def to_next(harness: BotHarness, hour: int, minute: int = 30, days: int = 0) -> None:
    """Moves the clock to the next such local time in Seoul, or so many days after it."""
    local = harness.at.astimezone(ZONE)
    target = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    harness.at = (target if target > local else target + timedelta(days=1)).astimezone(UTC) + timedelta(days=days)


async def story(harness: BotHarness, variant: int) -> int:
    """Publishes an article that is a story of its own; returns the story's number."""
    item = await harness.publish("herald", headline_of(variant), text_of(variant))
    number: int = (await harness.row(item)).story
    return number


async def make(harness: BotHarness) -> list[DigestCard]:
    """Runs the digest job; returns the digests that were posted."""
    before = len(harness.digests_in())
    await harness.digests.enqueue_due()
    await harness.deliver()
    made: list[DigestCard] = harness.digests_in()[before:]
    return made


def shown_stories(harness: BotHarness) -> list[str]:
    """Every story in the channel, as often as it stands there."""
    lines = [line.story for digest in harness.digests_in() for part in digest.sections for line in part.lines]
    return sorted([*lines, *(card.story for card in harness.cards())])


# ── a machine that was off ─────────────────────────────────────────────────────────────────────────────────


async def test_a_digest_after_two_missed_mornings_is_late_even_five_minutes_after_its_time(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    to_next(harness, 8)
    await harness.digests.enqueue_due()
    await story(harness, 1)
    to_next(harness, 8, days=2)
    harness.pass_time(minutes=5)
    assert [digest.late for digest in await make(harness)] == [True]
    await story(harness, 2)
    to_next(harness, 8)
    assert [digest.late for digest in await make(harness)] == [False]


async def test_the_first_digest_of_a_channel_or_subscription_is_not_late(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily")
    await story(harness, 1)
    to_next(harness, 8)
    assert [digest.late for digest in await make(harness)] == [False]
    harness.pass_time(hours=1)
    await harness.subscribe("qubit", "daily", at="09:45")
    await story(harness, 2)
    to_next(harness, 9, 45, days=0)
    assert [digest.late for digest in await make(harness)] == [False]


@pytest.mark.parametrize("line", ["digest daily 10:00", "undo 2"])
async def test_a_digest_that_was_switched_off_or_moved_is_not_late(harness: BotHarness, line: str) -> None:
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
    assert [(digest.late, digest.stories) for digest in await make(harness)] == [(False, 0)]


async def test_the_first_digest_after_quiet_hours_is_not_late(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "hourly", at="00:00")
    await harness.ask("quiet 22:00-07:00")
    lates = []
    for number in range(24):
        await story(harness, number)
        harness.pass_time(seconds=3600 - (harness.at.timestamp() % 3600))
        lates += [digest.late for digest in await make(harness)]
    assert lates == [False] * 16


async def test_several_missed_digests_come_as_one(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "hourly", at="00:10")
    await harness.subscribe("computer", "daily")
    await harness.ask("digest daily 09:00")
    to_next(harness, 9, 0)
    await make(harness)
    numbers = [await story(harness, n) for n in range(1, 4)]
    harness.pass_time(days=3, hours=5)
    (digest,) = await make(harness)
    assert (digest.late, digest.stories) == (True, 3)
    assert shown_stories(harness) == sorted(f"ST{number}" for number in numbers)
    harness.pass_time(minutes=3)
    assert await make(harness) == []


# ── a token that did not work ──────────────────────────────────────────────────────────────────────────────


async def stop(harness: BotHarness) -> None:
    async with harness.store.begin() as c:
        await installations.stop(c, "T1", "token_revoked", harness.at, harness.at + timedelta(days=4))


async def test_four_days_without_a_token_end_in_one_roll_up_one_digest_and_the_young_cards(harness: BotHarness) -> None:
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
    rolled = [digest for digest in harness.digests_in() if digest.stories and digest.page == 1]
    assert [(digest.rolled, digest.stories > 10) for digest in rolled] == [("back", True)]
    assert [digest.late for digest in harness.digests_in() if not digest.stories] == [True], "one all-clear"
    assert len(harness.cards()) <= 5
    assert shown_stories(harness) == sorted(f"ST{number}" for number in numbers)


async def test_a_digest_that_was_enqueued_before_the_token_failed_is_in_the_roll_up(harness: BotHarness) -> None:
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
    assert shown_stories(harness) == [f"ST{number}"]
    assert [digest.rolled for digest in harness.digests_in()] == ["back"]
    async with harness.store.read() as c:
        assert await deliveries.find_all(c, delivery_rows.c.state.not_in(("sent", "cancelled"))) == []


async def test_cards_younger_than_a_day_are_not_rolled_up_when_the_token_works_again(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    async with harness.store.begin() as c:
        await installations.stop(c, "T1", "token_revoked", harness.at, harness.at + timedelta(hours=20))
    numbers = [await story(harness, n) for n in range(1, 4)]
    harness.pass_time(hours=21)
    await harness.deliver(8)
    assert len(harness.cards()) == 3
    assert shown_stories(harness) == sorted(f"ST{number}" for number in numbers)


async def test_a_start_with_a_working_token_resumes_the_workspace_but_no_absent_channel(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    await harness.subscribe("quantum", channel="C2")
    await stop(harness)
    number = await story(harness, 1)
    async with harness.store.begin() as c:
        absent = await destinations.find(c, "T1", "C2")
        assert absent is not None
        await destinations.set_away(c, absent.id, "away", "is_archived", harness.at, 0)
    harness.pass_time(days=2)
    async with harness.store.begin() as c:
        assert await resume_team(c, "T1", harness.at)
        assert not await resume_team(c, "T1", harness.at)
    await harness.deliver()
    assert shown_stories(harness) == [f"ST{number}"]
    assert [digest.rolled for digest in harness.digests_in()] == ["back"]
    assert harness.digests_in("C2") == []
