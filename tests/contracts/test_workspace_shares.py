"""One workspace's flood, slow answers, rate limits or revoked token delay no message of another workspace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.outbox.worker import Outbox
from bot.store import installations
from bot.store.deliveries.shares import Shares
from bot.store.engine import Store
from handlers.errors import PostError, RateLimited, TokenRevoked
from handlers.history import HistoryPage
from tests.support.delivery_rows import Columns, add_row
from tests.support.outbox_harness import Clock, OutboxHarness, ScriptedSlack

NOISY, QUIET = "T1", "T9"
CONCURRENCY = 8
KINDS: dict[str, Columns] = {
    "post": {"state": "due"},
    "read_page": {"state": "unknown", "first_try_at": -90, "last_try_at": -90},
    "edit": {"state": "sent", "ts": "1.0", "sent_at": -60, "wanted_revision": 2, "shown_revision": 1},
}
"""Columns of a delivery that wants a call of each kind."""


@dataclass
class NoisySlack:
    """A workspace whose calls hang until ``may_end``, or fail."""

    may_end: asyncio.Event = field(default_factory=asyncio.Event)
    fault: PostError | None = None
    running: int = 0
    called: int = 0

    async def _call(self) -> Any:
        self.called += 1
        self.running += 1
        try:
            if self.fault is not None:
                raise self.fault
            await self.may_end.wait()
        finally:
            self.running -= 1

    async def post(self, channel: str, *_: Any, key: str, **__: Any) -> Any:
        await self._call()
        return Ts(f"{self.called}.0")

    async def edit(self, *_: Any, **__: Any) -> None:
        await self._call()

    async def read_page(self, *_: Any, **__: Any) -> HistoryPage:
        await self._call()
        return HistoryPage((), 0)

    async def confirm(self) -> bool:
        return not isinstance(self.fault, TokenRevoked)


@dataclass(frozen=True)
class Ts:
    """What a post answers."""

    ts: str


class QuietSlack(ScriptedSlack):
    """A workspace that answers at once; what is edited and read there needs no message."""

    async def edit(self, channel: str, ts: str, *_: Any, **__: Any) -> None:
        self._note("edit", channel)


@dataclass
class Both:
    """An outbox over both workspaces."""

    store: Store
    clock: Clock
    noisy: NoisySlack
    quiet: QuietSlack
    outbox: Outbox

    async def add(self, team: str, kind: str, count: int = 1) -> None:
        async with self.store.begin() as c:
            for _ in range(count):
                await add_row(c, self.clock.at, {"team": team, **KINDS[kind]})

    async def until(self, is_true: Any) -> None:
        """Let the outbox work until then, in real time."""
        async with asyncio.timeout(30):
            while not is_true():
                self.outbox.wake()
                await asyncio.sleep(0.01)


@pytest.fixture
async def both(harness: OutboxHarness) -> Both:
    noisy, quiet = NoisySlack(), QuietSlack(harness.clock)
    harness.posters = {NOISY: noisy, QUIET: quiet}
    async with harness.store.begin() as c:
        for team in harness.posters:
            await installations.put(c, team, harness.clock.at)
    outbox = harness.outbox(concurrency=CONCURRENCY, call_seconds=60)
    return Both(harness.store, harness.clock, noisy, quiet, outbox)


@asynccontextmanager
async def running(both: Both) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.ensure_future(both.outbox.run(stop))
    yield
    stop.set()
    both.noisy.may_end.set()
    await asyncio.wait_for(task, 30)


@pytest.mark.parametrize("kind", list(KINDS))
async def test_calls_that_hang_leave_half_of_the_calls_to_others(both: Both, kind: str) -> None:
    await both.add(NOISY, kind, 3 * CONCURRENCY)
    async with running(both):
        await both.until(lambda: both.noisy.running == CONCURRENCY // 2)
        await both.add(QUIET, kind)
        await both.until(lambda: both.quiet.called)
        assert both.noisy.running == CONCURRENCY // 2


async def test_a_backlog_that_is_sent_at_full_pace_is_shared_out(both: Both) -> None:
    await both.add(NOISY, "post", 10 * CONCURRENCY)
    await both.add(QUIET, "post", 2)
    both.noisy.may_end.set()
    await both.outbox.run_once()
    assert len(both.quiet.called) == 2
    assert both.noisy.called == (CONCURRENCY - 2) // 2


@pytest.mark.parametrize("fault", [RateLimited("ratelimited", "C1", 1_800.0), TokenRevoked("token_revoked", "C1")])
async def test_a_refused_workspace_delays_nobody(both: Both, fault: PostError) -> None:
    both.noisy.fault = fault
    await both.add(NOISY, "post", 3 * CONCURRENCY)
    for number in range(1, 4):
        await both.add(QUIET, "post", 3)
        await both.outbox.run_once()
        assert len(both.quiet.called) == 3 * number
        both.clock.advance(60)
    assert both.noisy.called <= 3 * CONCURRENCY


def test_each_workspace_has_half_of_what_the_others_leave() -> None:
    flood = [(number, f"T{number // 100}") for number in range(800)]
    alone = Shares(32, {}, is_single=False)
    assert alone.chosen(flood[:100]) == list(range(16))
    counts = [16, 8, 4, 2, 1, 1]
    assert alone.chosen(flood) == [100 * team + place for team, most in enumerate(counts) for place in range(most)]
    assert Shares(16, {"T0": 16}, is_single=False).full() == ("T0",)
    assert Shares(17, {"T0": 15}, is_single=False).full() == ()
    assert Shares(1, {"T0": 31}, is_single=False).chosen([(1, "T0"), (2, "T1"), (3, "T2")]) == [2]
    assert Shares(0, {"T0": 32}, is_single=False).chosen([(2, "T1")]) == []
    assert Shares(5).chosen(flood) == [0, 1, 2, 3, 4]
