"""The two ways in by themselves: sockets that heal, doors that check, nothing read from the environment."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest

from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.client import make_client
from handlers.errors import PortInUse
from handlers.fake_slack import FakeSlack
from handlers.fake_slack.event_dispatch import RetrySchedule
from handlers.fake_slack.limits import Pace
from handlers.post import Poster
from handlers.requests import Request, SlackEvent
from handlers.slack import SlackApp
from handlers.transports import HttpMode, Probes, SocketMode


@dataclass
class EchoDesk:
    """Answers every line with itself, when its gate is open."""

    heard: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def remember(self, heard: Request | SlackEvent) -> bool:
        self.heard.append(heard.id)
        return True

    async def answer(self, request: Request) -> Shown:
        await self.gate.wait()
        return Shown(NoticeCard((Note(f"answer to {request.line}"),)), request.asker.language or "en")

    async def handle_event(self, event: SlackEvent) -> None:
        self.heard.append(event.kind)

    async def begin_showing(self, request: Request, changed: bool) -> bool:
        self.heard.append(f"done {request.id}")
        return True

    async def handled(self, event: SlackEvent) -> None:
        self.heard.append(f"done {event.id}")

    async def put_back(self, heard: Request | SlackEvent) -> None:
        self.heard.append(f"back {heard.id}")


async def nothing_wrong() -> tuple[int, str]:
    return 200, "ok"


async def not_ready() -> tuple[int, str]:
    return 503, "not yet"


PROBES = Probes(healthz=nothing_wrong, readyz=not_ready, metrics=nothing_wrong)


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    retry_schedule = RetrySchedule(ack_seconds=1.0, retry_after_seconds=(0.0, 0.05, 0.1))
    async with FakeSlack(pace=Pace(enforced=False), retry_schedule=retry_schedule) as running:
        yield running


@pytest.fixture
async def front(slack: FakeSlack) -> AsyncIterator[SlackApp]:
    poster = Poster(make_client(slack.api_url, slack.bot_token))
    yield SlackApp(EchoDesk(), poster, await poster.identity(), signing_secret=slack.signing_secret)
    await poster.close()


@asynccontextmanager
async def listening(front: SlackApp, transport: SocketMode | HttpMode) -> AsyncIterator[None]:
    """Open while the block runs, closed however it ends."""
    await transport.start()
    try:
        yield
    finally:
        await transport.stop()
        await front.drain(1.0)


async def test_what_takes_long_says_so_and_is_replaced(slack: FakeSlack, front: SlackApp) -> None:
    poster = front.inbound.poster
    desk, identity = EchoDesk(), front.inbound.identity
    slow = SlackApp(desk, poster, identity, signing_secret=slack.signing_secret, wait_notice_seconds=0.05)
    async with listening(slow, SocketMode(slow.app, slack.app_token, connections=1)):
        desk.gate.clear()
        result = await slack.command("상태", "policy", "seoyeon")
        (waiting,) = await result.answers()
        assert waiting["text"] == "잠시만 기다려 주세요…"
        desk.gate.set()
        await slack.wait_for(lambda: [each["text"] for each in result.messages()] == ["answer to 상태"])


async def test_the_app_token_is_confirmed(slack: FakeSlack, front: SlackApp) -> None:
    assert await front.inbound.poster.confirm_app(slack.app_token)
    assert not await front.inbound.poster.confirm_app("xoxb-no-app-token")


async def test_http_without_an_app_asks_slack_to_come_again(slack: FakeSlack, front: SlackApp) -> None:
    doors = HttpMode(None, PROBES, port=0, host="127.0.0.1")
    async with listening(front, doors), aiohttp.ClientSession() as session:
        address = f"http://127.0.0.1:{doors.port}/slack/events"
        assert (await session.post(address, data={})).status == 503
        doors.attach(front.app)
        assert (await session.post(address, data={})).status == 401
        doors.detach()
        assert (await session.post(address, data={})).status == 503


async def test_two_connections_and_their_age(slack: FakeSlack, front: SlackApp) -> None:
    transport = SocketMode(front.app, slack.app_token, ping_seconds=0.2)
    async with listening(front, transport):
        await slack.wait_for(lambda: len(slack.socket_connections) == 2)
        assert transport.age_seconds() < 2
        before = list(slack.socket_connections)
        slack.reset_sockets()
        await slack.wait_for(lambda: len([each for each in slack.socket_connections if each not in before]) == 2)
        result = await slack.command("status", "policy", "seoyeon")
        assert result.acked
        await result.answers()


async def test_the_doors_of_http(slack: FakeSlack, front: SlackApp) -> None:
    doors = HttpMode(front.app, PROBES, port=0, host="127.0.0.1")
    async with listening(front, doors):
        base = f"http://127.0.0.1:{doors.port}"
        async with aiohttp.ClientSession() as session:
            assert (await session.get(f"{base}/healthz")).status == 200
            assert (await session.get(f"{base}/readyz")).status == 503
            unsigned = await session.post(f"{base}/slack/events", data={"command": "/pact", "text": "status"})
            assert unsigned.status == 401
            huge = await session.post(f"{base}/slack/events", data=io.BytesIO(b"x" * 1_500_000))
            assert huge.status == 413
            nonsense = await session.post(f"{base}/slack/events", data=b"\xff\xfe\x00")
            assert nonsense.status in (400, 401)
        other = HttpMode(None, PROBES, port=doors.port, host="127.0.0.1")
        with pytest.raises(PortInUse, match=f"PORT={doors.port}"):
            await other.start()
        slack.deliver_to(f"{base}/slack/events")
        assert await slack.verify_url()
        desk = front.inbound.bot
        assert isinstance(desk, EchoDesk)
        assert desk.heard == []


async def test_the_environment_does_not_switch_bolt_to_oauth(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "secret")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-another")
    poster = Poster(make_client(slack.api_url, slack.bot_token))
    front = SlackApp(EchoDesk(), poster, await poster.identity(), signing_secret=slack.signing_secret)
    assert front.app.oauth_flow is None
    assert front.app.client is poster.client
    transport = SocketMode(front.app, slack.app_token, connections=1)
    async with listening(front, transport):
        result = await slack.command("status", "policy", "seoyeon")
        assert len(await result.answers()) == 1
    await poster.close()


def test_a_sockets_ticket_stays_out_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise OSError("URL('wss://wss.slack.example/link/?ticket=secret-1')")
    except OSError as failure:
        logging.getLogger("pactbot.socket").exception("Failed to connect (error: %s); Retrying...", failure)
    assert "Failed to connect" in caplog.text
    assert "secret-1" not in caplog.text
    assert "Traceback" not in caplog.text
