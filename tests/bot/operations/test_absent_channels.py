"""A channel whose return no event reported is resumed by the job ``absent_channels``."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.model import Destination
from bot.operations.absent_channels import CHANNELS_A_RUN, TRIAL_EVERY, AbsentChannels
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


def absent_channels(harness: BotHarness) -> AbsentChannels:
    return AbsentChannels(harness.store, lambda _team: harness.slack, harness.wait_for_delivery, harness.now)


async def channel(harness: BotHarness, name: str = "C1") -> Destination:
    async with harness.store.read() as c:
        destination = await destinations.find(c, "T1", name)
    assert destination is not None
    return destination


async def away(harness: BotHarness, kind: Any = "left") -> None:
    """Removes the bot from a channel with an instant subscription, and enqueues a card for it."""
    await harness.subscribe("quantum", owner=None)
    await harness.membership.note(SlackEvent(f"E{next(harness.numbers)}", "T1", kind, "C1", "U1"))
    harness.slack.closed.add("C1")
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.deliver()
    assert harness.cards() == []


async def test_a_channel_with_the_bot_as_a_member_is_resumed_without_an_event(harness: BotHarness) -> None:
    await away(harness)
    assert (await absent_channels(harness).run()).resumed == 0
    assert (await channel(harness)).state == "away"
    harness.slack.closed.clear()
    assert (await absent_channels(harness).run()).resumed == 1
    await harness.deliver()
    assert [card.headline for card in harness.cards()] == [QUANTUM]
    questions = len(harness.slack.asked)
    await absent_channels(harness).run()
    assert len(harness.slack.asked) == questions, "Slack is not asked about an active channel"


async def test_cards_older_than_a_day_come_as_one_roll_up(harness: BotHarness) -> None:
    await away(harness, "archived")
    await harness.publish("times", OTHER, OTHER_TEXT)
    harness.pass_time(hours=30)
    await harness.publish("herald", THIRD, THIRD_TEXT)
    for _ in range(3):
        await absent_channels(harness).run()
        harness.pass_time(hours=1)
    harness.slack.closed.clear()
    await absent_channels(harness).run()
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
        await absent_channels(harness).run()
        await harness.deliver()
    assert harness.slack.tried == ["C1"]
    harness.pass_time(hours=1)
    await absent_channels(harness).run()
    await harness.deliver()
    assert harness.slack.tried == ["C1", "C1"]
    assert (await channel(harness)).state != "active"
    harness.slack.closed.clear()
    harness.pass_time(hours=1)
    assert (await absent_channels(harness).run()).resumed == 1
    await harness.deliver()
    assert sorted(card.headline for card in harness.cards()) == [QUANTUM, OTHER]


async def test_a_channel_that_slack_hides_for_days_gets_one_roll_up_and_its_new_card(
    harness: BotHarness,
) -> None:
    await away(harness)
    harness.slack.no_scope = True
    await harness.publish("times", OTHER, OTHER_TEXT)
    for _ in range(30):
        await absent_channels(harness).run()
        harness.pass_time(hours=1)
    await harness.publish("herald", THIRD, THIRD_TEXT)
    harness.pass_time(minutes=2)
    await absent_channels(harness).run()
    harness.slack.closed.clear()
    harness.pass_time(hours=1)
    await absent_channels(harness).run()
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
    assert (await absent_channels(harness).run()).resumed == 1
    await harness.deliver()
    assert len(harness.cards()) == 2


async def test_a_channel_with_digests_only_is_resumed_too(harness: BotHarness) -> None:
    await harness.subscribe("quantum", "daily", owner=None)
    await harness.membership.note(SlackEvent("E1", "T1", "left", "C1", "U1"))
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    harness.slack.no_scope = True
    harness.pass_time(days=1)
    await absent_channels(harness).run()
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
    await absent_channels(harness).run()
    assert harness.slack.asked == []
    wanted = await harness.subscribe("space", channel="C3")
    async with harness.store.begin() as c:
        await destinations.set_state(c, wanted.destination, "away", "left", harness.now())
        await installations.stop(c, "T1", "token_revoked", harness.now(), None)
    await absent_channels(harness).run()
    assert harness.slack.asked == []
    async with harness.store.begin() as c:
        await installations.resume(c, "T1")
    await absent_channels(harness).run()
    assert harness.slack.asked == ["C3"]


async def test_a_run_checks_twenty_channels_and_the_next_follows_a_minute_or_a_rate_limit_later(
    harness: BotHarness,
) -> None:
    for number in range(CHANNELS_A_RUN + 3):
        subscription = await harness.subscribe("space", channel=f"CX{number}")
        harness.slack.closed.add(f"CX{number}")
        async with harness.store.begin() as c:
            await destinations.set_state(c, subscription.destination, "away", "left", harness.now())
    first = await absent_channels(harness).run()
    assert (len(harness.slack.asked), first.after) == (CHANNELS_A_RUN, subscription.destination - 3)
    assert first.after is not None
    assert first.next_at is not None
    assert (first.next_at - harness.now()).total_seconds() == 60
    rest = await absent_channels(harness).run(first.after)
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
    assert (await absent_channels(harness).run()).resumed == 1
    assert harness.slack.asked == []


@pytest.mark.parametrize(("pause", "trials"), [(TRIAL_EVERY - timedelta(seconds=1), 1), (TRIAL_EVERY, 2)])
async def test_the_next_trial_waits_for_fifty_five_minutes(harness: BotHarness, pause: timedelta, trials: int) -> None:
    assert timedelta(minutes=55) == TRIAL_EVERY
    await away(harness)
    harness.slack.no_scope = True
    first_at = harness.at
    await absent_channels(harness).run()
    await harness.deliver()
    harness.at = first_at + pause
    await absent_channels(harness).run()
    assert len(harness.slack.tried) == trials
