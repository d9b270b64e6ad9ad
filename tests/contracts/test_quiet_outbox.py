"""An outbox for which nothing waits leaves the database alone until something is written. On SQLite alone."""

from __future__ import annotations

import asyncio
from datetime import datetime
from itertools import count
from typing import Any

import pytest

from bot.outbox import worker
from bot.quiet_looks import QuietLooks
from bot.store.deliveries import claims
from bot.store.engine import Connection
from tests.support.outbox_harness import OutboxHarness

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def test_an_outbox_for_which_nothing_waits_looks_when_something_was_written(
    harness: OutboxHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "IDLE_SECONDS", 0.001)
    real_pending_work, looks, rounds, stop = claims.pending_work, count(), count(), asyncio.Event()
    tried = asyncio.Event()

    async def counted(c: Connection, *args: Any) -> Any:
        next(looks)
        if harness.slack.keys("C1"):
            stop.set()
        return await real_pending_work(c, *args)

    def needed(_looks: QuietLooks, now: datetime) -> bool:
        if next(rounds) == 20:
            tried.set()
        return real_is_needed(_looks, now)

    real_is_needed = QuietLooks.is_needed
    monkeypatch.setattr(QuietLooks, "is_needed", needed)
    monkeypatch.setattr(claims, "pending_work", counted)
    running = asyncio.ensure_future(harness.outbox().run(stop))
    await asyncio.wait_for(tried.wait(), 30)
    assert next(looks) == 1
    await harness.enqueue(await harness.channel(), "a")
    await asyncio.wait_for(running, 30)
    assert (await harness.get("a")).state == "sent"
