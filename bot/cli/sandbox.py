"""``pactbot sandbox``: runs the unchanged bot against a fake Slack on loopback and demo outlets, until Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from argparse import Namespace
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from bot.app import App
from bot.cli.signals import stop_on_signals
from bot.composition import load_config
from bot.errors import CannotStart
from handlers.fake_slack.server import FakeSlack
from handlers.manifest import manifest
from scrapers.fake_outlets.demo import play_demo, publish_baseline
from scrapers.fake_outlets.server import FakeOutlets
from settings import logs
from settings.config import load

CHANNEL = "policy"
EVERY_MINUTES = 0.05
HOST_PAUSE_SECONDS = 0.2


def run(options: Namespace) -> int:
    """Opens the sandbox and prints its page's address; 0 after Ctrl-C."""
    level = os.environ.get("PACT_LOG_LEVEL", "WARNING").upper()
    logs.set_up("text", level if level in ("DEBUG", "INFO", "WARNING", "ERROR") else "WARNING")
    return asyncio.run(_sandbox(options))


async def _sandbox(options: Namespace) -> int:
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        stack.enter_context(stop_on_signals(stop))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pactbot-")))
        slack = await _open_slack(options.port)
        stack.push_async_callback(slack.close)
        overrides = _settings_of(options, slack, folder)
        if options.outlets == "demo":
            overrides |= await _open_demo_outlets(stack, stop, folder)
        settings = load(**overrides)
        _print_address(slack, options)
        return await App(load_config(settings)).run(stop)


async def _open_slack(port: int) -> FakeSlack:
    slack = FakeSlack(any_token=True)
    slack.context.adopt_manifest(manifest())
    try:
        await slack.start(port)
    except OSError as error:
        line = f"port {port} is in use ({error.strerror or error}); choose another: pactbot sandbox --port {port + 1}"
        raise CannotStart(line) from None
    return slack


def _settings_of(options: Namespace, slack: FakeSlack, folder: Path) -> dict[str, Any]:
    """Returns the settings that connect the bot to the fake Slack."""
    return {
        "slack_bot_token": slack.bot_token,
        "slack_app_token": slack.app_token,
        "slack_signing_secret": None,
        "slack_api_url": slack.api_url,
        "port": None,
        "database_url": options.database or f"sqlite:///{folder / 'sandbox.db'}",
        "channel": slack.channel(CHANNEL),
        "operators_channel": None,
        "language": options.language,
    }


async def _open_demo_outlets(stack: AsyncExitStack, stop: asyncio.Event, folder: Path) -> dict[str, Any]:
    """Opens the demo outlets and starts to publish there; returns the settings that connect the bot to them."""
    outlets = FakeOutlets()
    await outlets.start()
    stack.push_async_callback(outlets.close)
    specs = folder / "outlets"
    specs.mkdir()
    outlets.write_specs(specs, EVERY_MINUTES)
    publishing = asyncio.create_task(_publish_demo(outlets, stop))
    stack.push_async_callback(_cancel, publishing)
    return {
        "outlets": (specs,),
        "builtin_outlets": "off",
        "trusted_addresses": outlets.trusted,
        "host_pause_seconds": HOST_PAUSE_SECONDS,
    }


async def _publish_demo(outlets: FakeOutlets, stop: asyncio.Event) -> None:
    """Waits until the bot has read the baseline of every outlet, then publishes the demo."""
    steps = publish_baseline(outlets)
    for outlet in outlets.outlets:
        await outlets.wait_for_requests(outlet, times=2)  # robots.txt, then the source
    await play_demo(outlets, steps, stop=stop)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _print_address(slack: FakeSlack, options: Namespace) -> None:
    lines = [
        f"The sandbox is open: {slack.page_url}",
        "Look at #policy and type /pact status or /pact subscribe quantum there.",
        "Ctrl-C ends all of it and leaves nothing behind.",
    ]
    if options.outlets == "demo":
        lines.insert(1, "The demo outlets publish for about six minutes; the first card comes within one.")
    print("\n".join(lines), flush=True, file=sys.stdout)
