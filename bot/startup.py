"""Waits at the start for the database, its schema and Slack; a stop ends every wait."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.errors import CannotStart, LoginRefused, StoreBusy, StoreUnready
from bot.queue.open_queue import check_schema
from bot.store.engine import Store
from handlers.errors import PostError, TokenRevoked
from handlers.post import Poster
from handlers.slack_facts import Identity

log = logging.getLogger("pactbot.app")

T = TypeVar("T")

SCHEMA_WAIT_SECONDS = 60.0
FIRST_PAUSE_SECONDS = 0.5
DATABASE_PAUSE_MAX_SECONDS = 10.0
SLACK_PAUSE_MAX_SECONDS = 60.0

_MIGRATE = """
import asyncio, json, sys
sys.path[:] = json.loads(sys.argv[1])
from bot.store.engine import Store

async def migrate(store):
    try:
        await store.migrate()
    finally:
        await store.close()

asyncio.run(migrate(Store.open(sys.argv[2])))
"""


async def wait_for_schema(
    store: Store, address: str, stop: asyncio.Event, wait_seconds: float = SCHEMA_WAIT_SECONDS
) -> bool:
    """Waits for the database and its schema; False after a stop.

    Raises CannotStart when it refuses the login, or when no schema comes in time.
    """
    loop = asyncio.get_running_loop()
    pause, until = FIRST_PAUSE_SECONDS, loop.time() + wait_seconds
    while not stop.is_set():
        try:
            await _ready(store, address)
        except StoreUnready as unready:
            if loop.time() >= until:
                raise
            log.warning("schema_awaited", extra={"why": str(unready), "retry_seconds": pause})
        except LoginRefused as refused:
            raise CannotStart(str(refused)) from None
        except StoreBusy as busy:
            until = loop.time() + wait_seconds  # the wait for a schema begins when the database answers
            log.warning("database_away", extra={"why": str(busy), "retry_seconds": pause})
        else:
            return True
        await sleep_unless_stopped(stop, min(pause, max(0.0, until - loop.time())))
        pause = min(pause * 1.6, DATABASE_PAUSE_MAX_SECONDS)
    return False


async def _ready(store: Store, address: str) -> None:
    """Migrates SQLite if need be; PostgreSQL is migrated by ``pactbot migrate``, so StoreUnready is raised."""
    try:
        await check_schema(store)
    except StoreUnready:
        if not store.embedded:
            raise
        if not await _migrate_in_subprocess(address):
            await store.migrate()  # raises the error that says what is wrong


async def _migrate_in_subprocess(address: str) -> bool:
    """Migrates a SQLite file in a process of its own, because Alembic takes much memory; False when that failed."""
    path = json.dumps([entry or os.getcwd() for entry in sys.path])
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-c", _MIGRATE, path, address),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return await process.wait() == 0


async def wait_for_identity(poster: Poster, app_token: str | None, stop: asyncio.Event) -> Identity | None:
    """Waits for Slack and returns the tokens' identity; None after a stop. Raises CannotStart for a refused token."""

    async def identity() -> Identity:
        try:
            identity = await poster.identity()
        except TokenRevoked as refusal:
            line = f"SLACK_BOT_TOKEN: Slack refuses it ({refusal.code}); install the app again and copy its token"
            raise CannotStart(line) from None
        await _confirm_app(poster, app_token)
        return identity

    return await _once_slack_answers(stop, identity)


async def wait_for_app_token(poster: Poster, app_token: str | None, stop: asyncio.Event) -> bool:
    """Waits for Slack to accept the app's token, if there is one; False after a stop. Raises CannotStart."""
    return await _once_slack_answers(stop, lambda: _confirm_app(poster, app_token)) is True


async def _confirm_app(poster: Poster, app_token: str | None) -> bool:
    if app_token is not None and not await poster.confirm_app(app_token):
        line = "SLACK_APP_TOKEN: Slack refuses it; make an app-level token with connections:write and copy it"
        raise CannotStart(line)
    return True


async def _once_slack_answers(stop: asyncio.Event, ask: Callable[[], Awaitable[T]]) -> T | None:
    """Asks until Slack answers; None after a stop."""
    pause = FIRST_PAUSE_SECONDS
    while not stop.is_set():
        try:
            return await ask()
        except PostError as error:
            log.warning("slack_away", extra={"why": error.code, "retry_seconds": pause})
        await sleep_unless_stopped(stop, pause)
        pause = min(pause * 2, SLACK_PAUSE_MAX_SECONDS)
    return None


async def retry_while_busy(stop: asyncio.Event, work: Callable[[], Awaitable[None]]) -> None:
    """Runs ``work`` until the database is neither locked nor unreachable, or until a stop. Raises CannotStart."""
    pause = FIRST_PAUSE_SECONDS
    while not stop.is_set():
        try:
            await work()
        except LoginRefused as refused:
            raise CannotStart(str(refused)) from None
        except StoreBusy as busy:
            log.warning("database_away", extra={"why": str(busy), "retry_seconds": pause})
        else:
            return
        await sleep_unless_stopped(stop, pause)
        pause = min(pause * 1.6, DATABASE_PAUSE_MAX_SECONDS)


async def sleep_unless_stopped(stop: asyncio.Event, seconds: float) -> None:
    """Sleeps so long, or until the stop."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
