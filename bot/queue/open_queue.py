"""Chooses the engine of the queue: the bot's own rows on SQLite, Procrastinate on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.queue.embedded import EmbeddedQueue
from bot.queue.protocol import Queue
from bot.store.engine import Store

# Procrastinate takes memory that SQLite can do without, so what imports it is imported where it is needed.


def open_queue(store: Store, now: Callable[[], datetime]) -> Queue:
    """Returns the queue over this database."""
    if store.embedded:
        return EmbeddedQueue(store, now)
    from bot.queue.procrastinate_queue import ProcrastinateQueue

    return ProcrastinateQueue(store, now)


async def migrate(store: Store) -> None:
    """Brings the tables of the bot and those of its queue up to this version."""
    await store.migrate()
    if not store.embedded:
        from bot.queue.procrastinate_schema import migrate as migrate_procrastinate

        await migrate_procrastinate(store)


async def check_schema(store: Store) -> None:
    """Raises StoreUnready unless the tables of the bot and those of its queue are those of this version."""
    await store.check_schema()
    if not store.embedded:
        from bot.queue.procrastinate_schema import check

        await check(store)
