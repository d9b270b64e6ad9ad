"""Processes over one database: they see each other's heartbeats, and of all that notice an absence one notifies."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import text

from bot.deliveries.notices import OperatorsChannel
from bot.operations.process_watch import ProcessWatch
from bot.store import installations, processes
from bot.store.engine import Store
from bot.store.processes import Process


async def test_two_processes_that_notice_an_absence_at_once_enqueue_one_notice(
    store: Store, second_store: Store, now: datetime
) -> None:
    at = [now]
    async with store.begin() as c:
        await installations.put(c, "T1", now)
        await processes.beat(c, Process("c1", "clock", now, now))
    watches = [
        ProcessWatch(each, f"w{number}", part, OperatorsChannel("COPS", "en", "UTC"), lambda: at[0])
        for number, (each, part) in enumerate(((store, "slack"), (second_store, "worker")))
    ]
    for _ in range(17):
        await asyncio.gather(*(watch.beat() for watch in watches))
        at[0] += timedelta(seconds=20)
    async with store.read() as c:
        keys = list((await c.execute(text("SELECT key FROM deliveries"))).scalars())
        rows = await processes.all_of(c)
    assert keys == [f"notice:T1:missing:clock:{now.isoformat()}"]
    assert {row.part: row.beat_at for row in rows} == {
        "clock": now, "slack": at[0] - timedelta(seconds=20), "worker": at[0] - timedelta(seconds=20)
    }  # fmt: skip
