"""The roll call: a channel whose return nobody told of goes on all the same."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model import Destination
from bot.operations.absent_channels import CHANNELS_A_RUN, AbsentChannels
from bot.store import destinations, installations
from bot.store.deliveries import table as deliveries
from handlers.errors import RateLimited
from handlers.requests import SlackEvent
from tests.support.bot_harness import BotHarness

QUANTUM = "Seoul opens a quantum computing centre"
QUANTUM_TEXT = "Seoul opened a centre for quantum computing on Monday, and researchers moved in."
OTHER = "Zurich buys a superconducting qubit machine from Finland"
OTHER_TEXT = "Zurich bought a quantum computer with superconducting qubits from a Finnish firm, its council said."
THIRD = "Oslo orders a quantum computer for its weather office"
THIRD_TEXT = "Oslo ordered a quantum computer with qubits for its weather office, the ministry there said on Friday."


def roll_call(harness: BotHarness) -> AbsentChannels:
    return AbsentChannels(harness.store, lambda _team: harness.slack, harness.wait_for_delivery, harness.now)


async def channel(harness: BotHarness, name: str = "C1") -> Destination:
    async with harness.store.read() as c:
        found = await destinations.find(c, "T1", name)
    assert found is not None
    return found


async def away(harness: BotHarness, kind: Any = "left") -> None:
    """A channel with an instant subscription that the bot was removed from, and a story that it is owed."""
    await harness.subscribe("quantum", owner=None)
    await harness.membership.note(SlackEvent(f"E{next(harness.numbers)}", "T1", kind, "C1", "U1"))
    harness.slack.closed.add("C1")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert harness.cards() == []


async def test_who_is_a_member_again_goes_on_without_any_event(harness: BotHarness) -> None:
    await away(harness)
    assert (await roll_call(harness).run()).resumed == 0
    assert (await channel(harness)).state == "away"
    harness.slack.closed.clear()
    assert (await roll_call(harness).run()).resumed == 1
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [QUANTUM]
    asked = len(harness.slack.asked)
    await roll_call(harness).run()
    assert len(harness.slack.asked) == asked, "who is here is not asked about"


async def test_what_is_old_by_then_comes_as_one_message(harness: BotHarness) -> None:
    await away(harness, "archived")
    await harness.publish("times", OTHER, OTHER_TEXT)
    harness.pass_time(hours=30)
    await harness.publish("herald", THIRD, THIRD_TEXT)
    for _ in range(3):
        await roll_call(harness).run()
        harness.pass_time(hours=1)
    harness.slack.closed.clear()
    await roll_call(harness).run()
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [THIRD]
    assert [one.stories for one in harness.digests_in()] == [2]


@pytest.mark.parametrize("hides", [False, True])
async def test_where_slack_does_not_say_one_message_tries_at_most_once_an_hour(
    harness: BotHarness, hides: bool
) -> None:
    await away(harness)
    await harness.publish("times", OTHER, OTHER_TEXT)
    harness.slack.no_scope = not hides
    harness.slack.hidden = {"C1"} if hides else set()
    for _ in range(5):  # of an hour, by restarts
        await roll_call(harness).run()
        await harness.deliver()
    assert harness.slack.tried == ["C1"]
    harness.pass_time(hours=1)
    await roll_call(harness).run()
    await harness.deliver()
    assert harness.slack.tried == ["C1", "C1"]
    assert (await channel(harness)).state != "active"
    harness.slack.closed.clear()
    harness.pass_time(hours=1)
    assert (await roll_call(harness).run()).resumed == 1
    await harness.deliver()
    assert sorted(card.headline for card in harness.cards()) == [QUANTUM, OTHER]


async def test_a_channel_that_hides_for_days_gets_what_is_old_in_one_message_and_what_is_new_by_itself(
    harness: BotHarness,
) -> None:
    await away(harness)
    harness.slack.no_scope = True
    await harness.publish("times", OTHER, OTHER_TEXT)
    for _ in range(30):
        await roll_call(harness).run()
        harness.pass_time(hours=1)
    await harness.publish("herald", THIRD, THIRD_TEXT)
    harness.pass_time(minutes=2)
    await roll_call(harness).run()
    harness.slack.closed.clear()
    harness.pass_time(hours=1)
    await roll_call(harness).run()
    await harness.deliver(12)
    assert [card.headline for card in harness.cards()] == [THIRD]
    told = [line.headline for one in harness.digests_in() for part in one.sections for line in part.lines]
    assert sorted(told) == [QUANTUM, OTHER]
    assert len(harness.digests_in()) == 1


async def test_a_message_that_arrived_although_nobody_waited_lets_the_rest_follow(harness: BotHarness) -> None:
    await away(harness)
    await harness.publish("times", OTHER, OTHER_TEXT)
    harness.slack.no_scope = True
    harness.slack.closed.clear()

    async def gone(_number: int) -> None:
        return None

    await AbsentChannels(harness.store, lambda _team: harness.slack, gone, harness.now).run()
    await harness.deliver()
    assert len(harness.cards()) == 1
    assert (await roll_call(harness).run()).resumed == 1
    await harness.deliver()
    assert len(harness.cards()) == 2


async def test_a_channel_of_digests_alone_is_found_too(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily", owner=None)
    await harness.membership.note(SlackEvent("E1", "T1", "left", "C1", "U1"))
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    harness.slack.no_scope = True
    harness.pass_time(days=1)
    await roll_call(harness).run()
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert [one.stories for one in harness.digests_in()] == [1]


async def test_nobody_asks_for_what_nobody_wants_what_is_deleted_or_a_stopped_workspace(harness: BotHarness) -> None:
    await away(harness, "channel_deleted")
    unwanted = await harness.channel("C2")
    async with harness.store.begin() as c:
        await destinations.set_state(c, unwanted.id, "away", "left", harness.now())
    await roll_call(harness).run()
    assert harness.slack.asked == []
    wanted = await harness.subscribe("space", channel="C3")
    async with harness.store.begin() as c:
        await destinations.set_state(c, wanted.destination, "away", "left", harness.now())
        await installations.stop(c, "T1", "token_revoked", harness.now(), None)
    await roll_call(harness).run()
    assert harness.slack.asked == []
    async with harness.store.begin() as c:
        await installations.resume(c, "T1")
    await roll_call(harness).run()
    assert harness.slack.asked == ["C3"]


async def test_many_are_asked_about_a_minute_apart_and_a_limit_is_kept(harness: BotHarness) -> None:
    for number in range(CHANNELS_A_RUN + 3):
        asked = await harness.subscribe("space", channel=f"CX{number}")
        harness.slack.closed.add(f"CX{number}")
        async with harness.store.begin() as c:
            await destinations.set_state(c, asked.destination, "away", "left", harness.now())
    first = await roll_call(harness).run()
    assert (len(harness.slack.asked), first.after) == (CHANNELS_A_RUN, asked.destination - 3)
    assert first.after is not None
    assert first.next_at is not None
    assert (first.next_at - harness.now()).total_seconds() == 60
    rest = await roll_call(harness).run(first.after)
    assert (len(set(harness.slack.asked)), rest.after) == (CHANNELS_A_RUN + 3, None)

    class Busy:
        async def channel_facts(self, channel: str) -> Any:
            raise RateLimited("ratelimited", channel, 300)

    busy = await AbsentChannels(harness.store, lambda _team: Busy(), harness.wait_for_delivery, harness.now).run(
        first.after
    )
    assert busy.after == first.after
    assert busy.next_at is not None
    assert (busy.next_at - harness.now()).total_seconds() == 300


async def test_a_person_is_no_channel_to_ask_about(harness: BotHarness) -> None:
    asked = await harness.ask("subscribe quantum for me")
    assert asked is not None
    harness.pass_time(minutes=1)
    async with harness.store.begin() as c:
        place = await destinations.find(c, "T1", "DU1")
        assert place is not None
        await destinations.set_state(c, place.id, "away", "user_disabled", harness.now())
        await deliveries.enqueue(
            c, "notice:x", team="T1", destination=place.id, kind="notice", now=harness.now(),
            payload={"code": "hello", "args": {}},
        )  # fmt: skip
    assert (await roll_call(harness).run()).resumed == 1
    assert harness.slack.asked == []
