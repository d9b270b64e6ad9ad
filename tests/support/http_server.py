"""Runs the HTTP server with short deadlines and a clock that stands still, and speaks raw bytes to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from handlers.connection_limits import ConnectionLimits
from handlers.http_mode import HttpMode, Probes
from handlers.hub_requests import HubCallback
from handlers.slack import SlackApp

NOW = 1_800_000_000.0
SHORT = ConnectionLimits(header_seconds=0.2, body_seconds=0.2, rest_seconds=0.1, life_seconds=5.0, connections=3)


async def healthy() -> tuple[int, str]:
    """Answers that the bot is alive."""
    return 200, "ok"


async def not_ready() -> tuple[int, str]:
    """Answers that the bot is not ready."""
    return 503, "not yet"


PROBES = Probes(healthz=healthy, readyz=not_ready, metrics=healthy)


@asynccontextmanager
async def serving(
    slack_app: SlackApp | None,
    limits: ConnectionLimits | None = None,
    probes: Probes = PROBES,
    hub_callback: HubCallback | None = None,
) -> AsyncIterator[HttpMode]:
    """Runs the server while the block runs; its clock stands still."""
    http_mode = HttpMode(
        slack_app, probes, port=0, host="127.0.0.1", limits=limits, now=lambda: NOW, hub_callback=hub_callback
    )
    await http_mode.start()
    try:
        yield http_mode
    finally:
        await http_mode.stop()
        if slack_app is not None:
            await slack_app.drain(1.0)


async def exchange(http_mode: HttpMode, *parts: bytes) -> bytes:
    """Sends raw bytes and returns all that the server sends until it closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", http_mode.port)
    try:
        for part in parts:
            writer.write(part)
        async with asyncio.timeout(30):
            return await reader.read()
    finally:
        writer.close()


async def until(is_so: Callable[[], bool]) -> None:
    """Lets the server work until something is so."""
    async with asyncio.timeout(30):
        while True:
            if is_so():
                return
            await asyncio.sleep(0.005)


def expect_one_line(caplog: pytest.LogCaptureFixture, status: int) -> None:
    """Asserts that the refusal is the only line in the log, without a traceback."""
    assert [record.getMessage() for record in caplog.records] == ["request_refused"]
    assert vars(caplog.records[0])["status"] == status
    assert "Traceback" not in caplog.text
    caplog.clear()
