"""Opens the database of the settings for a command that reads it; one that is not there yet is a wrong call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.cli.doctor.database import missing_file
from bot.errors import CannotStart
from bot.store.engine import Store
from settings.config import Settings


@asynccontextmanager
async def open_stored(settings: Settings) -> AsyncIterator[Store]:
    """Opens the store and closes it; raises CannotStart where there is none, or one of another version."""
    url = settings.database_url.get_secret_value()
    store = Store.open(url)
    try:
        if missing := missing_file(store, url):
            raise CannotStart(f"{missing} is not there yet: pactbot run makes it", exit_code=2)
        await store.check_schema()
        yield store
    finally:
        await store.close()


def sqlite_file(settings: Settings) -> Path | None:
    """Returns SQLite's file; None for PostgreSQL. Raises CannotStart where there is no such file yet."""
    url = settings.database_url.get_secret_value()
    store = Store.open(url)  # says what is wrong with the address
    if not store.embedded:
        return None
    if missing := missing_file(store, url):
        raise CannotStart(f"{missing} is not there yet: pactbot run makes it", exit_code=2)
    return Path(url.partition(":///")[2])
