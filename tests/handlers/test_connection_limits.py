"""Connections to the HTTP server end at their deadlines, and there are never more than the limit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest

from handlers.client import make_client
from handlers.connection_limits import ConnectionLimits, longest_waiting
from handlers.fake_slack import FakeSlack
from handlers.http_mode import HttpMode
from handlers.post import Poster
from handlers.slack import SlackApp
from handlers.workspaces import OneWorkspace
from tests.support.http_server import PROBES, SHORT, exchange, expect_one_line, serving, until
from tests.support.memory_bot import MemoryBot

REQUEST = b"GET /healthz HTTP/1.0\r\n\r\n"


@pytest.fixture
async def slack_app() -> AsyncIterator[SlackApp]:
    async with FakeSlack() as slack:
        poster = Poster(make_client(slack.api_url, slack.bot_token))
        yield SlackApp(MemoryBot(), OneWorkspace(poster, await poster.identity()), signing_secret=slack.signing_secret)
        await poster.close()


def has_open(http_mode: HttpMode, count: int) -> bool:
    return len(http_mode.connections) == count


def is_answering(http_mode: HttpMode, count: int) -> bool:
    return http_mode.connections.answering_count == count


@pytest.mark.parametrize(
    "sent", [b"", b"G", b"GET /healthz HTTP/1.1\r\n", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: "]
)
async def test_a_connection_without_whole_headers_is_closed_at_its_deadline(slack_app: SlackApp, sent: bytes) -> None:
    async with serving(slack_app, SHORT) as http_mode:
        began = time.monotonic()
        assert await exchange(http_mode, sent) == b""
        assert 0.15 < time.monotonic() - began < 3.0
        await until(lambda: len(http_mode.connections) == 0)


async def test_headers_that_arrive_byte_by_byte_do_not_put_the_deadline_off(slack_app: SlackApp) -> None:
    async with serving(slack_app, SHORT) as http_mode:
        reader, writer = await asyncio.open_connection("127.0.0.1", http_mode.port)
        ended = asyncio.create_task(reader.read())
        writer.write(b"GET /healthz HTTP/1.1\r\nX-A: ")
        async with asyncio.timeout(3):
            while not (await asyncio.wait({ended}, timeout=0.02))[0]:
                writer.write(b"a")
        writer.close()


async def test_a_body_that_does_not_come_in_time_is_refused(
    slack_app: SlackApp, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(slack_app, SHORT) as http_mode:
        answer = await exchange(http_mode, b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
    assert answer.startswith(b"HTTP/1.1 408 ")
    expect_one_line(caplog, 408)


async def test_a_connection_ends_after_its_answer(slack_app: SlackApp) -> None:
    async with serving(slack_app) as http_mode:
        answer = await exchange(http_mode, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
    assert answer.count(b"HTTP/1.1") == 1
    assert b"Connection: close" in answer


async def test_a_peer_that_reads_no_answer_is_cut_off_at_the_end_of_its_life(slack_app: SlackApp) -> None:
    async def long() -> tuple[int, str]:
        return 200, "x" * 30_000_000

    limits = replace(SHORT, life_seconds=0.5)
    async with serving(slack_app, limits, replace(PROBES, metrics=long)) as http_mode:
        reader, writer = await asyncio.open_connection("127.0.0.1", http_mode.port, limit=1)
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        await until(lambda: len(http_mode.connections) == 1)
        await until(lambda: len(http_mode.connections) == 0)
        writer.close()
        assert reader.exception() is None


async def test_at_the_limit_the_connection_that_waits_longest_is_replaced(
    slack_app: SlackApp, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(slack_app, replace(SHORT, header_seconds=5.0)) as http_mode:
        opened = []
        for count in range(1, SHORT.connections + 1):
            opened.append(await asyncio.open_connection("127.0.0.1", http_mode.port))
            await until(partial(has_open, http_mode, count))
        assert (await exchange(http_mode, REQUEST)).endswith(b"ok")
        assert len(http_mode.connections) < SHORT.connections
        async with asyncio.timeout(4):
            with suppress(ConnectionResetError):
                assert await opened[0][0].read() == b""
        opened[1][1].write(REQUEST)
        assert (await opened[1][0].read()).endswith(b"ok")
        for _, writer in opened:
            writer.close()
    assert [record.getMessage() for record in caplog.records] == ["connections_full"]


async def test_a_request_that_is_being_answered_is_never_cut_off(slack_app: SlackApp) -> None:
    may_answer = asyncio.Event()

    async def waiting() -> tuple[int, str]:
        await may_answer.wait()
        return 200, "at last"

    async with serving(slack_app, SHORT, replace(PROBES, metrics=waiting)) as http_mode:
        request = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
        answers = []
        for count in range(1, SHORT.connections + 1):
            answers.append(asyncio.create_task(exchange(http_mode, request)))
            await until(partial(is_answering, http_mode, count))
        assert (await exchange(http_mode, REQUEST)).startswith(b"HTTP/1.1 503 ")
        may_answer.set()
        assert [answer.endswith(b"at last") for answer in await asyncio.gather(*answers)] == [True] * SHORT.connections
        assert (await exchange(http_mode, REQUEST)).endswith(b"ok")


async def test_all_who_ask_a_probe_at_once_share_one_answer(slack_app: SlackApp) -> None:
    asked, may_answer = [], asyncio.Event()

    async def counted() -> tuple[int, str]:
        asked.append(1)
        await may_answer.wait()
        return 200, "ok"

    async with serving(slack_app, probes=replace(PROBES, healthz=counted)) as http_mode:
        answers = [asyncio.create_task(exchange(http_mode, REQUEST)) for _ in range(50)]
        await until(partial(is_answering, http_mode, 50))
        answers[0].cancel()
        may_answer.set()
        assert [answer.endswith(b"ok") for answer in await asyncio.gather(*answers[1:])] == [True] * 49
        assert len(asked) == 1
        assert (await exchange(http_mode, REQUEST)).endswith(b"ok")
        assert len(asked) == 2


def test_the_oldest_connection_that_is_not_answered_is_replaced() -> None:
    assert longest_waiting([1, 2, 3], {1}) == 2
    assert longest_waiting([1, 2], {1, 2}) is None
    assert longest_waiting([], ()) is None


async def test_a_locked_database_leaves_an_answer_enough_life() -> None:
    assert ConnectionLimits() == ConnectionLimits(10.0, 10.0, 2.0, 45.0, 256)
