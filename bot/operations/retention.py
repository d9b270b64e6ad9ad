"""Deletes what ended long ago: told deliveries by itself after 400 days, and on an operator's request all before a day.

Each transaction is short, and a pause as long as it follows, so that a running bot writes in between. A run that was
killed is begun again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.errors import StoreTrouble
from bot.store.engine import Store
from bot.store.old_rows import ALL, Step

KEEP_DELIVERIES = timedelta(days=400)
"""A delivery whose story got no article for so long is deleted, with its matches."""
TRIES = 5
"""How often a transaction is tried that another writer kept from the database, or whose rows are in use by now."""
PAUSE_MAX_SECONDS = 1.0

OnRows = Callable[[str, int], None]
"""Called after each transaction with the table and the number of its rows that were deleted."""


async def count_old(store: Store, before_at: datetime, now: datetime) -> dict[str, int]:
    """Returns how many rows of each table go at most: those that something younger refers to stay."""
    async with store.read() as c:
        return {step.table: await step.count(c, before_at, now) for step in ALL}


async def delete_old(
    store: Store,
    steps: Sequence[Step],
    before_at: datetime,
    now: datetime,
    on_rows: OnRows = lambda _table, _rows: None,
    most_transactions: int | None = None,
) -> bool:
    """Deletes old rows step by step; returns False where ``most_transactions`` that deleted something ended it."""
    transactions = 0
    for step in steps:
        async with store.read() as c:  # it may read all of a table, which no writer should wait for
            rows = await step.count(c, before_at, now)
        while rows:
            if transactions == most_transactions:
                return False
            began = time.monotonic()
            rows = await _delete_next(store, step, before_at, now)
            transactions += rows > 0
            on_rows(step.table, rows)
            if rows:
                await asyncio.sleep(min(PAUSE_MAX_SECONDS, time.monotonic() - began))
    return True


async def _delete_next(store: Store, step: Step, before_at: datetime, now: datetime) -> int:
    for tries_left in reversed(range(TRIES)):
        try:
            async with store.begin() as c:
                return await step.delete(c, before_at, now)
        except StoreTrouble:
            if not tries_left:
                raise
            await asyncio.sleep(PAUSE_MAX_SECONDS)
    raise AssertionError("the last try returns or raises")
