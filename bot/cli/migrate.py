"""``pactbot migrate``: brings the database's tables up to this version."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace

from bot.queue.open_queue import migrate
from bot.store.engine import HEAD, Store
from settings.config import load


def run(_options: Namespace) -> int:
    """Migrates the database that the settings name."""
    asyncio.run(_migrate(load().database_url.get_secret_value()))
    sys.stderr.write(f"pactbot migrate: the database has schema {HEAD}\n")
    return 0


async def _migrate(database_url: str) -> None:
    store = Store.open(database_url)
    try:
        await migrate(store)
    finally:
        await store.close()
