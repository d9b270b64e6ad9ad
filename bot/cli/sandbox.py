"""``pactbot sandbox``: the unchanged bot, a small Slack on loopback and demo outlets, until Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bot.app import App
from bot.cli.run import told_by_signals
from bot.composition import load_config
from bot.errors import CannotStart
from handlers.fake_slack.server import FakeSlack
from scrapers.fake_outlets.demo import play_demo, publish_baseline
from scrapers.fake_outlets.server import FakeOutlets
from settings import logs
from settings.config import Settings, load

DEFAULT_PORT = 8730
CHANNEL = "policy"
EVERY_MINUTES = 0.05
HOST_PAUSE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says about a sandbox."""

    port: int = DEFAULT_PORT
    outlets: Literal["live", "demo"] = "demo"
    database: str | None = None
    """Where to keep things; None: nowhere, nothing is left behind."""
    language: Literal["ko", "en"] = "en"
    speed: float = 1.0
    """How many times as fast as written the demo is played."""


def run(options: Options) -> int:
    """Opens the sandbox and prints its page's address; 0 after Ctrl-C."""
    level = os.environ.get("PACT_LOG_LEVEL", "WARNING").upper()
    logs.set_up("text", level if level in ("DEBUG", "INFO", "WARNING", "ERROR") else "WARNING")
    return asyncio.run(_sandbox(options))


async def _sandbox(options: Options) -> int:
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        stack.enter_context(told_by_signals(stop))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pactbot-")))
        workspace = await _open_workspace(options.port)
        stack.push_async_callback(workspace.close)
        settings = await _settings(stack, stop, options, workspace, folder)
        _say(workspace, options)
        return await App(load_config(settings)).run(stop)


async def _open_workspace(port: int) -> FakeSlack:
    workspace = FakeSlack(any_token=True)
    try:
        await workspace.start(port)
    except OSError as error:
        line = f"port {port} is in use ({error.strerror or error}); choose another: pactbot sandbox --port {port + 1}"
        raise CannotStart(line) from None
    return workspace


async def _settings(
    stack: AsyncExitStack, stop: asyncio.Event, options: Options, workspace: FakeSlack, folder: Path
) -> Settings:
    """The settings that connect the unchanged bot to what stands around it."""
    given: dict[str, Any] = {
        "slack_bot_token": workspace.bot_token,
        "slack_app_token": workspace.app_token,
        "slack_signing_secret": None,
        "slack_api_url": workspace.api_url,
        "port": None,
        "database_url": options.database or f"sqlite:///{folder / 'sandbox.db'}",
        "channel": workspace.channel(CHANNEL),
        "operators_channel": None,
        "language": options.language,
    }
    if options.outlets == "demo":
        fake_outlets = FakeOutlets()
        await fake_outlets.start()
        stack.push_async_callback(fake_outlets.close)
        specs = folder / "outlets"
        specs.mkdir()
        fake_outlets.write_specs(specs, EVERY_MINUTES)
        given |= {
            "outlets": (specs,),
            "trusted_addresses": fake_outlets.trusted,
            "host_pause_seconds": HOST_PAUSE_SECONDS,
        }
        playing = asyncio.create_task(_play(fake_outlets, stop, options.speed))
        stack.push_async_callback(_cancelled, playing)
    return load(**given)


async def _play(fake_outlets: FakeOutlets, stop: asyncio.Event, speed: float) -> None:
    """Waits until the bot has read what stands there, then publishes the demo."""
    steps = publish_baseline(fake_outlets)
    for outlet in fake_outlets.outlets:
        await fake_outlets.wait_for_requests(outlet, times=2)  # robots.txt, then the source
    await play_demo(fake_outlets, steps, speed=speed, stop=stop)


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _say(workspace: FakeSlack, options: Options) -> None:
    lines = [
        f"The sandbox is open: {workspace.page_url}",
        "Look at #policy and type /pact status or /pact subscribe quantum there.",
        "Ctrl-C ends all of it and leaves nothing behind.",
    ]
    if options.outlets == "demo":
        lines.insert(1, "The demo outlets publish for about six minutes; the first card comes within one.")
    print("\n".join(lines), flush=True, file=sys.stdout)
