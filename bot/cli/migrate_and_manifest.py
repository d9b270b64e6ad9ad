"""``migrate`` and ``manifest``: what is done once, before the bot runs."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping

from settings.config import load


def migrate(_options: Namespace) -> int:
    """Bring the database's tables up to this version."""
    from bot.store.engine import HEAD, Store

    async def run() -> None:
        store = Store.open(load().database_url.get_secret_value())
        try:
            await store.migrate()
        finally:
            await store.close()

    asyncio.run(run())
    sys.stderr.write(f"pactbot migrate: the database has schema {HEAD}\n")
    return 0


def manifest(options: Namespace) -> int:
    """The app's manifest on standard output."""
    from handlers.manifest import as_json

    sys.stdout.write(f"{as_json(load().command, options.http)}\n")
    return 0


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {"migrate": migrate, "manifest": manifest}
