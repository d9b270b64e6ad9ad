"""Fixtures of the journeys: fake Slack, fake outlets, and the unchanged bot between them, over either transport."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from handlers.fake_slack import FakeSlack
from handlers.fake_slack.limits import Pace
from scrapers.fake_outlets.server import FakeOutlets
from tests.support.console_process import Process
from tests.support.databases import MigratedDatabase
from tests.support.journey import (
    ROOT,
    Journey,
    Transport,
)

TRANSPORTS: tuple[Transport, Transport] = ("socket", "http")


def pytest_addoption(parser: pytest.Parser) -> None:
    """For the types of Slack's own client: pytest tests/journeys -m long --slack-types FOLDER"""
    parser.addoption("--slack-types", help="a folder with the npm packages typescript and @slack/web-api")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves one of a journey's two transports to the long proofs: by its name, so that both are among the others."""
    for item in items:
        if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            transport = item.callspec.params.get("transport")
            if transport == TRANSPORTS[crc32(item.originalname.encode()) % 2]:
                item.add_marker(pytest.mark.long)


@pytest.fixture(params=TRANSPORTS)
def transport(request: pytest.FixtureRequest) -> Transport:
    """The transport over which Slack reaches the bot."""
    kind: Transport = request.param
    return kind


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """Finds ports that nothing listens on, and that the system gives to no outgoing connection meanwhile."""

    def find() -> int:
        # Linux gives ports from 32768 on to outgoing connections
        for port in random.sample(range(15_000, 32_000), 100):
            with socket.socket() as candidate, contextlib.suppress(OSError):
                candidate.bind(("0.0.0.0", port))
                return port
        raise AssertionError("no port is free between 15000 and 32000")

    return find


@pytest.fixture
async def journey(
    transport: Transport, tmp_path: Path, sqlite_database: MigratedDatabase, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Journey]:
    """Fake Slack and fake outlets are open; a test starts the bot, which stops at the end and logs no error."""
    caplog.set_level(logging.INFO)
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(FakeSlack(pace=Pace(enforced=False)))
        fake_outlets = await stack.enter_async_context(FakeOutlets())
        sqlite_database.sweep()
        journey = Journey(transport, tmp_path, slack, fake_outlets, sqlite_database.file)
        journey.open_store = lambda _address: sqlite_database.open("app")
        journey.read_only("hanbit", "seoul-courier", "briefing-room")
        yield journey
        await journey.close()
    errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert errors == []


@pytest.fixture
async def call(tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """Runs `pactbot …` with only these settings; kills what still runs at the end."""
    started: list[Process] = []

    async def called(*words: str, **settings: str) -> Process:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT), **settings}
        log = tmp_path / f"log-{len(started)}"
        with log.open("wb") as out:
            running = await asyncio.create_subprocess_exec(
                sys.executable, "-c", "from bot.cli import main; main()", *words,
                cwd=home, env=environment, stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip
        started.append(Process(running, log))
        return started[-1]

    yield called
    for process in started:
        if process.running.returncode is None:
            process.running.kill()
            await process.running.wait()
