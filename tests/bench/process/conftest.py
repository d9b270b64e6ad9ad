"""Fixtures that run the real bot in its own process; fake outlets and fake Slack run in the test's process."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

import psutil
import pytest

from handlers.fake_slack.server import FakeSlack
from scrapers.catalogue import load_catalogue
from scrapers.fake_outlets.demo import load_demo
from scrapers.fake_outlets.server import FakeOutlets
from scrapers.fake_outlets.sites import SITES, Site

CONSOLE_SCRIPT = Path(sys.executable).with_name("pactbot")
PEER = Path(__file__).with_name("bare_bolt.py")
BYTES_PER_MEGABYTE = 1024 * 1024
START_SECONDS = 60.0
STOP_SECONDS = 20.0
SAMPLE_SECONDS = 0.05
PIECES_PER_SECOND = 8


@dataclass
class Watched:
    """A process that the benchmark started, with samples of its resident memory."""

    process: asyncio.subprocess.Process
    samples: dict[str, list[float]] = field(default_factory=lambda: {"main": [], "parser": []})

    def look(self) -> None:
        """Takes one more sample of the process and its child."""
        main = psutil.Process(self.process.pid)
        self.samples["main"].append(_megabytes(main))
        self.samples["parser"] += [_megabytes(child) for child in main.children()]

    async def watch(self, seconds: float) -> None:
        """Takes samples for this many seconds."""
        until = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < until:
            self.look()
            await asyncio.sleep(SAMPLE_SECONDS)

    def settled(self, part: str) -> float:
        """Returns the median of the last two seconds of samples, in megabytes; 0 without samples."""
        last = self.samples[part][-round(2 / SAMPLE_SECONDS) :]
        return median(last) if last else 0.0

    def peak(self, part: str) -> float:
        """Returns the largest sample, in megabytes; 0 without samples."""
        return max(self.samples[part], default=0.0)


def _megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / BYTES_PER_MEGABYTE


@pytest.fixture
def houses_of_the_built_in_set() -> tuple[Site, ...]:
    """Returns as many fake outlets as the bot reads by default, under the same keys."""
    keys = [key for key, outlet in load_catalogue().outlets().items() if outlet.enabled]
    return tuple(replace(SITES[place % len(SITES)], key=key) for place, key in enumerate(keys))


@asynccontextmanager
async def _started(environment: dict[str, str], heard: str, *command: str) -> AsyncIterator[Watched]:
    """Starts a process and waits until it says ``heard``; ends it with SIGTERM."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **environment},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    lines: list[str] = []
    standing = asyncio.Event()
    reading = asyncio.create_task(_read(process, lines, heard, standing))
    try:
        async with asyncio.timeout(START_SECONDS):
            await asyncio.wait({reading, asyncio.create_task(standing.wait())}, return_when=asyncio.FIRST_COMPLETED)
        assert standing.is_set(), "".join(lines)
        yield Watched(process)
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(STOP_SECONDS):
            assert await process.wait() == 0, "".join(lines[-20:])
        await reading


async def _read(process: asyncio.subprocess.Process, lines: list[str], heard: str, standing: asyncio.Event) -> None:
    assert process.stderr is not None
    async for line in process.stderr:
        lines.append(line.decode())
        if heard in lines[-1]:
            standing.set()


@pytest.fixture
def run_bot(tmp_path: Path) -> Callable[..., AbstractAsyncContextManager[Watched]]:
    """``async with run_bot(slack, fake_outlets, every_minutes=…, http_port=None)``: `pactbot run`, as installed."""
    if not CONSOLE_SCRIPT.exists():
        pytest.fail(f"{CONSOLE_SCRIPT} is missing: install the project first (README, Test)")

    def run(
        slack: FakeSlack, fake_outlets: FakeOutlets, *, every_minutes: float, http_port: int | None = None
    ) -> AbstractAsyncContextManager[Watched]:
        specs = tmp_path / f"outlets-{every_minutes}-{http_port}"
        fake_outlets.write_specs(specs, every_minutes)
        environment = _ears(slack, http_port) | {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "PACT_SLACK_API_URL": slack.api_url,
            "PACT_DATABASE_URL": f"sqlite:///{tmp_path}/bench-{every_minutes}-{http_port}.db",
            "PACT_OUTLETS": str(specs),
            "PACT_BUILTIN_OUTLETS": "off",
            "PACT_TRUSTED_ADDRESSES": ",".join(sorted(fake_outlets.trusted)),
            "PACT_HOST_PAUSE_SECONDS": "0.05",
            "PACT_CHANNEL": slack.channel("policy"),
        }
        return _started(environment, " started ", str(CONSOLE_SCRIPT), "run")

    return run


@pytest.fixture
def run_peer() -> Callable[..., AbstractAsyncContextManager[Watched]]:
    """``async with run_peer(slack, http_port=None)``: a bare Bolt app with an empty handler, by the same transport."""

    def run(slack: FakeSlack, *, http_port: int | None = None) -> AbstractAsyncContextManager[Watched]:
        environment = _ears(slack, http_port) | {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "PEER_API_URL": slack.api_url,
        }
        return _started(environment, "listening", sys.executable, str(PEER))

    return run


def _ears(slack: FakeSlack, http_port: int | None) -> dict[str, str]:
    """Returns the settings of one transport."""
    if http_port is None:
        return {"SLACK_APP_TOKEN": slack.app_token}
    return {"SLACK_SIGNING_SECRET": slack.signing_secret, "PORT": str(http_port)}


@pytest.fixture
def publish_for_ever() -> Callable[..., Coroutine[None, None, None]]:
    """Publishes the demo's articles over and over, under new names, so many a second, until it is cancelled."""

    async def publish(fake_outlets: FakeOutlets, a_second: float | None = None) -> None:
        steps = [step for step in load_demo() if not step.correction]
        number = 0
        while True:
            step = steps[number % len(steps)]
            article = replace(
                step.article,
                slug=f"{step.article.slug}-{number}",
                headline=f"{step.article.headline} ({number // len(steps) + 1})",
            )
            fake_outlets.publish(fake_outlets.outlets[number % len(fake_outlets.outlets)], article)
            number += 1
            await asyncio.sleep(1 / (a_second or PIECES_PER_SECOND))

    return publish
