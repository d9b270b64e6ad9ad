"""Socket Mode reconnects, HTTP mode rejects bad requests, and neither reads the environment."""

from __future__ import annotations

import io
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from handlers.client import make_client
from handlers.errors import PortInUse
from handlers.fake_slack import FakeSlack
from handlers.fake_slack.event_dispatch import RetrySchedule
from handlers.fake_slack.limits import Pace
from handlers.post import Poster
from handlers.slack import SlackApp
from handlers.transports import HttpMode, Probes, SocketMode
from tests.support.memory_bot import MemoryBot


async def healthy() -> tuple[int, str]:
    return 200, "ok"


async def not_ready() -> tuple[int, str]:
    return 503, "not yet"


PROBES = Probes(healthz=healthy, readyz=not_ready, metrics=healthy)


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    retry_schedule = RetrySchedule(ack_seconds=1.0, retry_after_seconds=(0.0, 0.05, 0.1))
    async with FakeSlack(pace=Pace(enforced=False), retry_schedule=retry_schedule) as running:
        yield running


@pytest.fixture
async def slack_app(slack: FakeSlack) -> AsyncIterator[SlackApp]:
    poster = Poster(make_client(slack.api_url, slack.bot_token))
    yield SlackApp(MemoryBot(), poster, await poster.identity(), signing_secret=slack.signing_secret)
    await poster.close()


@asynccontextmanager
async def listening(slack_app: SlackApp, transport: SocketMode | HttpMode) -> AsyncIterator[None]:
    """Runs a transport while the block runs, and closes it afterwards."""
    await transport.start()
    try:
        yield
    finally:
        await transport.stop()
        await slack_app.drain(1.0)


async def test_a_slow_answer_replaces_its_wait_notice(slack: FakeSlack, slack_app: SlackApp) -> None:
    poster = slack_app.inbound.poster
    memory_bot, identity = MemoryBot(), slack_app.inbound.identity
    slow = SlackApp(memory_bot, poster, identity, signing_secret=slack.signing_secret, wait_notice_seconds=0.05)
    async with listening(slow, SocketMode(slow.app, slack.app_token, connections=1)):
        memory_bot.may_answer.clear()
        result = await slack.command("상태", "policy", "seoyeon")
        (waiting,) = await result.answers()
        assert waiting["text"] == "잠시만 기다려 주세요…"
        memory_bot.may_answer.set()
        await slack.wait_for(lambda: [each["text"] for each in result.messages()] == ["answer to 상태"])


async def test_the_app_token_is_confirmed(slack: FakeSlack, slack_app: SlackApp) -> None:
    assert await slack_app.inbound.poster.confirm_app(slack.app_token)
    assert not await slack_app.inbound.poster.confirm_app("xoxb-no-app-token")


async def test_http_mode_without_an_app_asks_slack_to_retry(slack: FakeSlack, slack_app: SlackApp) -> None:
    http_mode = HttpMode(None, PROBES, port=0, host="127.0.0.1")
    async with listening(slack_app, http_mode), aiohttp.ClientSession() as session:
        address = f"http://127.0.0.1:{http_mode.port}/slack/events"
        assert (await session.post(address, data={})).status == 503
        http_mode.attach(slack_app.app)
        assert (await session.post(address, data={})).status == 401
        http_mode.detach()
        assert (await session.post(address, data={})).status == 503


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


async def test_http_mode_serves_probes_and_rejects_bad_requests(slack: FakeSlack, slack_app: SlackApp) -> None:
    http_mode = HttpMode(slack_app.app, PROBES, port=0, host="127.0.0.1")
    async with listening(slack_app, http_mode):
        base = f"http://127.0.0.1:{http_mode.port}"
        async with aiohttp.ClientSession() as session:
            assert (await session.get(f"{base}/healthz")).status == 200
            assert (await session.get(f"{base}/readyz")).status == 503
            unsigned = await session.post(f"{base}/slack/events", data={"command": "/pact", "text": "status"})
            assert unsigned.status == 401
            huge = await session.post(f"{base}/slack/events", data=io.BytesIO(b"x" * 1_500_000))
            assert huge.status == 413
            nonsense = await session.post(f"{base}/slack/events", data=b"\xff\xfe\x00")
            assert nonsense.status in (400, 401)
        other = HttpMode(None, PROBES, port=http_mode.port, host="127.0.0.1")
        with pytest.raises(PortInUse, match=f"PORT={http_mode.port}"):
            await other.start()
        slack.deliver_to(f"{base}/slack/events")
        assert await slack.verify_url()
        memory_bot = slack_app.inbound.bot
        assert isinstance(memory_bot, MemoryBot)
        assert memory_bot.stored == {}


async def test_the_environment_does_not_switch_bolt_to_oauth(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "secret")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-another")
    poster = Poster(make_client(slack.api_url, slack.bot_token))
    slack_app = SlackApp(MemoryBot(), poster, await poster.identity(), signing_secret=slack.signing_secret)
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
