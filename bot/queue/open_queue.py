"""Chooses the engine of the queue: the bot's own rows on SQLite, Procrastinate on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from bot.errors import CannotStart
from bot.queue.embedded import EmbeddedQueue
from bot.queue.protocol import Queue
from bot.store.engine import Store

# Procrastinate takes memory that SQLite can do without, so what imports it is imported where it is needed.


def open_queue(store: Store, now: Callable[[], datetime]) -> Queue:
    """Returns the queue over this database. Raises CannotStart where PostgreSQL's extra is not installed."""
    if store.embedded:
        return EmbeddedQueue(store, now)
    with _needs_extra():
        from bot.queue.procrastinate_queue import ProcrastinateQueue
    return ProcrastinateQueue(store, now)


async def migrate(store: Store) -> None:
    """Brings the tables of the bot and those of its queue up to this version."""
    await store.migrate()
    if not store.embedded:
        with _needs_extra():
            from bot.queue.procrastinate_schema import migrate as migrate_procrastinate
        await migrate_procrastinate(store)


async def check_schema(store: Store) -> None:
    """Raises StoreUnready unless the tables of the bot and those of its queue are those of this version."""
    await store.check_schema()
    if not store.embedded:
        with _needs_extra():
            from bot.queue.procrastinate_schema import check
        await check(store)


@contextmanager
def _needs_extra() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        line = (
            f"PACT_DATABASE_URL: PostgreSQL needs the extra: pip install 'pactbot[postgres]' ({error.name} is missing)"
        )
        raise CannotStart(line) from None
