"""Away and back: nothing is deleted, nothing is lost, what is old comes as one message."""

from __future__ import annotations

from typing import Any

import pytest

from bot.desk.errands import Trouble
from bot.desk.troubles import Troubles
from bot.store import deliveries, destinations
from handlers.asks import Happened
from handlers.cards import NoticeCard

QUANTUM = "Seoul opens a quantum computing centre"
QUANTUM_TEXT = "Seoul opened a centre for quantum computing on Monday, and researchers moved in."
OTHER = "Zurich buys a superconducting qubit machine from Finland"
OTHER_TEXT = "Zurich bought a quantum computer with superconducting qubits from a Finnish firm, its council said."


def happened(world: Any, kind: Any, channel: str = "C1") -> Happened:
    return Happened(f"E{next(world.numbers)}", "T1", kind, channel, "U1")


@pytest.mark.parametrize("left", ["left", "archived", "channel_deleted"])
async def test_what_comes_while_away_is_kept_and_what_is_old_is_rolled_up(world: Any, left: str) -> None:
    await world.subscribe("quantum")
    await world.presence.note(happened(world, left))
    world.slack.closed.add("C1")
    await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    world.pass_time(hours=30)
    await world.publish("herald", OTHER, OTHER_TEXT)
    await world.deliver()
    assert world.slack.posts == {}
    world.slack.closed.clear()
    await world.presence.note(happened(world, "joined"))
    await world.presence.note(happened(world, "unarchived"))
    await world.deliver()
    assert [card.headline for card in world.cards()] == [OTHER]
    assert [[line.headline for part in one.sections for line in part.lines] for one in world.digests_in()] == [
        [QUANTUM]
    ]


async def test_many_old_stories_come_back_in_pages_without_losing_one(world: Any) -> None:
    asked = await world.subscribe("quantum")
    await world.presence.note(happened(world, "left"))
    place = await world.channel()
    numbers = []
    for n in range(30):
        word = f"{n:x}" * 6
        item = await world.publish("herald", f"{word} {word[::-1]}z qubit {n * 17}", f"{word} a quantum computer {n}.")
        numbers.append((await world.row(item)).story)
    world.pass_time(hours=30)
    await world.presence.note(happened(world, "joined"))
    await world.deliver(20)
    lines = [line.story for one in world.digests_in() for part in one.sections for line in part.lines]
    assert sorted(lines) == sorted(f"ST{number}" for number in set(numbers))
    assert world.cards() == []
    assert await world.untold(asked) == []
    async with world.store.read() as c:
        there = await destinations.get(c, place.id)
    assert there is not None
    assert there.state == "active"


async def test_a_command_finds_a_channel_whose_invitation_nobody_heard(world: Any) -> None:
    world.slack.closed.add("C1")
    waiting = await world.ask("subscribe quantum")
    assert waiting.waiting
    await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    await world.deliver()
    assert world.slack.posts == {}
    world.slack.closed.clear()
    await world.ask("subscribe space")
    await world.deliver()
    assert [card.headline for card in world.cards()] == [QUANTUM]


async def test_hello_is_said_once_a_channel(world: Any) -> None:
    for kind in ("joined", "left", "joined"):
        await world.presence.note(happened(world, kind, "C5"))
    await world.deliver()
    assert [card.notes[0].code for card in world.shown(NoticeCard, "C5")] == ["hello"]


async def test_the_owner_of_an_away_channel_hears_of_it_once_an_absence(world: Any) -> None:
    await world.subscribe("quantum")
    item = await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    troubles = Troubles(world.store, None, "en", "Asia/Seoul", world.now, world.open_direct)
    async with world.store.read() as c:
        (card,) = await deliveries.of_story(c, (await world.row(item)).story)
    for _ in range(3):
        await troubles.tell(Trouble("away", "T1", "is_archived", card))
        world.pass_time(days=1)
    await world.deliver()
    assert [one.notes[0].code for one in world.shown(NoticeCard, "DU1")] == ["channel_away"]
