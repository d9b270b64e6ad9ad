"""Fixtures of the journeys: fake Slack, fake outlets, and the unchanged bot between them, over either transport."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from handlers.fake_slack import FakeSlack
from handlers.fake_slack.limits import Pace
from scrapers.fake_outlets.server import FakeOutlets
from tests.support.journey import (
    ROOT,
    Journey,
    Process,
    Transport,
)


@pytest.fixture(params=["socket", "http"])
def transport(request: pytest.FixtureRequest) -> Transport:
    """How Slack is heard."""
    kind: Transport = request.param
    return kind


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """Ports that nobody listens on, and that no connection is given by itself before they are listened on."""

    def found() -> int:
        # below 32768, where Linux begins to give them away
        for port in random.sample(range(15_000, 32_000), 100):
            with socket.socket() as free, contextlib.suppress(OSError):
                free.bind(("0.0.0.0", port))
                return port
        raise AssertionError("no port is free between 15000 and 32000")

    return found


@pytest.fixture
async def journey(
    transport: Transport, tmp_path: Path, migrated_file: Path, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Journey]:
    """Everything but the bot is open; the bot is started by the journey and stopped at its end, without an error."""
    caplog.set_level(logging.INFO)
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(FakeSlack(pace=Pace(enforced=False)))
        fake_outlets = await stack.enter_async_context(FakeOutlets())
        journey = Journey(transport, tmp_path, slack, fake_outlets)
        shutil.copy(migrated_file, journey.database)
        journey.read_only("hanbit", "seoul-courier", "briefing-room")
        yield journey
        await journey.close()
    errors = [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR]
    assert errors == []


@pytest.fixture
async def call(tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """Calls `pactbot …` with these settings and nothing else of this machine's; what is left is killed at the end."""
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
    for one in started:
        if one.running.returncode is None:
            one.running.kill()
            await one.running.wait()
