"""Reading back while Slack gives one page of 15 messages a minute, as it limits apps that are distributed by others."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from handlers.client import make_client
from handlers.fake_slack import FakeSlack
from handlers.fake_slack.limits import Pace
from handlers.fake_slack.models import Message
from handlers.post import Poster
from tests.support.outbox_harness import OutboxHarness

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
async def workspace(harness: OutboxHarness) -> AsyncIterator[FakeSlack]:
    """A fake Slack with the tight limit, on the harness's clock, as the outbox's Slack."""
    async with FakeSlack(clock=lambda: harness.clock.at.timestamp(), pace=Pace.of_distributed_app()) as running:
        harness.poster = poster = Poster(make_client(running.api_url, running.bot_token))
        yield running
        await poster.close()


def people_say(workspace: FakeSlack, channel: str, messages: int, thread_ts: str | None = None) -> None:
    """Let people write in a channel or a thread."""
    state = workspace.context.state
    for number in range(messages):
        state.add_message(Message(state.new_ts(), channel, "U1", f"message {number}", thread_ts=thread_ts))


def posts(workspace: FakeSlack, channel: str) -> list[str]:
    """The keys of the bot's messages in a channel and its threads."""
    messages = workspace.context.state.channels[channel].messages
    return [message.metadata["event_payload"]["key"] for message in messages if message.metadata]


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize(("before", "later"), [(20, 20), (0, 40), (40, 0), (0, 0)])
async def test_a_lost_answer_among_forty_messages_is_settled_in_five_minutes_and_a_lost_request_in_seven(
    harness: OutboxHarness, workspace: FakeSlack, arrived: bool, before: int, later: int
) -> None:
    channel = workspace.channel("policy")
    destination = await harness.channel(channel)
    fault = workspace.faults.drop_after_accept if arrived else workspace.faults.drop_before
    fault("chat.postMessage")
    people_say(workspace, channel, before)
    await harness.enqueue(destination, "a", "b")
    outbox = harness.outbox()
    await harness.rounds(20, outbox)
    people_say(workspace, channel, later)
    seconds = 280 if arrived or before + later == 0 else 420
    await harness.rounds(seconds, outbox, step=0.5)
    assert posts(workspace, channel) == harness.metadata_keys("a", "b")
    assert [(await harness.get(key)).state for key in ("a", "b")] == ["sent", "sent"]


async def test_an_interrupted_read_outlives_its_process(harness: OutboxHarness, workspace: FakeSlack) -> None:
    channel = workspace.channel("policy")
    destination = await harness.channel(channel)
    workspace.faults.drop_after_accept("chat.postMessage")
    await harness.enqueue(destination, "a")
    await harness.outbox().run_once()
    people_say(workspace, channel, 40)
    for _ in range(12):  # each round is a process that begins
        await harness.rounds(20, harness.outbox())
    assert posts(workspace, channel) == harness.metadata_keys("a")
    assert (await harness.get("a")).state == "sent"


async def test_a_lost_reply_is_found_in_its_long_thread(harness: OutboxHarness, workspace: FakeSlack) -> None:
    channel = workspace.channel("policy")
    destination = await harness.channel(channel)
    (card,) = await harness.enqueue(destination, "card")
    outbox = harness.outbox()
    await harness.rounds(2, outbox)
    parent = await harness.get("card")
    people_say(workspace, channel, 20, parent.ts)
    workspace.faults.drop_after_accept("chat.postMessage")
    await harness.enqueue(destination, "reply", after=card)
    await harness.rounds(280, outbox)
    assert posts(workspace, channel) == harness.metadata_keys("card", "reply")
    assert (await harness.get("reply")).state == "sent"


async def test_a_cursor_that_slack_refuses_begins_the_read_anew(harness: OutboxHarness, workspace: FakeSlack) -> None:
    channel = workspace.channel("policy")
    destination = await harness.channel(channel)
    workspace.faults.drop_after_accept("chat.postMessage")
    await harness.enqueue(destination, "a")
    outbox = harness.outbox()
    await harness.rounds(10, outbox)
    people_say(workspace, channel, 20)
    await harness.rounds(60, outbox)
    assert "read_place" in (await harness.get("a")).payload
    workspace.faults.refuse("conversations.history", "invalid_cursor")
    await harness.rounds(280, outbox)
    reads = [call for call in workspace.context.calls if call.method == "conversations.history"]
    refused = next(number for number, call in enumerate(reads) if call.error == "invalid_cursor")
    assert "cursor" in reads[refused].args
    assert "cursor" not in reads[refused + 1].args
    assert posts(workspace, channel) == harness.metadata_keys("a")
    assert (await harness.get("a")).state == "sent"


async def test_the_fake_slack_gives_a_distributed_app_fifteen_messages_a_minute(
    harness: OutboxHarness, workspace: FakeSlack
) -> None:
    channel = workspace.channel("policy")
    people_say(workspace, channel, 40)
    await harness.channel(channel)
    assert harness.poster is not None
    now = harness.clock.at
    page = await harness.poster.read_page(channel, since_at=now.replace(hour=0), until_at=now.replace(hour=23))
    assert (page.messages, bool(page.next_cursor)) == (15, True)
