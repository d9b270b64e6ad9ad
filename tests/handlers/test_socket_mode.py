"""Socket Mode connects, reconnects at a bounded pace, and reads nothing from the environment."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from handlers.client import make_client
from handlers.fake_slack import FakeSlack
from handlers.fake_slack.event_dispatch import RetrySchedule
from handlers.fake_slack.limits import Pace
from handlers.post import Poster
from handlers.reconnect_pace import AT_ONCE, PAUSES_SECONDS, ReconnectPace
from handlers.requests import Request, SlackEvent
from handlers.slack import SlackApp
from handlers.socket_mode import SocketMode
from handlers.workspaces import OneWorkspace
from tests.support.memory_bot import MemoryBot


class SlowToRemember(MemoryBot):
    """A bot whose store is slow, so that a socket can close before an envelope is acknowledged."""

    def __init__(self) -> None:
        super().__init__()
        self.is_remembering, self.may_remember = asyncio.Event(), asyncio.Event()

    async def remember(self, item: Request | SlackEvent) -> bool:
        self.is_remembering.set()
        await self.may_remember.wait()
        return await super().remember(item)


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    retry_schedule = RetrySchedule(ack_seconds=1.0, retry_after_seconds=(0.0, 0.05, 0.1))
    async with FakeSlack(pace=Pace(enforced=False), retry_schedule=retry_schedule) as running:
        yield running


@pytest.fixture
async def slack_app(slack: FakeSlack) -> AsyncIterator[SlackApp]:
    poster = Poster(make_client(slack.api_url, slack.bot_token))
    yield SlackApp(MemoryBot(), OneWorkspace(poster, await poster.identity()), signing_secret=slack.signing_secret)
    await poster.close()


@asynccontextmanager
async def listening(slack_app: SlackApp, transport: SocketMode) -> AsyncIterator[None]:
    """Runs a transport while the block runs, and closes it afterwards."""
    await transport.start()
    try:
        yield
    finally:
        await transport.stop()
        await slack_app.drain(1.0)


async def test_a_slow_answer_replaces_its_wait_notice(slack: FakeSlack, slack_app: SlackApp) -> None:
    memory_bot, workspaces = MemoryBot(), slack_app.inbound.workspaces
    slow = SlackApp(memory_bot, workspaces, signing_secret=slack.signing_secret, wait_notice_seconds=0.05)
    async with listening(slow, SocketMode(slow.app, slack.app_token, connections=1)):
        memory_bot.may_answer.clear()
        result = await slack.command("상태", "policy", "seoyeon")
        (waiting,) = await result.answers()
        assert waiting["text"] == "잠시만 기다려 주세요…"
        memory_bot.may_answer.set()
        await slack.wait_for(lambda: [each["text"] for each in result.messages()] == ["answer to 상태"])


async def test_an_answer_is_replaced_by_its_outcome_and_a_post_for_everybody_never(
    slack: FakeSlack, slack_app: SlackApp
) -> None:
    memory_bot, workspaces = MemoryBot(outcome=asyncio.Event()), slack_app.inbound.workspaces
    assert memory_bot.outcome is not None
    app = SlackApp(memory_bot, workspaces, signing_secret=slack.signing_secret, wait_notice_seconds=0.05)
    undo = {"type": "button", "action_id": "pact:undo", "value": "undo 1", "text": {"type": "plain_text", "text": "U"}}
    await workspaces.poster("").client.chat_postMessage(
        channel=slack.channel("policy"), text="everybody's", blocks=[{"type": "actions", "elements": [undo]}]
    )
    async with listening(app, SocketMode(app.app, slack.app_token, connections=1)):
        typed = await slack.command("status", "policy", "seoyeon")
        await slack.wait_for(lambda: [each["text"] for each in typed.messages()] == ["answer to status"])
        memory_bot.may_answer.clear()
        await slack.click("pact:undo", user="seoyeon", channel="policy")
        await slack.wait_for(lambda: "잠시만 기다려" in str(slack.messages("policy", viewer="seoyeon")))
        memory_bot.may_answer.set()
        await slack.wait_for(lambda: "answer to undo 1" in str(slack.messages("policy", viewer="seoyeon")))
        memory_bot.outcome.set()
        texts = ["the outcome", "잠시만 기다려 주세요…", "answer to undo 1", "the outcome"]
        await slack.wait_for(lambda: [each["text"] for each in typed.messages()] == texts)
    assert [each["text"] for each in slack.messages("policy", viewer="junho")] == ["everybody's"]


async def test_an_envelope_that_a_closed_socket_cannot_acknowledge_is_no_error(
    slack: FakeSlack, slack_app: SlackApp, caplog: pytest.LogCaptureFixture
) -> None:
    bot = SlowToRemember()
    slow = SlackApp(bot, slack_app.inbound.workspaces, signing_secret=slack.signing_secret)
    first = SocketMode(slow.app, slack.app_token, connections=1)
    await first.start()
    typed = asyncio.create_task(slack.command("status", "policy", "seoyeon"))
    await bot.is_remembering.wait()
    await first.stop()
    with caplog.at_level(logging.INFO, "pactbot.socket"):
        bot.may_remember.set()
        await slack.wait_for(lambda: "Slack sends events again" in caplog.text or "Failed to run" in caplog.text)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    result = await typed
    await slack.wait_for(lambda: "answer to status" in [each["text"] for each in result.messages()])
    await slow.drain(1.0)


async def test_the_app_token_is_confirmed(slack: FakeSlack, slack_app: SlackApp) -> None:
    assert await slack_app.inbound.workspaces.poster("").confirm_app(slack.app_token)
    assert not await slack_app.inbound.workspaces.poster("").confirm_app("xoxb-no-app-token")


async def test_two_connections_reconnect_after_a_reset(slack: FakeSlack, slack_app: SlackApp) -> None:
    transport = SocketMode(slack_app.app, slack.app_token, ping_seconds=0.2)
    async with listening(slack_app, transport):
        await slack.wait_for(lambda: len(slack.socket_connections) == 2)
        assert transport.age_seconds() < 2
        before = list(slack.socket_connections)
        slack.reset_sockets()
        await slack.wait_for(lambda: len([each for each in slack.socket_connections if each not in before]) == 2)
        result = await slack.command("status", "policy", "seoyeon")
        assert result.acked
        await result.answers()


async def test_the_environment_does_not_switch_bolt_to_oauth(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "secret")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-another")
    poster = Poster(make_client(slack.api_url, slack.bot_token))
    slack_app = SlackApp(
        MemoryBot(), OneWorkspace(poster, await poster.identity()), signing_secret=slack.signing_secret
    )
    assert slack_app.app.oauth_flow is None
    assert slack_app.app.client is poster.client
    transport = SocketMode(slack_app.app, slack.app_token, connections=1)
    async with listening(slack_app, transport):
        result = await slack.command("status", "policy", "seoyeon")
        assert len(await result.answers()) == 1
    await poster.close()


def test_a_socket_ticket_stays_out_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise OSError("URL('wss://wss.slack.example/link/?ticket=secret-1')")
    except OSError as failure:
        logging.getLogger("pactbot.socket").exception("Failed to connect (error: %s); Retrying...", failure)
    assert "Failed to connect" in caplog.text
    assert "secret-1" not in caplog.text
    assert "Traceback" not in caplog.text


async def test_connections_that_slack_ends_at_once_are_made_at_a_falling_pace(
    slack: FakeSlack, slack_app: SlackApp
) -> None:
    opens: list[float] = []

    def end_every_socket(change: str) -> None:
        if change == "sockets" and slack.socket_connections:
            storm.append(asyncio.create_task(slack.disconnect_sockets()))
            storm.append(asyncio.create_task(slack.disconnect_sockets("warning")))

    storm: list[asyncio.Task[int]] = []
    slack.context.state.listen(end_every_socket)
    async with listening(slack_app, SocketMode(slack_app.app, slack.app_token, ping_seconds=0.2)):
        await slack.wait_for(lambda: len(opened(slack)) >= AT_ONCE + 2, 20.0)
        opens = opened(slack)
    await asyncio.gather(*storm, return_exceptions=True)
    assert opens[AT_ONCE] - opens[AT_ONCE - 1] >= PAUSES_SECONDS[0] / 2 - 0.1
    assert len(opens) == AT_ONCE + 2


async def test_a_refused_ticket_is_replaced_by_a_new_one(slack: FakeSlack, slack_app: SlackApp) -> None:
    transport = SocketMode(slack_app.app, slack.app_token, connections=1, ping_seconds=0.05)
    slack.faults.spoil_tickets(2)
    async with listening(slack_app, transport):
        assert len(opened(slack)) == 3
        assert (await slack.command("status", "policy", "seoyeon")).acked
        slack.faults.spoil_tickets(1)
        slack.reset_sockets()
        await slack.wait_for(lambda: len(opened(slack)) == 5 and len(slack.socket_connections) == 1)
        assert (await slack.command("status", "policy", "seoyeon")).acked


async def test_refused_tickets_are_replaced_at_a_falling_pace(slack: FakeSlack, slack_app: SlackApp) -> None:
    transport = SocketMode(slack_app.app, slack.app_token, connections=1, ping_seconds=0.01)
    slack.faults.spoil_tickets(AT_ONCE)
    async with listening(slack_app, transport):
        opens = opened(slack)
    assert len(opens) == AT_ONCE + 1
    assert opens[AT_ONCE] - opens[AT_ONCE - 1] >= PAUSES_SECONDS[0] / 2 - 0.1


async def test_a_stop_during_a_pause_ends_every_task(slack: FakeSlack, slack_app: SlackApp) -> None:
    pausing = asyncio.Semaphore(0)

    def share() -> float:
        pausing.release()
        return 1.0

    pace = ReconnectPace(share=share)
    transport = SocketMode(slack_app.app, slack.app_token, ping_seconds=0.2, pace=pace)
    before = asyncio.all_tasks()
    await transport.start()
    await slack.wait_for(lambda: len(slack.socket_connections) == 2)
    for _ in range(AT_ONCE):
        pace.next_pause()
    count = len(opened(slack))
    for _ in range(count + AT_ONCE):
        await pausing.acquire()
    assert await slack.disconnect_sockets() == 2
    async with asyncio.timeout(30):
        await pausing.acquire()
        await pausing.acquire()
    await transport.stop()
    left = [task.get_coro() for task in asyncio.all_tasks() - before]
    assert [each for each in left if "SocketModeClient" in getattr(each, "__qualname__", "")] == []
    assert len(opened(slack)) == count == 2


def opened(slack: FakeSlack) -> list[float]:
    """Returns the instants at which the app asked for a socket."""
    return [call.at for call in slack.context.calls if call.method == "apps.connections.open"]
