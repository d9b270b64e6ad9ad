"""Away and back: nothing is deleted, nothing is lost, what is old comes as one message."""

from __future__ import annotations

from typing import Any

import pytest

from bot.deliveries.notices import OperatorsChannel
from bot.operations.cleanup import Cleanup
from bot.outbox.ports import Trouble
from bot.store import destinations, installations
from bot.store.deliveries import table as deliveries
from handlers.cards import NoticeCard
from handlers.requests import Happened

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
    assert world.shown(object) == []
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
    assert world.shown(object) == []
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
    async with world.store.read() as c:
        (card,) = await deliveries.of_story(c, (await world.row(item)).story)
    for _ in range(3):
        await world.troubles.tell(Trouble("away", "T1", "is_archived", card))
        world.pass_time(days=1)
    await world.deliver()
    assert [one.notes[0].code for one in world.shown(NoticeCard, "DU1")] == ["channel_away"]


@pytest.mark.parametrize("left", ["left", "archived", "channel_deleted"])
async def test_the_owner_hears_of_an_absence_that_slack_told_and_not_again_when_a_post_finds_it(
    world: Any, left: str
) -> None:
    await world.subscribe("quantum", owner="U1")
    await world.subscribe("space", owner="U2")
    for _ in range(2):
        await world.presence.note(happened(world, left))
        await world.deliver()
    heard = [len(world.shown(NoticeCard, f"D{user}")) for user in ("U1", "U2")]
    assert heard == [1, 1], "before anything is posted there"
    await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    world.slack.closed.add("C1")
    await world.presence.note(happened(world, "unarchived"))
    await world.deliver()
    for user in ("U1", "U2"):
        (notice,) = world.shown(NoticeCard, f"D{user}")
        assert (notice.notes[0].code, notice.notes[0].args["channel"]) == ("channel_away", "C1")


async def state(world: Any) -> Any:
    async with world.store.read() as c:
        return await installations.get(c, "T1")


@pytest.mark.parametrize("kind", ["tokens_revoked", "uninstalled"])
async def test_an_event_about_a_token_that_works_stops_nothing(world: Any, kind: str) -> None:
    await world.presence.note(happened(world, kind))
    assert world.slack.confirmed == 1
    assert (await state(world)).state == "active"


@pytest.mark.parametrize(("kind", "after"), [("tokens_revoked", "active"), ("uninstalled", "stopped")])
async def test_where_slack_does_not_answer_only_a_removed_app_stops(world: Any, kind: str, after: str) -> None:
    world.slack.token_works = None
    await world.presence.note(happened(world, kind))
    assert (await state(world)).state == after


@pytest.mark.parametrize("order", [("uninstalled", "tokens_revoked"), ("tokens_revoked", "uninstalled")])
async def test_a_dead_token_is_asked_about_once_and_a_removed_app_is_known_in_either_order(
    world: Any, order: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    world.slack.token_works = False
    for kind in order:
        await world.presence.note(happened(world, kind))
        world.pass_time(minutes=2)
    assert world.slack.confirmed == 1
    found = await state(world)
    assert (found.state, found.reason) == ("stopped", "uninstalled")
    (loud,) = [one for one in caplog.records if one.levelname == "ERROR"]
    assert (loud.message, loud.kind) == ("trouble", "stopped")  # type: ignore[attr-defined]


@pytest.mark.parametrize("back", [False, True])
async def test_a_month_after_the_app_was_removed_its_people_are_forgotten_unless_it_came_back(
    world: Any, back: bool
) -> None:
    await world.subscribe("quantum")
    item = await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    world.slack.token_works = False
    await world.presence.note(happened(world, "uninstalled"))
    cleanup = Cleanup(world.store, world.outlets, OperatorsChannel("COPS", "en", "Asia/Seoul"), world.now)
    world.pass_time(days=29)
    if back:
        async with world.store.begin() as c:
            await installations.put(c, "T1", world.now())
    await cleanup.run()
    async with world.store.read() as c:
        assert await deliveries.of_story(c, (await world.row(item)).story)
    world.pass_time(days=2)
    await cleanup.run()
    await cleanup.run()
    async with world.store.read() as c:
        left = await destinations.all_of_team(c, "T1")
    assert (len(left) > 0, (await state(world)).reason) == (back, None if back else "purged")
    assert await world.row(item) is not None


async def test_the_operators_hear_afterwards_how_long_the_workspace_was_stopped(world: Any) -> None:
    world.slack.token_works = False
    await world.presence.note(happened(world, "tokens_revoked"))
    await world.subscribe("quantum")
    await world.publish("herald", QUANTUM, QUANTUM_TEXT)
    world.pass_time(minutes=125)
    await world.deliver()
    assert world.shown(object) == []
    world.slack.token_works = True
    world.pass_time(minutes=11)
    await world.deliver()
    async with world.store.begin() as c:  # as after a restart
        assert await world.troubles.tell_resumed(c, "T1") == 0
    (notice,) = world.shown(NoticeCard, "COPS")
    assert notice.notes[0].code == "trouble_resumed"
    assert 135 <= int(notice.notes[0].args["minutes"]) <= 137
    assert len(world.cards()) == 1
