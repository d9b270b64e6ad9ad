"""Promise 11: with the database locked or the disk full the bot lives, posts nothing without a row, and resumes."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from handlers.fake_slack import CommandResult
from tests.chaos.chaos_harness import ChaosHarness, Process
from tests.chaos.figures import Figures

pytestmark = pytest.mark.long

POST = "chat.postMessage"
FLIGHT_SECONDS = 3.0
"""Calls that ran when the trouble began have arrived by then."""
FULL_SECONDS = 4.0
DISK_BYTES = 12_000_000


def assert_nothing_wrong(figures: Figures) -> None:
    """Check that nothing is lost, doubled, out of order, without a row, or unsettled."""
    assert (figures.lost, figures.doubled, figures.out_of_order) == (0, 0, 0)
    assert (figures.without_row, figures.unexpected, figures.unsettled) == (0, 0, 0)


async def answer_of(harness: ChaosHarness, result: CommandResult) -> str:
    """The bot's own answer to a command, however late (not Slack's notice that it took too long)."""

    def answers() -> list[Any]:
        return [message for message in result.messages() if message["user"] == harness.slack.bot_user_id]

    assert await harness.until(answers, 30), result.messages()
    return " ".join(str(message["text"]) for message in answers())


# ── a disk that can be full ────────────────────────────────────────────────────────────────────────────────


@dataclass
class Disk:
    """A folder that can be made full. With ``mounted`` it is a small file system of its own."""

    folder: Path
    mounted: bool

    def fill(self, bot: Process) -> None:
        """Let no file grow; where mounting is not allowed, no file of this one process."""
        if self.mounted:
            with suppress(OSError), (self.folder / "ballast").open("wb", buffering=0) as ballast:
                while True:
                    ballast.write(bytes(4096))
        else:
            largest_bytes = max(file.stat().st_size for file in self.folder.iterdir())
            resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (largest_bytes, resource.RLIM_INFINITY))

    def free(self, bot: Process) -> None:
        """Make room again."""
        (self.folder / "ballast").unlink(missing_ok=True)
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@pytest.fixture(params=["tmpfs", "file limit"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """A small file system (if this user may mount one), or a process whose files may not grow."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if request.param != "tmpfs":
        yield Disk(folder, mounted=False)
        return
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"mounting is not allowed here: {mounted.stderr.decode().strip()}")
    try:
        yield Disk(folder, mounted=True)
    finally:
        subprocess.run(["umount", folder], check=True)


# ── the proofs ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_locked_database_is_waited_for(
    open_harness: Callable[..., Any], size: Callable[[str, Any], Any], report: Callable[[str], None]
) -> None:
    seconds = float(size("lock-seconds", 30.0))
    async with open_harness(channels=20) as harness:
        harness.slack.faults.delay(POST, 0.3, times=None)
        await harness.enqueue_until(200, 20)
        bot = await harness.start()
        await harness.posts(20)
        with closing(sqlite3.connect(harness.folder / "pactbot.db", isolation_level=None, timeout=5)) as other:
            other.execute("BEGIN IMMEDIATE")
            typed = asyncio.create_task(harness.slack.command("subscribe quantum", channel="policy-0", user="dana"))
            asking = asyncio.create_task(harness.slack.command("status", channel="policy-1", user="junho"))
            await asyncio.sleep(FLIGHT_SECONDS)
            posted = harness.accepted
            await asyncio.sleep(seconds - FLIGHT_SECONDS)
            assert harness.accepted == posted, "posted although no claim could be committed"
            assert not bot.ended.is_set()
            other.execute("ROLLBACK")
        answer, status = await answer_of(harness, await typed), await answer_of(harness, await asking)
        await harness.settled(60)
        new = harness.rows("SELECT count(*) FROM subscriptions WHERE query LIKE '%quantum%'")[0][0]
        figures = harness.compare()
        report(f"\nlocked for {seconds:.0f} s with {posted} posted: subscribe made {new}; {figures}")
        assert ("Nothing was changed" in answer) is (new == 0), answer
        assert status
        assert [line for line in harness.lines if "failed reference" not in line] == []
        assert_nothing_wrong(figures)
        await harness.stop(bot)


async def test_a_full_disk_is_waited_for(
    disk: Disk, open_harness: Callable[..., Any], report: Callable[[str], None]
) -> None:
    async with open_harness(channels=20, folder=disk.folder) as harness:
        harness.slack.faults.delay(POST, 0.3, times=None)
        await harness.enqueue_until(200, 20)
        bot = await harness.start()
        await harness.posts(20)
        disk.fill(bot)
        writing = asyncio.create_task(harness.enqueue_until(300, 20))
        assert await harness.until(lambda: any("full" in why or "disk I/O error" in why for why in harness.reasons)), (
            harness.reasons
        )
        await asyncio.sleep(FULL_SECONDS)
        posted, trouble_lines = harness.accepted, sum(harness.reasons.values())
        assert not bot.ended.is_set()
        disk.free(bot)
        await writing
        await harness.settled(90)
        figures = harness.compare()
        report(f"\ndisk full with {posted} posted, {trouble_lines} lines of the log: {figures}")
        assert posted < figures.messages
        assert_nothing_wrong(figures)
        assert not bot.ended.is_set()
        await harness.stop(bot)
        assert harness.lines == []
