"""Measures how many posts a second one, two and four worker processes make over one PostgreSQL.

Slack is the fake one on loopback, in the test's process, without its rate limits; pauses between posts of a channel are
20 ms. All processes share the machine's cores, so the CPU time of a post says more than the posts of a second.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bot.cli.progress_bar import ProgressBar
from handlers.fake_slack import FakeSlack
from tests.chaos.chaos_harness import CLOSED_OUTLET, FAST, ChaosHarness, Process
from tests.support.databases import execute, postgresql_server

pytestmark = pytest.mark.bench

CHANNELS = 100
POSTS = 300
MOST_SECONDS = 300.0


@pytest.fixture
def server() -> Iterator[str]:
    with postgresql_server() as address:
        yield address


async def posted(folder: Path, url: str, workers: int) -> tuple[float, float]:
    """Enqueues, then lets so many workers post it all: posts a second, and the workers' CPU milliseconds of a post."""
    async with FakeSlack(pace=FAST) as slack:
        harness = ChaosHarness(folder, slack, print, url)
        try:
            await harness.open(CHANNELS, seed=1)
            harness.is_database_down = True  # the harness looks at no rows: it would take the time of the posts
            await harness.enqueue_until(POSTS, CHANNELS)
            started = [await harness.start(only="worker") for _ in range(workers)]
            before, began, first = _cpu_seconds(started), time.monotonic(), harness.accepted
            await slack.wait_for(lambda: harness.accepted >= harness.enqueued, MOST_SECONDS)
            seconds, posts = time.monotonic() - began, harness.enqueued - first
            return posts / seconds, (_cpu_seconds(started) - before) / posts * 1_000
        finally:
            await harness.close()


def _cpu_seconds(processes: list[Process]) -> float:
    times = [psutil.Process(process.pid).cpu_times() for process in processes]
    return float(sum(each.user + each.system for each in times))


async def test_posts_a_second(server: str, tmp_path: Path) -> None:
    (tmp_path / "outlets").mkdir()
    (tmp_path / "outlets" / "closed.toml").write_text(CLOSED_OUTLET)
    counts = (1, 2, 4)
    bar, lines = ProgressBar(len(counts)), list[str]()
    for workers in counts:
        execute(server, f"CREATE DATABASE posts{workers}")
        url = server.replace("/postgres?", f"/posts{workers}?")
        a_second, milliseconds = await posted(tmp_path / "disk", url, workers)
        lines.append(f"  {workers} workers: {a_second:6.1f} posts a second, {milliseconds:5.1f} ms of CPU a post")
        bar.step(f"{workers} workers")
    bar.clear()
    print(
        f"\nPosts over PostgreSQL, {CHANNELS} channels; {psutil.cpu_count()} cores, load {psutil.getloadavg()[0]:.1f}",
        *lines,
        sep="\n",
    )
