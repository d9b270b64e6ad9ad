"""A channel whose return no event reported is resumed by the job ``absent_channels``."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model import Destination
from bot.operations.absent_channels import CHANNELS_A_RUN, AbsentChannels, ask_again_after, is_due
from bot.store import absent_channels as stored_absences
from bot.store import destinations, installations
from bot.store.absent_channels import AbsentChannel
from bot.store.deliveries import table as deliveries
from handlers.errors import OutcomeUnknown, PostError, RateLimited
from handlers.requests import SlackEvent
from tests.support.bot_harness import START, BotHarness

QUANTUM = "Seoul opens a quantum computing centre"
QUANTUM_TEXT = "Seoul opened a centre for quantum computing on Monday, and researchers moved in."
OTHER = "Zurich buys a superconducting qubit machine from Finland"
OTHER_TEXT = "Zurich bought a quantum computer with superconducting qubits from a Finnish firm, its council said."
THIRD = "Oslo orders a quantum computer for its weather office"
THIRD_TEXT = "Oslo ordered a quantum computer with qubits for its weather office, the ministry there said on Friday."


async def channel(harness: BotHarness, name: str = "C1") -> Destination:
    async with harness.store.read() as c:
        destination = await destinations.find(c, "T1", name)
    assert destination is not None
    return destination


async def away(harness: BotHarness, kind: Any = "left") -> None:
    """Removes the bot from a channel with an instant subscription, enqueues a card for it, and lets a minute pass."""
    await harness.subscribe("quantum", owner=None)
    await harness.membership.note(SlackEvent(f"E{next(harness.numbers)}", "T1", kind, "C1", "U1"))
    harness.slack.closed.add("C1")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert harness.cards() == []
    harness.pass_time(minutes=1)


async def test_a_channel_with_the_bot_as_a_member_is_resumed_without_an_event(harness: BotHarness) -> None:
    await away(harness)
    assert (await harness.absent_channels.run()).resumed == 0
    assert (await channel(harness)).state == "away"
    harness.slack.closed.clear()
    harness.pass_time(minutes=5)
    assert (await harness.absent_channels.run()).resumed == 1
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [QUANTUM]
    questions = len(harness.slack.asked)
    await harness.absent_channels.run()
    assert len(harness.slack.asked) == questions, "Slack is not asked about an active channel"


async def test_cards_older_than_a_day_come_as_one_roll_up(harness: BotHarness) -> None:
    await away(harness, "archived")
    await harness.publish("times", OTHER, OTHER_TEXT)
    harness.pass_time(hours=30)
    await harness.publish("herald", THIRD, THIRD_TEXT)
    for _ in range(3):
        await harness.absent_channels.run()
        harness.pass_time(hours=1)
    harness.slack.closed.clear()
    await harness.absent_channels.run()
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [THIRD]
    assert [digest.stories for digest in harness.digests_in()] == [2]


@pytest.mark.parametrize("hides", [False, True])
async def test_where_slack_does_not_say_one_trial_is_sent_at_most_once_an_hour(
    harness: BotHarness, hides: bool
) -> None:
    await away(harness)
    await harness.publish("times", OTHER, OTHER_TEXT)
    harness.slack.no_scope = not hides
    harness.slack.hidden = {"C1"} if hides else set()
    for _ in range(5):  # five runs within an hour, as after restarts
        await harness.absent_channels.run()
        await harness.deliver()
    assert harness.slack.tried == ["C1"]
    harness.pass_time(hours=1)
    await harness.absent_channels.run()
    await harness.deliver()
    assert harness.slack.tried == ["C1", "C1"]
    assert (await channel(harness)).state != "active"
    harness.slack.closed.clear()
    harness.pass_time(hours=1)
    assert (await harness.absent_channels.run()).resumed == 1
    await harness.deliver()
    assert sorted(card.headline for card in harness.cards()) == [QUANTUM, OTHER]


async def test_a_channel_that_slack_hides_for_days_gets_one_roll_up_and_its_new_card(
    harness: BotHarness,
) -> None:
    await away(harness)
    harness.slack.no_scope = True
    await harness.publish("times", OTHER, OTHER_TEXT)
    for _ in range(30):
        await harness.absent_channels.run()
        harness.pass_time(hours=1)
    await harness.publish("herald", THIRD, THIRD_TEXT)
    harness.pass_time(minutes=2)
    await harness.absent_channels.run()
    harness.slack.closed.clear()
    harness.pass_time(hours=1)
    await harness.absent_channels.run()
    await harness.deliver(12)
    assert [card.headline for card in harness.cards()] == [THIRD]
    headlines = [line.headline for digest in harness.digests_in() for part in digest.sections for line in part.lines]
    assert sorted(headlines) == [QUANTUM, OTHER]
    assert len(harness.digests_in()) == 1


async def test_a_trial_that_arrives_after_the_wait_resumes_the_channel_in_the_next_run(harness: BotHarness) -> None:
    await away(harness)
    await harness.publish("times", OTHER, OTHER_TEXT)
    harness.slack.no_scope = True
    harness.slack.closed.clear()

    async def not_waited(_delivery_id: int) -> None:
        return None

    await AbsentChannels(harness.store, lambda _team: harness.slack, not_waited, harness.now).run()
    await harness.deliver()
    assert len(harness.cards()) == 1
    assert (await harness.absent_channels.run()).resumed == 1
    await harness.deliver()
    assert len(harness.cards()) == 2


async def test_a_channel_with_digests_only_is_resumed_too(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily", owner=None)
    await harness.membership.note(SlackEvent("E1", "T1", "left", "C1", "U1"))
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    harness.slack.no_scope = True
    harness.pass_time(days=1)
    await harness.absent_channels.run()
    await harness.digests.enqueue_due()
    await harness.deliver()
    assert [digest.stories for digest in harness.digests_in()] == [1]


async def test_slack_is_not_asked_about_unwanted_or_deleted_channels_or_a_stopped_workspace(
    harness: BotHarness,
) -> None:
    await away(harness, "channel_deleted")
    unwanted = await harness.channel("C2")
    async with harness.store.begin() as c:
        await destinations.set_state(c, unwanted.id, "away", "left", harness.now())
    await harness.absent_channels.run()
    assert harness.slack.asked == []
    wanted = await harness.subscribe("space", channel="C3")
    async with harness.store.begin() as c:
        await destinations.set_state(c, wanted.destination, "away", "left", harness.now())
        await installations.stop(c, "T1", "token_revoked", harness.now(), None)
    await harness.absent_channels.run()
    assert harness.slack.asked == []
    async with harness.store.begin() as c:
        await installations.resume(c, "T1")
    harness.pass_time(minutes=1)
    await harness.absent_channels.run()
    assert harness.slack.asked == ["C3"]


async def test_a_run_checks_twenty_channels_and_the_next_follows_a_minute_or_a_rate_limit_later(
    harness: BotHarness,
) -> None:
    for number in range(CHANNELS_A_RUN + 3):
        subscription = await harness.subscribe("space", channel=f"CX{number}")
        harness.slack.closed.add(f"CX{number}")
        async with harness.store.begin() as c:
            await destinations.set_state(c, subscription.destination, "away", "left", harness.now())
    harness.pass_time(minutes=1)
    first = await harness.absent_channels.run()
    assert (len(harness.slack.asked), first.after) == (CHANNELS_A_RUN, subscription.destination - 3)
    assert first.after is not None
    assert first.next_at is not None
    assert (first.next_at - harness.now()).total_seconds() == 60
    rest = await harness.absent_channels.run(first.after)
    assert (len(set(harness.slack.asked)), rest.after) == (CHANNELS_A_RUN + 3, None)

    class Busy:
        async def channel_facts(self, channel: str) -> Any:
            raise RateLimited("ratelimited", channel, 300)

    harness.pass_time(minutes=5)
    busy = await AbsentChannels(harness.store, lambda _team: Busy(), harness.wait_for_delivery, harness.now).run(
        first.after
    )
    assert busy.after == first.after
    assert busy.next_at is not None
    assert (busy.next_at - harness.now()).total_seconds() == 300


async def test_slack_is_not_asked_about_a_persons_direct_messages(harness: BotHarness) -> None:
    answer = await harness.ask("subscribe quantum for me")
    assert answer is not None
    harness.pass_time(minutes=1)
    async with harness.store.begin() as c:
        destination = await destinations.find(c, "T1", "DU1")
        assert destination is not None
        await destinations.set_state(c, destination.id, "away", "user_disabled", harness.now())
        await deliveries.enqueue(
            c, "notice:x", team="T1", destination=destination.id, kind="notice", now=harness.now(),
            payload={"code": "hello", "args": {}},
        )  # fmt: skip
    harness.pass_time(minutes=1)
    assert (await harness.absent_channels.run()).resumed == 1
    assert harness.slack.asked == []


@pytest.mark.parametrize(("asks", "minutes"), [(0, 1), (1, 5), (2, 60), (3, 60), (1_000, 60)])
def test_slack_is_asked_after_a_minute_after_five_then_hourly(asks: int, minutes: int) -> None:
    assert ask_again_after(asks) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("asks", "seconds", "due"),
    [(0, 59, False), (0, 60, True), (1, 299, False), (1, 300, True), (2, 3_599, False), (2, 3_600, True),
     (2, 0, False), (2, -1, True)],
)  # fmt: skip
def test_a_channel_is_due_at_its_time_and_after_a_clock_was_set_back(asks: int, seconds: int, due: bool) -> None:
    destination = Destination(1, "T1", "C1", None, "en", "UTC", "away", "not_in_channel", None, None, None)
    channel = AbsentChannel(destination, asks, START)
    assert is_due(channel, START + timedelta(seconds=seconds), START) is due
    assert is_due(replace(channel, since_at=None), START, START)


@pytest.mark.parametrize(
    ("asks", "seconds", "due"), [(0, 1, True), (1, 59, False), (1, 60, True), (9, 59, False), (9, 60, True)]
)
def test_a_process_that_begins_asks_at_once_and_not_more_than_once_a_minute(asks: int, seconds: int, due: bool) -> None:
    destination = Destination(1, "T1", "C1", None, "en", "UTC", "away", "not_in_channel", None, None, None)
    now = START + timedelta(seconds=seconds)
    assert is_due(AbsentChannel(destination, asks, START), now, now) is due


async def test_a_glitch_of_one_answer_is_over_after_a_minute(harness: BotHarness) -> None:
    await harness.subscribe("quantum", owner=None)
    harness.slack.closed.add("C1")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert (await channel(harness)).state == "waiting"
    harness.slack.closed.clear()
    harness.pass_time(minutes=1)
    assert (await harness.absent_channels.run()).resumed == 1
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [QUANTUM]


async def test_a_channel_that_comes_and_goes_is_asked_about_after_a_minute_each_time(harness: BotHarness) -> None:
    await away(harness)
    for minutes in (0, 5, 60):
        harness.pass_time(minutes=minutes)
        await harness.absent_channels.run()
    assert len(harness.slack.asked) == 3
    await harness.membership.note(SlackEvent("E90", "T1", "joined", "C1", "U1"))
    await harness.membership.note(SlackEvent("E91", "T1", "left", "C1", "U1"))
    for minutes, asked in ((0, 3), (1, 4), (1, 4), (4, 5)):
        harness.pass_time(minutes=minutes)
        await harness.absent_channels.run()
        assert len(harness.slack.asked) == asked


async def test_a_question_that_slack_does_not_answer_counts_and_one_that_it_limits_does_not(
    harness: BotHarness,
) -> None:
    await away(harness)
    faults: list[PostError] = [RateLimited("ratelimited", "C1", 60), OutcomeUnknown("timeout", "C1")]

    class Faulty:
        async def channel_facts(self, channel: str) -> Any:
            raise faults[0]

    faulty = AbsentChannels(harness.store, lambda _team: Faulty(), harness.wait_for_delivery, harness.now)
    async with harness.store.read() as c:
        (before,) = await stored_absences.absent(c, 0, 9)
    await faulty.run()
    async with harness.store.read() as c:
        assert await stored_absences.absent(c, 0, 9) == (before,)
    faults.pop(0)
    await faulty.run()
    async with harness.store.read() as c:
        (after,) = await stored_absences.absent(c, 0, 9)
    assert (after.asks, after.since_at) == (1, harness.now())


async def test_a_hidden_channel_gets_a_trial_and_one_that_slack_calls_archived_gets_none(harness: BotHarness) -> None:
    """Slack answers about a private channel without the bot as if there were none, so that answer proves nothing."""
    await away(harness)
    harness.slack.channel_error = "is_archived"
    harness.pass_time(hours=1)
    await harness.absent_channels.run()
    await harness.deliver()
    assert harness.slack.tried == []
    harness.slack.channel_error = "channel_not_found"
    harness.pass_time(hours=1)
    await harness.absent_channels.run()
    await harness.deliver()
    assert harness.slack.tried == ["C1"]
