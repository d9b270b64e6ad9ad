"""A stop ends the process in time although Slack or a thread hangs, and no delivery stays claimed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

import bot
from scrapers.fake_outlets.demo import load_demo
from tests.support.journey import Journey

Call = Callable[..., Any]
STEPS = {step.article.slug: step for step in load_demo()}
ROOT = Path(bot.__file__).parents[1]
STOP_SECONDS = 15.0
SLACK = """
import asyncio
from handlers.fake_slack import FakeSlack

async def serve():
    async with FakeSlack() as slack:
        print(slack.api_url, slack.bot_token, slack.app_token, slack.channel("policy"), flush=True)
        await asyncio.Event().wait()

asyncio.run(serve())
"""
HUNG = """
import asyncio, sys, time
from bot.cli import signals

class Hung:
    async def run(self, stop):
        asyncio.get_running_loop().run_in_executor(None, time.sleep, 600)
        print("started", flush=True)
        await stop.wait()
        return 0

signals.EXIT_DEADLINE_SECONDS = 0.5
sys.exit(asyncio.run(signals.run_until_signal(Hung(), signals.exit_at_deadline)))
"""


@pytest.fixture
def transport() -> str:
    """Socket Mode, whose connections hang."""
    return "socket"


@pytest.fixture
async def far_slack() -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, str]]]:
    """A fake Slack in a process of its own, which a test can suspend, and the settings that reach it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SLACK, stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert process.stdout is not None
    answers = (await process.stdout.readline()).decode().split()
    names = ("PACT_SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "PACT_CHANNEL")
    yield process, dict(zip(names, answers, strict=True))
    process.kill()
    await process.wait()


@pytest.mark.long
async def test_a_stop_ends_the_process_in_time_when_slack_does_not_answer(
    journey: Journey, call: Call, far_slack: Any
) -> None:
    slack, reached = far_slack
    journey.read_only("hanbit")
    process = await call("run", **{**journey.environment(), **reached})
    await process.until_output("started")
    await journey.settled("SELECT id FROM deliveries WHERE state = 'sent'")
    await journey.read_again()
    slack.send_signal(signal.SIGSTOP)
    journey.fake_outlets.publish("hanbit", STEPS["plan-signed-hanbit"].article)
    await journey.settled("SELECT id FROM deliveries WHERE state = 'sending'", 20)
    started = time.monotonic()
    process.running.terminate()
    assert await process.end(STOP_SECONDS) == 0, process.output()
    print(f"ended in {time.monotonic() - started:.1f} s")
    assert "Traceback" not in process.output()
    assert "exit_deadline_passed" not in process.output()
    assert await journey.rows("SELECT id FROM deliveries WHERE state = 'sending'") == []
    assert len(await journey.rows("SELECT id FROM deliveries WHERE state = 'unknown'")) == 1


async def test_a_hanging_thread_does_not_keep_the_process() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HUNG, stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert process.stdout is not None
    await process.stdout.readline()
    process.terminate()
    async with asyncio.timeout(30):
        assert await process.wait() == 0
