"""Channels and installations go and come back: nothing is deleted or lost, and old cards come as one roll-up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.deliveries.notices import OperatorsChannel
from bot.operations.cleanup import Cleanup
from bot.outbox.ports import Alert
from bot.store import destinations, installations
from bot.store.deliveries import table as deliveries
from handlers.blocks.message import render
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.requests import SlackEvent
from tests.support.bot_harness import BotHarness
from tests.support.unlike_stories import headline_of, text_of

QUANTUM = "Seoul opens a quantum computing centre"
QUANTUM_TEXT = "Seoul opened a centre for quantum computing on Monday, and researchers moved in."
OTHER = "Zurich buys a superconducting qubit machine from Finland"
OTHER_TEXT = "Zurich bought a quantum computer with superconducting qubits from a Finnish firm, its council said."


def happened(harness: BotHarness, kind: Any, channel: str = "C1") -> SlackEvent:
    return SlackEvent(f"E{next(harness.numbers)}", "T1", kind, channel, "U1")


async def test_the_owner_of_a_channel_without_the_bot_is_told_to_invite_it_there(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    async with harness.store.read() as c:
        (card,) = await deliveries.of_story(c, (await harness.row(item)).story)
    await harness.alerts.send(Alert("away", "T1", "not_in_channel", card))
    await harness.deliver()
    (notice,) = harness.shown(NoticeCard, "DU1")
    assert "I am not in <#C1>." in render(Shown(notice, "en")).plain
    assert "그 채널에서 /invite @pactbot을" in render(Shown(notice, "ko")).plain


@pytest.mark.parametrize("left", ["left", "archived", "channel_deleted"])
async def test_cards_wait_for_an_absent_channel_and_old_ones_are_rolled_up(harness: BotHarness, left: str) -> None:
    await harness.subscribe("quantum")
    await harness.membership.note(happened(harness, left))
    harness.slack.closed.add("C1")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    harness.pass_time(hours=30)
    await harness.publish("herald", OTHER, OTHER_TEXT)
    await harness.deliver()
    assert harness.shown(object) == []
    harness.slack.closed.clear()
    await harness.membership.note(happened(harness, "joined"))
    await harness.membership.note(happened(harness, "unarchived"))
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [OTHER]
    assert [[line.headline for part in digest.sections for line in part.lines] for digest in harness.digests_in()] == [
        [QUANTUM]
    ]


async def test_many_old_stories_come_in_pages_without_losing_one(harness: BotHarness) -> None:
    subscription = await harness.subscribe("quantum")
    await harness.membership.note(happened(harness, "left"))
    channel = await harness.channel()
    numbers = []
    for n in range(30):
        item = await harness.publish("herald", headline_of(n), text_of(n))
        numbers.append((await harness.row(item)).story)
    harness.pass_time(hours=30)
    await harness.membership.note(happened(harness, "joined"))
    await harness.deliver(20)
    lines = [line.story for digest in harness.digests_in() for part in digest.sections for line in part.lines]
    assert sorted(lines) == sorted(f"ST{number}" for number in set(numbers))
    assert harness.cards() == []
    assert await harness.untold(subscription) == []
    async with harness.store.read() as c:
        destination = await destinations.get(c, channel.id)
    assert destination is not None
    assert destination.state == "active"


async def test_a_command_resumes_a_channel_whose_invitation_was_lost(harness: BotHarness) -> None:
    harness.slack.closed.add("C1")
    waiting = await harness.ask("subscribe quantum")
    assert waiting.waiting
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert harness.shown(object) == []
    harness.slack.closed.clear()
    await harness.ask("subscribe space")
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [QUANTUM]


async def test_a_channel_with_a_new_id_goes_on_there_and_what_waited_is_sent(harness: BotHarness) -> None:
    await harness.subscribe("quantum", channel="G1")
    harness.slack.closed.add("G1")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert harness.cards("C9") == []
    change = SlackEvent("E-id", "T1", "id_changed", "G1", new_channel="C9")
    for _ in range(2):
        await harness.membership.note(change)
        await harness.deliver()
    assert [card.headline for card in harness.cards("C9")] == [QUANTUM]
    assert [each.query for each in await harness.active_subscriptions("C9")] == ["quantum"]
    await harness.publish("times", OTHER, OTHER_TEXT)
    await harness.deliver()
    assert [card.headline for card in harness.cards("C9")] == [QUANTUM, OTHER]


async def test_a_channel_gets_one_welcome(harness: BotHarness) -> None:
    for kind in ("joined", "left", "joined"):
        await harness.membership.note(happened(harness, kind, "C5"))
    await harness.deliver()
    assert [card.notes[0].code for card in harness.shown(NoticeCard, "C5")] == ["hello"]


async def test_a_welcome_to_a_channel_with_subscriptions_does_not_advise_the_first(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    await harness.membership.note(happened(harness, "joined"))
    await harness.deliver()
    assert [card.notes[0].code for card in harness.shown(NoticeCard)] == ["hello_subscribed"]


async def test_a_welcome_stands_before_what_waited_for_the_invitation(harness: BotHarness) -> None:
    harness.slack.closed.add("C1")
    assert (await harness.ask("subscribe quantum")).waiting
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.publish("herald", OTHER, OTHER_TEXT)
    await harness.deliver()
    harness.slack.closed.clear()
    await harness.membership.note(happened(harness, "joined"))
    await harness.deliver()
    posted = harness.shown(object)
    assert [type(card).__name__ for card in posted] == ["NoticeCard", "ChangeCard", "StoryCard", "StoryCard"]
    assert [card.headline for card in harness.cards()] == [QUANTUM, OTHER]


async def test_the_owner_of_an_absent_channel_gets_one_notice_an_absence(harness: BotHarness) -> None:
    await harness.subscribe("quantum")
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    async with harness.store.read() as c:
        (card,) = await deliveries.of_story(c, (await harness.row(item)).story)
    for _ in range(3):
        await harness.alerts.send(Alert("away", "T1", "is_archived", card))
        harness.pass_time(days=1)
    await harness.deliver()
    assert [card.notes[0].code for card in harness.shown(NoticeCard, "DU1")] == ["channel_away"]


@pytest.mark.parametrize("left", ["left", "archived", "channel_deleted"])
async def test_an_absence_that_slack_reported_is_not_reported_again_when_a_post_fails(
    harness: BotHarness, left: str
) -> None:
    await harness.subscribe("quantum", owner="U1")
    await harness.subscribe("space", owner="U2")
    for _ in range(2):
        await harness.membership.note(happened(harness, left))
        await harness.deliver()
    notices = [len(harness.shown(NoticeCard, f"D{user}")) for user in ("U1", "U2")]
    assert notices == [1, 1], "the notice does not wait for a failed post"
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    harness.slack.closed.add("C1")
    await harness.membership.note(happened(harness, "unarchived"))
    await harness.deliver()
    for user in ("U1", "U2"):
        (notice,) = harness.shown(NoticeCard, f"D{user}")
        code = "channel_uninvited" if left == "left" else "channel_away"
        assert (notice.notes[0].code, notice.notes[0].args["channel"]) == (code, "C1")


async def state(harness: BotHarness) -> Any:
    async with harness.store.read() as c:
        return await installations.get(c, "T1")


@pytest.mark.parametrize("kind", ["tokens_revoked", "uninstalled"])
async def test_an_event_about_a_working_token_stops_nothing(harness: BotHarness, kind: str) -> None:
    await harness.membership.note(happened(harness, kind))
    assert harness.slack.confirmed == 1
    assert (await state(harness)).state == "active"


@pytest.mark.parametrize(("kind", "after"), [("tokens_revoked", "active"), ("uninstalled", "stopped")])
async def test_if_slack_does_not_answer_only_a_removal_stops_the_workspace(
    harness: BotHarness, kind: str, after: str
) -> None:
    harness.slack.token_works = None
    await harness.membership.note(happened(harness, kind))
    assert (await state(harness)).state == after


@pytest.mark.parametrize("order", [("uninstalled", "tokens_revoked"), ("tokens_revoked", "uninstalled")])
async def test_a_dead_token_is_confirmed_once_and_the_removal_is_stored_in_either_order(
    harness: BotHarness, order: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    harness.slack.token_works = False
    stopped_at = harness.at
    for kind in order:
        await harness.membership.note(happened(harness, kind))
        harness.pass_time(minutes=2)
    assert harness.slack.confirmed == 1
    installation = await state(harness)
    assert (installation.state, installation.reason) == ("stopped", "uninstalled")
    assert installation.ask_again_at == stopped_at + timedelta(minutes=10)
    (error,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert (error.message, error.kind) == ("alert", "stopped")  # type: ignore[attr-defined]


@pytest.mark.parametrize("came_back", [False, True])
async def test_a_month_after_its_removal_a_workspaces_rows_are_deleted_unless_it_came_back(
    harness: BotHarness, came_back: bool
) -> None:
    await harness.subscribe("quantum")
    item = await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    harness.slack.token_works = False
    await harness.membership.note(happened(harness, "uninstalled"))
    cleanup = Cleanup(harness.store, harness.outlets, OperatorsChannel("COPS", "en", "Asia/Seoul"), harness.now)
    harness.pass_time(days=30, seconds=-1)
    if came_back:
        async with harness.store.begin() as c:
            await installations.put(c, "T1", harness.now())
    await cleanup.run()
    async with harness.store.read() as c:
        assert await deliveries.of_story(c, (await harness.row(item)).story)
    harness.pass_time(seconds=1)
    await cleanup.run()
    await cleanup.run()
    async with harness.store.read() as c:
        left = await destinations.all_of_team(c, "T1")
    assert (len(left) > 0, (await state(harness)).reason) == (came_back, None if came_back else "purged")
    assert await harness.row(item) is not None


async def test_the_operators_learn_afterwards_how_long_the_workspace_was_stopped(harness: BotHarness) -> None:
    harness.slack.token_works = False
    await harness.membership.note(happened(harness, "tokens_revoked"))
    await harness.subscribe("quantum")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    harness.pass_time(minutes=125)
    await harness.deliver()
    assert harness.shown(object) == []
    harness.slack.token_works = True
    harness.pass_time(minutes=11)
    await harness.deliver()
    async with harness.store.begin() as c:  # as after a restart
        assert await harness.alerts.notify_resumed(c, "T1") == 0
    (notice,) = harness.shown(NoticeCard, "COPS")
    assert notice.notes[0].code == "trouble_resumed"
    assert 135 <= int(notice.notes[0].args["minutes"]) <= 137
    assert len(harness.cards()) == 1
