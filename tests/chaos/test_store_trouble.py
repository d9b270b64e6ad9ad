"""Promise 11: the database locked or the disk full is no crash, no post without a row, and it resumes by itself."""

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

pytestmark = pytest.mark.long

POST = "chat.postMessage"
FLIGHT_SECONDS = 3.0
"""What was on its way when the trouble began has arrived by then."""
FULL_SECONDS = 4.0
DISK_BYTES = 12_000_000


def assert_whole(figures: Any) -> None:
    """Nothing lost, doubled, out of order, without a row, or still open."""
    assert (figures.lost, figures.doubled, figures.disordered) == (0, 0, 0)
    assert (figures.rowless, figures.strangers, figures.unsettled) == (0, 0, 0)


async def told_later(stage: Any, result: Any) -> str:
    """What the bot itself answered to a command, however late; Slack's own word that it took too long is not that."""

    def answers() -> list[Any]:
        return [message for message in result.messages() if message["user"] == stage.slack.bot_user_id]

    assert await stage.until(answers, 30), result.messages()
    return " ".join(str(message["text"]) for message in answers())


# ── a disk that can be full ────────────────────────────────────────────────────────────────────────────────


@dataclass
class Disk:
    """A folder, and how to let it have no room. With ``mounted`` the folder is a small file system of its own."""

    folder: Path
    mounted: bool

    def fill(self, bot: Any) -> None:
        """From now on nothing grows; where mounting is not allowed, no file of this one process."""
        if self.mounted:
            with suppress(OSError), (self.folder / "ballast").open("wb", buffering=0) as ballast:
                while True:
                    ballast.write(bytes(4096))
        else:
            largest_bytes = max(file.stat().st_size for file in self.folder.iterdir())
            resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (largest_bytes, resource.RLIM_INFINITY))

    def free(self, bot: Any) -> None:
        """Room again."""
        (self.folder / "ballast").unlink(missing_ok=True)
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@pytest.fixture(params=["tmpfs", "file limit"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """A small file system (where this user may mount one), or a process whose files may not grow."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if request.param != "tmpfs":
        yield Disk(folder, mounted=False)
        return
    told = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", folder], capture_output=True)
    if told.returncode:
        pytest.skip(f"mounting is not allowed here: {told.stderr.decode().strip()}")
    try:
        yield Disk(folder, mounted=True)
    finally:
        subprocess.run(["umount", folder], check=True)


# ── the proofs ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_locked_database_is_waited_for(
    staged: Callable[..., Any], size: Callable[[str, Any], Any], say: Callable[[str], None]
) -> None:
    seconds = float(size("lock-seconds", 30.0))
    async with staged(channels=20) as stage:
        stage.slack.faults.delay(POST, 0.3, times=None)
        await stage.write_until(200, 20)
        bot = await stage.start()
        await stage.posts(20)
        with closing(sqlite3.connect(stage.folder / "pactbot.db", isolation_level=None, timeout=5)) as other:
            other.execute("BEGIN IMMEDIATE")
            typed = asyncio.create_task(stage.slack.command("subscribe quantum", channel="desk-0", user="dana"))
            asking = asyncio.create_task(stage.slack.command("status", channel="desk-1", user="junho"))
            await asyncio.sleep(FLIGHT_SECONDS)
            posted = stage.accepted
            await asyncio.sleep(seconds - FLIGHT_SECONDS)
            assert stage.accepted == posted, "posted although no claim could be committed"
            assert not bot.ended.is_set()
            other.execute("ROLLBACK")
        answer, status = await told_later(stage, await typed), await told_later(stage, await asking)
        await stage.settled(60)
        new = stage.rows("SELECT count(*) FROM subscriptions WHERE query LIKE '%quantum%'")[0][0]
        figures = stage.verdict()
        say(f"\nlocked for {seconds:.0f} s with {posted} posted: subscribe made {new}; {figures}")
        assert ("Nothing was changed" in answer) is (new == 0), answer
        assert status
        assert [line for line in stage.lines if "failed reference" not in line] == []
        assert_whole(figures)
        await stage.stop(bot)


async def test_a_full_disk_is_waited_for(disk: Any, staged: Callable[..., Any], say: Callable[[str], None]) -> None:
    async with staged(channels=20, folder=disk.folder) as stage:
        stage.slack.faults.delay(POST, 0.3, times=None)
        await stage.write_until(200, 20)
        bot = await stage.start()
        await stage.posts(20)
        disk.fill(bot)
        writing = asyncio.create_task(stage.write_until(300, 20))
        assert await stage.until(lambda: any("full" in why or "disk I/O error" in why for why in stage.whys)), (
            stage.whys
        )
        await asyncio.sleep(FULL_SECONDS)
        posted, trouble_lines = stage.accepted, sum(stage.whys.values())
        assert not bot.ended.is_set()
        disk.free(bot)
        await writing
        await stage.settled(90)
        figures = stage.verdict()
        say(f"\ndisk full with {posted} posted, {trouble_lines} lines of the log: {figures}")
        assert posted < figures.messages
        assert_whole(figures)
        assert not bot.ended.is_set()
        await stage.stop(bot)
        assert stage.lines == []
