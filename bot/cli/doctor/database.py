"""Checks whether the database answers and has the tables of this version."""

from __future__ import annotations

import os

from bot.cli.doctor.check_row import CheckRow
from bot.errors import PactbotError
from bot.queue.open_queue import check_schema
from bot.store.engine import HEAD, Store
from settings.config import Settings


async def check_database(settings: Settings) -> CheckRow:
    """Returns the database's row. A SQLite file that does not exist yet is not created by the check."""
    url = settings.database_url.get_secret_value()
    try:
        store = Store.open(url)
    except PactbotError as error:
        return CheckRow("database", False, str(error))
    try:
        if missing := missing_file(store, url):
            return CheckRow("database", True, f"{missing} is not there yet: pactbot run makes it")
        await store.ping()
        await check_schema(store)
    except PactbotError as error:
        return CheckRow("database", False, str(error), "is PACT_DATABASE_URL right, and the database up?")
    finally:
        await store.close()
    return CheckRow("database", True, f"{'SQLite' if store.embedded else 'PostgreSQL'}, schema {HEAD}")


def missing_file(store: Store, url: str) -> str | None:
    """Returns the SQLite file of this address if it does not exist yet: connecting would create it."""
    file = url.partition(":///")[2].partition("?")[0]
    return file if store.embedded and not os.path.exists(file) else None
