"""Chooses the engine of the queue: the bot's own rows on SQLite, Procrastinate on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.queue.embedded import EmbeddedQueue
from bot.queue.protocol import Queue
from bot.store.engine import Store


def open_queue(store: Store, now: Callable[[], datetime]) -> Queue:
    """Returns the queue over this database."""
    return EmbeddedQueue(store, now)
