"""``pactbot sandbox``: runs the unchanged bot against a fake Slack on loopback and demo outlets, until Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from argparse import Namespace
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.app import App
from bot.cli.sandbox_tools.page_tools import PageTools
from bot.cli.sandbox_tools.people import CHANNEL, OPERATORS_CHANNEL, add_people
from bot.cli.signals import stop_on_signals
from bot.composition import load_config
from bot.errors import CannotStart
from bot.present import Present
from bot.store.engine import Store
from handlers.fake_slack.server import FakeSlack
from handlers.gallery.gallery import gallery
from handlers.manifest import manifest
from handlers.verbs.hints import hints
from scrapers.fake_outlets.demo import play_demo, publish_baseline
from scrapers.fake_outlets.server import FakeOutlets
from scrapers.fake_outlets.shelf import Shelf, load_shelf
from settings import logs
from settings.config import load

EVERY_MINUTES = 0.02
HOST_PAUSE_SECONDS = 0.2
GO_ON_EVERY_SECONDS, GO_ON_SECONDS = 150.0, 3600.0
"""After the demo's steps a story follows at this interval, until it has lasted for an hour."""


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo outlets, and the stories that a button publishes there."""

    outlets: FakeOutlets
    shelf: Shelf


def run(options: Namespace) -> int:
    """Opens the sandbox and prints its page's address; 0 after Ctrl-C."""
    level = os.environ.get("PACT_LOG_LEVEL", "INFO").upper()
    prefix = f"pactbot-sandbox-{options.port}-"
    file_number, log_file = tempfile.mkstemp(".log", prefix)
    with os.fdopen(file_number, "w", encoding="utf-8") as stream:
        logs.set_up("text", level if level in ("DEBUG", "INFO", "WARNING", "ERROR") else "INFO", stream)
        return asyncio.run(_sandbox(options, Path(log_file)))


async def _sandbox(options: Namespace, log_file: Path) -> int:
    stop, present = asyncio.Event(), Present()
    async with AsyncExitStack() as stack:
        stack.enter_context(stop_on_signals(stop))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pactbot-")))
        slack = await _open_slack(options.port, present)
        stack.push_async_callback(slack.close)
        await add_people(slack)
        overrides = _settings_of(options, slack, folder)
        demo = await _open_demo(stack, stop, present) if options.outlets == "demo" else None
        if demo is not None:
            slack.context.unfurl_domains |= {address.rpartition(":")[0] for address in demo.outlets.trusted}
            overrides |= _settings_of_demo(demo, folder)
        settings = load(**overrides)
        store = Store.open(settings.database_url.get_secret_value())
        PageTools(slack, present, store, demo.outlets if demo else None, demo.shelf if demo else None).install()
        _print_address(slack, options, log_file)
        return await App(load_config(settings), open_store=lambda _address: store, present=present).run(stop)


async def _open_slack(port: int, present: Present) -> FakeSlack:
    slack = FakeSlack(clock=lambda: present.now().timestamp(), any_token=True)
    slack.context.adopt_manifest(manifest())
    slack.pages.hints, slack.pages.gallery = hints("/pact"), gallery
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
        "slack_client_id": None,
        "slack_client_secret": None,
        "slack_api_url": slack.api_url,
        "port": None,
        "database_url": options.database or f"sqlite:///{folder / 'sandbox.db'}",
        "channel": slack.channel(CHANNEL),
        "operators_channel": slack.channel(OPERATORS_CHANNEL),
        "language": options.language or machine_language(os.environ),
    }


async def _open_demo(stack: AsyncExitStack, stop: asyncio.Event, present: Present) -> Demo:
    """Opens the demo outlets and starts to publish there."""
    outlets = FakeOutlets(now=present.now)
    await outlets.start()
    stack.push_async_callback(outlets.close)
    demo = Demo(outlets, Shelf(outlets, load_shelf()))
    stack.push_async_callback(demo.shelf.close)
    publishing = asyncio.create_task(_publish_demo(demo, stop, present))
    stack.push_async_callback(_cancel, publishing)
    return demo


def machine_language(environment: Mapping[str, str]) -> str:
    """Returns ``ko`` where the machine's locale is Korean, else ``en``."""
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "ko" if locale.startswith("ko") else "en"


def _settings_of_demo(demo: Demo, folder: Path) -> dict[str, Any]:
    """Returns the settings that connect the bot to the demo outlets."""
    specs = folder / "outlets"
    specs.mkdir()
    demo.outlets.write_specs(specs, EVERY_MINUTES)
    return {
        "outlets": (specs,),
        "builtin_outlets": "off",
        "trusted_addresses": demo.outlets.trusted,
        "host_pause_seconds": HOST_PAUSE_SECONDS,
    }


async def _publish_demo(demo: Demo, stop: asyncio.Event, present: Present) -> None:
    """Waits until the bot has read the baseline of every outlet, then publishes for an hour."""
    steps = publish_baseline(demo.outlets, present.now())
    await demo.outlets.wait_until_read()
    try:
        async with asyncio.timeout(GO_ON_SECONDS):
            await play_demo(demo.outlets, steps, stop=stop)
            await demo.shelf.go_on(stop, GO_ON_EVERY_SECONDS)
    except TimeoutError:
        return


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _print_address(slack: FakeSlack, options: Namespace, log_file: Path) -> None:
    lines = [
        f"The sandbox is open: {slack.page_url}",
        f"Every message in both languages: {slack.page_url}gallery",
        "Look at #policy and type /pact status or /pact subscribe quantum there.",
        f"What the bot logs: {log_file}",
        "Ctrl-C ends all of it and leaves nothing behind but that log.",
    ]
    if options.outlets == "demo":
        lines.insert(2, "The demo outlets publish for an hour; the first card comes within a minute.")
    print("\n".join(lines), flush=True, file=sys.stdout)
