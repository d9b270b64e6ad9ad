"""Fixtures of the kill loop: its size, its report and its harness."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from handlers.fake_slack import FakeSlack
from handlers.fake_slack.limits import Pace
from tests.chaos.chaos_harness import (
    CLOSED_OUTLET,
    FAST,
    ChaosHarness,
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """For the full size: pytest tests/chaos -m long --chaos-messages 10000 --chaos-kills 1000"""
    group = parser.getgroup("chaos")
    group.addoption("--chaos-messages", type=int, default=300, help="messages of the kill loop (300)")
    group.addoption("--chaos-kills", type=int, default=30, help="SIGKILLs of the kill loop (30)")
    group.addoption("--chaos-stories", type=int, default=12, help="stories that every channel is told in order (12)")
    group.addoption("--chaos-channels", type=int, default=3, help="channels that are told stories in order (3)")
    group.addoption("--chaos-order-kills", type=int, default=8, help="SIGKILLs while stories are told in order (8)")
    group.addoption("--chaos-order-seconds", type=float, default=40.0, help="how long stories are published (40)")
    group.addoption("--chaos-lock-seconds", type=float, default=30.0, help="how long the database is locked (30)")
    group.addoption("--chaos-restarts", type=int, default=3, help="how often PostgreSQL is killed under load (3)")
    group.addoption("--chaos-seed", type=int, default=1, help="decides the moments of kills and faults")


@pytest.fixture
def size(request: pytest.FixtureRequest) -> Callable[[str, Any], Any]:
    """An option by name, or its usual value where pytest did not read the options (tests collected from above)."""

    def option(name: str, usual: Any) -> Any:
        return request.config.getoption(f"--chaos-{name}", default=usual)

    return option


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Print a line on standard error, past pytest's capture: progress, and the figures at the end."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def line(words: str) -> None:
        with capture.global_and_fixture_disabled():
            print(words, file=sys.stderr, flush=True)

    return line


@pytest.fixture
def open_harness(tmp_path: Path, report: Callable[[str], None], size: Callable[[str, Any], Any]) -> Callable[..., Any]:
    """Open everything but the bots: ``async with open_harness(channels=…, pace=…, folder=…) as harness``."""
    seed = int(size("seed", 1))
    (tmp_path / "outlets").mkdir()
    (tmp_path / "outlets" / "closed.toml").write_text(CLOSED_OUTLET)

    @asynccontextmanager
    async def harness(
        channels: int = 60, pace: Pace = FAST, folder: Path | None = None, database_url: str = ""
    ) -> AsyncIterator[ChaosHarness]:
        folder_path = folder or tmp_path / "disk"
        folder_path.mkdir(exist_ok=True)
        async with AsyncExitStack() as stack:
            slack = await stack.enter_async_context(FakeSlack(pace=pace, seed=seed))
            chaos = ChaosHarness(folder_path, slack, report, database_url)
            stack.push_async_callback(chaos.close)
            await chaos.open(channels, seed)
            yield chaos

    return harness
