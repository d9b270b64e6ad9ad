"""HTTP mode answers every hostile request with a 4xx and one log line, and bounds its connections."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest

from handlers.client import make_client
from handlers.errors import PortInUse
from handlers.fake_slack import FakeSlack
from handlers.fake_slack.event_dispatch import RetrySchedule
from handlers.fake_slack.limits import Pace
from handlers.fake_slack.signed_http import sign
from handlers.http_mode import BODY_MAX_BYTES, HttpMode
from handlers.post import Poster
from handlers.slack import SlackApp
from handlers.workspaces import OneWorkspace
from tests.support.http_server import PROBES, SHORT, exchange, expect_one_line, serving, until
from tests.support.memory_bot import MemoryBot

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
COMMAND = b"command=%2Fpact&text=status&team_id=T1&user_id=U1&channel_id=C1&trigger_id=1.2"


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


@pytest.fixture
async def http_mode(slack_app: SlackApp) -> AsyncIterator[HttpMode]:
    async with serving(slack_app) as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


def signed(slack_app: SlackApp, body: bytes, content_type: str, timestamp: str = "1800000000") -> dict[str, str]:
    """Returns the headers of a request that Slack signed."""
    return {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": sign(slack_app.signing_secret, timestamp, body),
    }


def events_url(http_mode: HttpMode) -> str:
    return f"http://127.0.0.1:{http_mode.port}/slack/events"


def stored(slack_app: SlackApp) -> int:
    memory_bot = slack_app.inbound.bot
    assert isinstance(memory_bot, MemoryBot)
    return len(memory_bot.stored)


# ── hostile requests ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        *((body, JSON, 400) for body in (b"[]", b"[[]]", b'["ssl_check"]', b"5", b"null", b"true", b'"x"', b"", b"{")),
        *((body, JSON, 400) for body in (b"NaN", b"[" * 100_000, b"1" * 5_000, b"\xff\xfe")),
        *((body, JSON, 400) for body in (b'{"type":"event_callback","event":[]}', b'{"type":"block_actions"}')),
        *((body, JSON, 404) for body in (b"{}", b'{"type": 5}', b'{"type": []}', b'{"type": "unknown"}')),
        *((body, FORM, 400) for body in (b"", b"a=b", b"text=status", b"payload=", b"payload=%5B%5D", b"payload=5")),
        *((body, FORM, 400) for body in (b"&" * 1_000, b"a=1&" * 101, b"\x00", b"payload", b"%ff", b"\xff=1")),
        (b"payload=%7B%7D", FORM, 404),
        *((COMMAND, content_type, 415) for content_type in ("text/plain", "multipart/form-data", "x", "", "*/*")),
        *((COMMAND, content_type, 400) for content_type in (JSON, "APPLICATION/JSON; charset=utf-16")),
        (b"x" * (BODY_MAX_BYTES + 1), FORM, 413),
    ],
)  # fmt: skip
async def test_a_signed_request_that_cannot_be_read_is_refused_in_one_line(
    slack_app: SlackApp, http_mode: HttpMode, session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture,
    body: bytes, content_type: str, status: int,
) -> None:  # fmt: skip
    headers = signed(slack_app, body, content_type)
    answer = await session.post(events_url(http_mode), data=body, headers=headers)
    assert answer.status == status
    expect_one_line(caplog, status)
    assert stored(slack_app) == 0


@pytest.mark.parametrize(
    "timestamp",
    [
        *("nan", "inf", "-inf", "1e400", "1e9", "", "-1800000000", "+1800000000", " 1800000000 x", "0x6b49d200"),
        *(
            "١٨٠٠٠٠٠٠٠٠",
            "\uff11\uff18\uff10\uff10\uff10\uff10\uff10\uff10\uff10\uff10",
            "²",
            "1_800_000_000",
            "1800000000.0",
            "9" * 400,
            "0",
            "18000000000",
        ),
        *("1799999699", "1800000301", "None", "\udcff"),
    ],
)
async def test_a_timestamp_that_is_no_recent_second_is_unsigned(
    slack_app: SlackApp, http_mode: HttpMode, caplog: pytest.LogCaptureFixture, timestamp: str
) -> None:
    raw = timestamp.encode("utf-8", "surrogateescape")
    signature = sign(slack_app.signing_secret, timestamp, COMMAND) if timestamp.isprintable() else "v0="
    answer = await exchange(
        http_mode,
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"X-Slack-Request-Timestamp: " + raw + b"\r\nX-Slack-Signature: " + signature.encode() + b"\r\n"
        b"Content-Length: " + str(len(COMMAND)).encode() + b"\r\n\r\n" + COMMAND,
    )
    assert answer.startswith(b"HTTP/1.1 401 ")
    expect_one_line(caplog, 401)
    assert stored(slack_app) == 0


@pytest.mark.parametrize("signature", ["", "v0=", "v0=0", "é", "v1=" + "0" * 64, "v0=" + "0" * 64])
async def test_a_signature_that_is_not_slacks_is_refused(
    slack_app: SlackApp, http_mode: HttpMode, session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture,
    signature: str,
) -> None:  # fmt: skip
    headers = signed(slack_app, COMMAND, FORM) | {"X-Slack-Signature": signature}
    assert (await session.post(events_url(http_mode), data=COMMAND, headers=headers)).status == 401
    expect_one_line(caplog, 401)


@pytest.mark.parametrize("timestamp", ["1799999700", "1800000300"])
async def test_a_signature_of_five_minutes_is_accepted(
    slack_app: SlackApp, http_mode: HttpMode, session: aiohttp.ClientSession, timestamp: str
) -> None:
    headers = signed(slack_app, COMMAND, FORM, timestamp)
    assert (await session.post(events_url(http_mode), data=COMMAND, headers=headers)).status == 200
    assert stored(slack_app) == 1


async def test_an_app_without_a_secret_accepts_no_signature(slack_app: SlackApp) -> None:
    slack_app.signing_secret = ""
    async with serving(slack_app) as http_mode, aiohttp.ClientSession() as session:
        headers = signed(slack_app, COMMAND, FORM)
        assert (await session.post(events_url(http_mode), data=COMMAND, headers=headers)).status == 401


async def test_a_command_whose_text_holds_the_word_payload_is_handled(
    slack_app: SlackApp, http_mode: HttpMode, session: aiohttp.ClientSession
) -> None:
    body = COMMAND.replace(b"status", b"status+payload")
    headers = signed(slack_app, body, FORM)
    assert (await session.post(events_url(http_mode), data=body, headers=headers)).status == 200
    assert stored(slack_app) == 1


async def test_the_check_of_the_certificate_is_answered_unsigned(
    slack_app: SlackApp, http_mode: HttpMode, session: aiohttp.ClientSession
) -> None:
    assert (await session.post(events_url(http_mode), data={"ssl_check": "1", "token": "x"})).status == 200
    assert (await session.post(events_url(http_mode), data={"ssl_check": "1", "token": "x" * 1_000})).status == 401
    assert (await session.post(events_url(http_mode), data={"command": "ssl_check=1"})).status == 401


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
async def test_slacks_address_takes_post_alone(
    http_mode: HttpMode, session: aiohttp.ClientSession, method: str
) -> None:
    assert (await session.request(method, events_url(http_mode))).status == 405


@pytest.mark.parametrize(
    "path", ["/", "/slack", "/slack/events/", "/slack/commands", "/slack/interactive", "/Slack/events"]
)
async def test_slacks_requests_have_one_address(
    slack_app: SlackApp, http_mode: HttpMode, session: aiohttp.ClientSession, path: str
) -> None:
    headers = signed(slack_app, COMMAND, FORM)
    address = f"http://127.0.0.1:{http_mode.port}{path}"
    assert (await session.post(address, data=COMMAND, headers=headers)).status == 404
    assert stored(slack_app) == 0


@pytest.mark.parametrize(
    "request_line",
    [
        *(b"GET //healthz HTTP/1.1", b"GET /healthz/ HTTP/1.1", b"GET /%00 HTTP/1.1", b"GET /%ff%fe HTTP/1.1"),
        *(b"GET /../../etc/passwd HTTP/1.1", b"GET http://[::1/ HTTP/1.1", b"GET http://evil.example/healthz HTTP/1.1"),
        *(b"OPTIONS * HTTP/1.1", b"CONNECT evil.example:443 HTTP/1.1", b"GET /\xff HTTP/1.1", b"GET healthz HTTP/1.1"),
        *(b"GET / HTTP/9.9", b"\x16\x03\x01\x02\x00", b"GET /a b HTTP/1.1", b"G\x00T / HTTP/1.1", b"PRI * HTTP/2.0"),
        *(b"GET /" + b"x" * 20_000 + b" HTTP/1.1", b"GET /?" + b"&" * 5_000 + b" HTTP/1.1", b"GET", b"", b"\x00" * 100),
        *(b"HEAD /nothing HTTP/1.1", b"POST /healthz HTTP/1.1", b"GET /metrics/../readyz HTTP/1.0"),
        *(b"GET / HTTP/1.1\r\nContent-Length: -1", b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2"),
        *(b"GET / HTTP/1.1\r\nTransfer-Encoding: x", b"GET / HTTP/1.1\r\nExpect: nothing", b"GET / HTTP/1.1\r\n: x"),
        b"POST /slack/events HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz",
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 500,
        b"POST /slack/events HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!",
        b"GET /healthz HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x",
    ],
)  # fmt: skip
async def test_what_is_no_request_of_ours_is_refused_without_a_traceback(
    slack_app: SlackApp, caplog: pytest.LogCaptureFixture, request_line: bytes
) -> None:
    async with serving(slack_app, SHORT) as http_mode:
        answer = await exchange(http_mode, request_line + b"\r\nHost: 127.0.0.1\r\n\r\n")
        assert answer[:10] in (b"HTTP/1.1 4", b"HTTP/1.1 2", b"HTTP/1.0 2", b"HTTP/1.0 4", b"")
        assert (await exchange(http_mode, b"GET /healthz HTTP/1.0\r\n\r\n")).endswith(b"\r\n\r\nok")
    assert "Traceback" not in caplog.text
    assert len(caplog.records) <= 1
    assert all(record.levelno <= logging.WARNING for record in caplog.records)


@pytest.mark.parametrize(("path", "status"), [("healthz", 200), ("readyz", 503), ("metrics", 200)])
async def test_a_head_of_a_probe_has_its_status_and_no_body(http_mode: HttpMode, path: str, status: int) -> None:
    answer = await exchange(http_mode, f"HEAD /{path}?x=%ff HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert answer.endswith(b"\r\n\r\n")


async def test_a_peer_that_leaves_in_the_middle_of_its_body_leaves_no_traceback(
    slack_app: SlackApp, http_mode: HttpMode, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", http_mode.port)
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
    await until(lambda: len(http_mode.connections) == 1)
    writer.transport.abort()
    await until(lambda: len(http_mode.connections) == 0)
    await until(lambda: bool(caplog.records))
    expect_one_line(caplog, 400)


# ── the server as a whole ──────────────────────────────────────────────────────────────────────────────────


async def test_without_an_app_slack_is_asked_to_retry(slack_app: SlackApp, session: aiohttp.ClientSession) -> None:
    async with serving(None) as http_mode:
        address = events_url(http_mode)
        assert (await session.post(address, data={})).status == 503
        http_mode.attach(slack_app)
        assert (await session.post(address, data={})).status == 401
        http_mode.detach()
        assert (await session.post(address, data={})).status == 503


async def test_a_request_whose_body_ends_after_the_stop_began_is_sent_again(
    slack_app: SlackApp, http_mode: HttpMode
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", http_mode.port)
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 100 ")
    http_mode.detach()
    writer.write(b"{}")
    assert b"HTTP/1.1 503 " in await reader.read()
    writer.close()


async def test_a_port_in_use_is_named(http_mode: HttpMode) -> None:
    for port in (http_mode.port, 70_000):
        with pytest.raises(PortInUse, match=f"PORT={port}"):
            await HttpMode(None, PROBES, port=port, host="127.0.0.1").start()


async def test_slacks_handshake_is_answered(slack: FakeSlack, slack_app: SlackApp) -> None:
    http_mode = HttpMode(slack_app, PROBES, port=0, host="127.0.0.1")
    await http_mode.start()
    slack.deliver_to(events_url(http_mode))
    assert await slack.verify_url()
    assert stored(slack_app) == 0
    await http_mode.stop()
