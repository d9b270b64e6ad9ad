"""The roll call: a channel whose return nobody told of goes on all the same."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model import Destination
from bot.operations.absent_channels import AT_ONCE, AbsentChannels
from bot.store import destinations, installations
from bot.store.deliveries import table as deliveries
from handlers.errors import RateLimited
from handlers.requests import Happened

QUANTUM = "Seoul opens a quantum computing centre"
QUANTUM_TEXT = "Seoul opened a centre for quantum computing on Monday, and researchers moved in."
OTHER = "Zurich buys a superconducting qubit machine from Finland"
OTHER_TEXT = "Zurich bought a quantum computer with superconducting qubits from a Finnish firm, its council said."
THIRD = "Oslo orders a quantum computer for its weather office"
THIRD_TEXT = "Oslo ordered a quantum computer with qubits for its weather office, the ministry there said on Friday."


def roll_call(world: Any) -> AbsentChannels:
    return AbsentChannels(world.store, lambda _team: world.slack, world.settled, world.now)


async def channel(world: Any, name: str = "C1") -> Destination:
    async with world.store.read() as c:
        found = await destinations.find(c, "T1", name)
    assert found is not None
    return found


async def away(world: Any, kind: Any = "left") -> None:
    """A channel with an instant subscription that the bot was removed from, and a story that it is owed."""
    await world.subscribe("quantum", owner=None)
    await world.presence.note(Happened(f"E{next(world.numbers)}", "T1", kind, "C1", "U1"))
    world.slack.closed.add("C1")
    await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    await world.deliver()
    assert world.cards() == []


async def test_who_is_a_member_again_goes_on_without_any_event(world: Any) -> None:
    await away(world)
    assert (await roll_call(world).run()).back == 0
    assert (await channel(world)).state == "away"
    world.slack.closed.clear()
    assert (await roll_call(world).run()).back == 1
    await world.deliver()
    assert [card.headline for card in world.cards()] == [QUANTUM]
    asked = len(world.slack.asked)
    await roll_call(world).run()
    assert len(world.slack.asked) == asked, "who is here is not asked about"


async def test_what_is_old_by_then_comes_as_one_message(world: Any) -> None:
    await away(world, "archived")
    await world.publish("times", OTHER, OTHER_TEXT)
    world.pass_time(hours=30)
    await world.publish("herald", THIRD, THIRD_TEXT)
    for _ in range(3):
        await roll_call(world).run()
        world.pass_time(hours=1)
    world.slack.closed.clear()
    await roll_call(world).run()
    await world.deliver()
    assert [card.headline for card in world.cards()] == [THIRD]
    assert [one.stories for one in world.digests_in()] == [2]


@pytest.mark.parametrize("hides", [False, True])
async def test_where_slack_does_not_say_one_message_tries_at_most_once_an_hour(world: Any, hides: bool) -> None:
    await away(world)
    await world.publish("times", OTHER, OTHER_TEXT)
    world.slack.no_scope = not hides
    world.slack.hidden = {"C1"} if hides else set()
    for _ in range(5):  # of an hour, by restarts
        await roll_call(world).run()
        await world.deliver()
    assert world.slack.tried == ["C1"]
    world.pass_time(hours=1)
    await roll_call(world).run()
    await world.deliver()
    assert world.slack.tried == ["C1", "C1"]
    assert (await channel(world)).state != "active"
    world.slack.closed.clear()
    world.pass_time(hours=1)
    assert (await roll_call(world).run()).back == 1
    await world.deliver()
    assert sorted(card.headline for card in world.cards()) == [QUANTUM, OTHER]


async def test_a_channel_that_hides_for_days_gets_what_is_old_in_one_message_and_what_is_new_by_itself(
    world: Any,
) -> None:
    await away(world)
    world.slack.no_scope = True
    await world.publish("times", OTHER, OTHER_TEXT)
    for _ in range(30):
        await roll_call(world).run()
        world.pass_time(hours=1)
    await world.publish("herald", THIRD, THIRD_TEXT)
    world.pass_time(minutes=2)
    await roll_call(world).run()
    world.slack.closed.clear()
    world.pass_time(hours=1)
    await roll_call(world).run()
    await world.deliver(12)
    assert [card.headline for card in world.cards()] == [THIRD]
    told = [line.headline for one in world.digests_in() for part in one.sections for line in part.lines]
    assert sorted(told) == [QUANTUM, OTHER]
    assert len(world.digests_in()) == 1


async def test_a_message_that_arrived_although_nobody_waited_lets_the_rest_follow(world: Any) -> None:
    await away(world)
    await world.publish("times", OTHER, OTHER_TEXT)
    world.slack.no_scope = True
    world.slack.closed.clear()

    async def gone(_number: int) -> None:
        return None

    await AbsentChannels(world.store, lambda _team: world.slack, gone, world.now).run()
    await world.deliver()
    assert len(world.cards()) == 1
    assert (await roll_call(world).run()).back == 1
    await world.deliver()
    assert len(world.cards()) == 2


async def test_a_channel_of_digests_alone_is_found_too(world: Any) -> None:
    await world.subscribe("quantum", "daily", owner=None)
    await world.presence.note(Happened("E1", "T1", "left", "C1", "U1"))
    await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    world.slack.no_scope = True
    world.pass_time(days=1)
    await roll_call(world).run()
    await world.digests.make_due()
    await world.deliver()
    assert [one.stories for one in world.digests_in()] == [1]


async def test_nobody_asks_for_what_nobody_wants_what_is_deleted_or_a_stopped_workspace(world: Any) -> None:
    await away(world, "channel_deleted")
    unwanted = await world.channel("C2")
    async with world.store.begin() as c:
        await destinations.set_state(c, unwanted.id, "away", "left", world.now())
    await roll_call(world).run()
    assert world.slack.asked == []
    wanted = await world.subscribe("space", channel="C3")
    async with world.store.begin() as c:
        await destinations.set_state(c, wanted.destination, "away", "left", world.now())
        await installations.stop(c, "T1", "token_revoked", world.now(), None)
    await roll_call(world).run()
    assert world.slack.asked == []
    async with world.store.begin() as c:
        await installations.resume(c, "T1")
    await roll_call(world).run()
    assert world.slack.asked == ["C3"]


async def test_many_are_asked_about_a_minute_apart_and_a_limit_is_kept(world: Any) -> None:
    for number in range(AT_ONCE + 3):
        asked = await world.subscribe("space", channel=f"CX{number}")
        world.slack.closed.add(f"CX{number}")
        async with world.store.begin() as c:
            await destinations.set_state(c, asked.destination, "away", "left", world.now())
    first = await roll_call(world).run()
    assert (len(world.slack.asked), first.after) == (AT_ONCE, asked.destination - 3)
    assert first.after is not None
    assert first.next_at is not None
    assert (first.next_at - world.now()).total_seconds() == 60
    rest = await roll_call(world).run(first.after)
    assert (len(set(world.slack.asked)), rest.after) == (AT_ONCE + 3, None)

    class Busy:
        async def channel_facts(self, channel: str) -> Any:
            raise RateLimited("ratelimited", channel, 300)

    busy = await AbsentChannels(world.store, lambda _team: Busy(), world.settled, world.now).run(first.after)
    assert busy.after == first.after
    assert busy.next_at is not None
    assert (busy.next_at - world.now()).total_seconds() == 300


async def test_a_person_is_no_channel_to_ask_about(world: Any) -> None:
    asked = await world.ask("subscribe quantum for me")
    assert asked is not None
    world.pass_time(minutes=1)
    async with world.store.begin() as c:
        place = await destinations.find(c, "T1", "DU1")
        assert place is not None
        await destinations.set_state(c, place.id, "away", "user_disabled", world.now())
        await deliveries.enqueue(
            c, "notice:x", team="T1", destination=place.id, kind="notice", now=world.now(),
            payload={"code": "hello", "args": {}},
        )  # fmt: skip
    assert (await roll_call(world).run()).back == 1
    assert world.slack.asked == []
