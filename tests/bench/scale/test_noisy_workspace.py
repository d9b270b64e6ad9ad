"""Measures how long a due post of one workspace waits, beside a workspace that is slow, floods or is rate limited."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from bot.deliveries.resume import resume_team
from bot.outbox.worker import Outbox
from bot.store import installations
from bot.store.engine import Store
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.errors import RateLimited
from tests.support.delivery_rows import add_row

BACKLOG = 5_000
POSTS = 20
CALL_SECONDS = 0.05
_TS = count(1)


@dataclass(frozen=True)
class Ts:
    """What a post answers."""

    ts: str


@dataclass
class Workspace:
    """A Slack that answers after so long, or refuses."""

    seconds: float = CALL_SECONDS
    limited: bool = False
    posted: list[float] = field(default_factory=list)

    async def post(self, channel: str, *_: Any, **__: Any) -> Any:
        await asyncio.sleep(self.seconds)
        if self.limited:
            raise RateLimited("ratelimited", channel, 1_800.0)
        self.posted.append(time.monotonic())
        return Ts(f"{next(_TS)}.0")


async def waits(path: Path, noisy: Workspace | None) -> float:
    """The median seconds from a delivery's commit to its arrival."""

    def now() -> datetime:
        return datetime.now(UTC)

    async def render(*_: Any) -> Shown:
        return Shown(NoticeCard(()), "en")

    store, quiet = Store.open(f"sqlite:///{path}"), Workspace()
    posters: dict[str, Any] = {"T1": noisy, "T9": quiet}
    outbox = Outbox(store, posters.__getitem__, render, now, resume_team=resume_team)
    async with store.begin() as c:
        for team in posters:
            await installations.put(c, team, now())
        for _ in range(BACKLOG if noisy else 0):
            await add_row(c, now(), {"team": "T1"})
    stop = asyncio.Event()
    running = asyncio.create_task(outbox.run(stop))
    await asyncio.sleep(2)
    measured: list[float] = []
    for number in range(POSTS):
        async with store.begin() as c:
            await add_row(c, now(), {"team": "T9"})
        began = time.monotonic()
        outbox.wake()
        while len(quiet.posted) <= number:  # noqa: ASYNC110 - the poster is the test's own
            await asyncio.sleep(0.005)
        measured.append(quiet.posted[number] - began)
    stop.set()
    await running
    await store.close()
    return median(measured)


@pytest.mark.bench
@pytest.mark.parametrize(
    ("what", "noisy"),
    [
        ("calls that hang", lambda: Workspace(9.0)),
        ("a flood", Workspace),
        ("a storm of 429", lambda: Workspace(limited=True)),
    ],
)
async def test_a_noisy_workspace(
    machine: str, migrated_file: Path, tmp_path: Path, what: str, noisy: Callable[[], Workspace]
) -> None:
    alone = await waits(Path(shutil.copy(migrated_file, tmp_path / "alone.db")), None)
    beside = await waits(Path(shutil.copy(migrated_file, tmp_path / "beside.db")), noisy())
    print(
        f"\n{machine}\n{what}, {BACKLOG} due: {1000 * alone:.0f} ms alone, {1000 * beside:.0f} ms beside it,"
        f" ratio {beside / alone:.2f}"
    )
