"""What was missed, by a machine that was off or without a token that works: caught up in few messages, which say so."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.deliveries.resume import resume_team
from bot.store import destinations, installations
from bot.store.deliveries import table as deliveries
from handlers.cards import DigestCard

QUANTUM = "Seoul opens a quantum computing centre"
QUANTUM_TEXT = "Seoul opened a centre for quantum computing on Monday, and researchers moved in."
ZONE = ZoneInfo("Asia/Seoul")


def to_next(world: Any, hour: int, minute: int = 30, days: int = 0) -> None:
    """To the next such time in Seoul, or so many days after it."""
    local = world.at.astimezone(ZONE)
    wanted = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    world.at = (wanted if wanted > local else wanted + timedelta(days=1)).astimezone(UTC) + timedelta(days=days)


async def story(world: Any, number: int) -> int:
    """A story of its own about quantum computers."""
    word = f"{number:x}" * 6
    item = await world.publish("herald", f"{word} {word[::-1]}z qubit {number * 17}", f"{word} a quantum computer.")
    found: int = (await world.row(item)).story
    return found


async def make(world: Any) -> list[DigestCard]:
    """The digests that were made now."""
    before = len(world.digests_in())
    await world.digests.make_due()
    await world.deliver()
    made: list[DigestCard] = world.digests_in()[before:]
    return made


def told(world: Any) -> list[str]:
    """Every story that stands in the channel, as often as it does."""
    lines = [line.story for one in world.digests_in() for part in one.sections for line in part.lines]
    return sorted([*lines, *(card.story for card in world.cards())])


# ── a machine that was off ─────────────────────────────────────────────────────────────────────────────────


async def test_back_five_minutes_after_the_third_missed_morning_the_digest_is_late(world: Any) -> None:
    await world.subscribe("quantum", "daily")
    to_next(world, 8)
    await world.digests.make_due()
    await story(world, 1)
    to_next(world, 8, days=2)
    world.pass_time(minutes=5)
    assert [one.late for one in await make(world)] == [True]
    await story(world, 2)
    to_next(world, 8)
    assert [one.late for one in await make(world)] == [False]


async def test_the_first_digest_of_all_and_of_a_new_subscription_are_not_late(world: Any) -> None:
    await world.subscribe("quantum", "daily")
    await story(world, 1)
    to_next(world, 8)
    assert [one.late for one in await make(world)] == [False]
    world.pass_time(hours=1)
    await world.subscribe("qubit", "daily", at="09:45")
    await story(world, 2)
    to_next(world, 9, 45, days=0)
    assert [one.late for one in await make(world)] == [False]


@pytest.mark.parametrize("line", ["digest daily 10:00", "undo 2"])
async def test_a_digest_that_was_off_or_came_at_another_time_is_not_late(world: Any, line: str) -> None:
    await world.subscribe("quantum")
    await world.ask("digest daily 10:00")
    await world.ask("digest off")
    for _ in range(3):
        to_next(world, 8)
        assert await make(world) == []
    world.pass_time(hours=4)
    await world.ask(line)
    assert await make(world) == []
    to_next(world, 10, 0)
    assert [(one.late, one.stories) for one in await make(world)] == [(False, 0)]


async def test_the_first_digest_after_a_night_is_not_late_for_the_hours_that_were_quiet(world: Any) -> None:
    await world.subscribe("quantum", "hourly", at="00:00")
    await world.ask("quiet 22:00-07:00")
    lates = []
    for number in range(24):
        await story(world, number)
        world.pass_time(seconds=3600 - (world.at.timestamp() % 3600))
        lates += [one.late for one in await make(world)]
    assert lates == [False] * 16


async def test_all_that_was_missed_is_caught_up_as_one_digest(world: Any) -> None:
    await world.subscribe("quantum", "hourly", at="00:10")
    await world.subscribe("computer", "daily")
    await world.ask("digest daily 09:00")
    to_next(world, 9, 0)
    await make(world)
    numbers = [await story(world, n) for n in range(1, 4)]
    world.pass_time(days=3, hours=5)
    (one,) = await make(world)
    assert (one.late, one.stories) == (True, 3)
    assert told(world) == sorted(f"ST{number}" for number in numbers)
    world.pass_time(minutes=3)
    assert await make(world) == []


# ── a token that did not work ──────────────────────────────────────────────────────────────────────────────


async def stop(world: Any) -> None:
    async with world.store.begin() as c:
        await installations.stop(c, "T1", "token_revoked", world.at, world.at + timedelta(days=4))


async def test_four_days_without_a_token_end_in_two_messages_and_what_is_young(world: Any) -> None:
    await world.subscribe("quantum")
    await world.subscribe("computer", "hourly")
    await world.ask("digest daily 08:30")
    to_next(world, 8)
    world.pass_time(minutes=20)
    before = len(world.slack.posts["C1"])
    await stop(world)
    numbers = []
    for n in range(1, 5 * 4):
        numbers.append(await story(world, n))
        for _ in range(5):
            assert await world.digests.make_due() == 0
            await world.deliver(1)
            world.pass_time(hours=1)
    assert len(world.slack.posts["C1"]) == before
    world.pass_time(hours=2)
    await world.deliver(2)
    await world.digests.make_due()
    await world.deliver(20)
    rolled = [one for one in world.digests_in() if one.stories and one.page == 1]
    assert [(one.late, one.stories > 10) for one in rolled] == [(True, True)]
    assert [one.late for one in world.digests_in() if not one.stories] == [True], "one all-clear"
    assert len(world.cards()) <= 5
    assert told(world) == sorted(f"ST{number}" for number in numbers)


async def test_a_digest_that_was_owed_before_the_token_failed_is_in_the_one_message(world: Any) -> None:
    await world.subscribe("quantum", "daily")
    number = await story(world, 1)
    to_next(world, 8)
    await world.digests.make_due()
    await stop(world)
    world.pass_time(days=4, hours=1)
    assert await world.digests.make_due() == 0
    await world.deliver(2)
    await world.digests.make_due()
    await world.deliver()
    assert told(world) == [f"ST{number}"]
    assert [one.late for one in world.digests_in()] == [True]
    async with world.store.read() as c:
        assert await deliveries.pending_of_team(c, "T1") == ()


async def test_a_short_outage_of_the_token_rolls_nothing_up(world: Any) -> None:
    await world.subscribe("quantum")
    async with world.store.begin() as c:
        await installations.stop(c, "T1", "token_revoked", world.at, world.at + timedelta(hours=20))
    numbers = [await story(world, n) for n in range(1, 4)]
    world.pass_time(hours=21)
    await world.deliver(8)
    assert len(world.cards()) == 3
    assert told(world) == sorted(f"ST{number}" for number in numbers)


async def test_a_start_with_a_token_that_works_is_a_return_too_and_leaves_who_is_away_away(world: Any) -> None:
    await world.subscribe("quantum")
    await world.subscribe("quantum", channel="C2")
    await stop(world)
    number = await story(world, 1)
    async with world.store.begin() as c:
        gone = await destinations.find(c, "T1", "C2")
        assert gone is not None
        await destinations.set_away(c, gone.id, "away", "is_archived", world.at, 0)
    world.pass_time(days=2)
    async with world.store.begin() as c:
        assert await resume_team(c, "T1", world.at)
        assert not await resume_team(c, "T1", world.at)
    await world.deliver()
    assert told(world) == [f"ST{number}"]
    assert [one.late for one in world.digests_in()] == [True]
    assert world.digests_in("C2") == []
