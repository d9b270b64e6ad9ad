"""Before the work begins: tokens are checked, the database and Slack are waited for, and a stop ends every wait."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.errors import CannotStart, StoreBusy, StoreUnready
from bot.store.engine import Store
from handlers.errors import PostError, TokenRevoked
from handlers.post import Poster
from handlers.slack_facts import Identity

log = logging.getLogger("pactbot.app")

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


def utc_now() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


async def wait_for_schema(
    store: Store, address: str, stop: asyncio.Event, wait_seconds: float = SCHEMA_WAIT_SECONDS
) -> bool:
    """Waits for the database and its schema; False after a stop. StoreUnready when nobody makes the schema in time."""
    loop = asyncio.get_running_loop()
    pause, until = FIRST_PAUSE_SECONDS, loop.time() + wait_seconds
    while not stop.is_set():
        try:
            await _ready(store, address)
        except StoreUnready as unready:
            if loop.time() >= until:
                raise
            log.warning("schema_awaited", extra={"why": str(unready), "retry_seconds": pause})
        except StoreBusy as trouble:
            until = loop.time() + wait_seconds  # the wait for a schema begins when the database answers
            log.warning("database_away", extra={"why": str(trouble), "retry_seconds": pause})
        else:
            return True
        await sleep_unless_stopped(stop, min(pause, max(0.0, until - loop.time())))
        pause = min(pause * 1.6, DATABASE_PAUSE_MAX_SECONDS)
    return False


async def _ready(store: Store, address: str) -> None:
    """SQLite brings itself up to date; PostgreSQL waits for whoever runs ``pactbot migrate``."""
    try:
        await store.check_schema()
    except StoreUnready:
        if not store.embedded:
            raise
        if not await _migrated_apart(address):
            await store.migrate()  # says itself what is wrong


async def _migrated_apart(address: str) -> bool:
    """Migrates a SQLite file in a process of its own: what Alembic loads goes with it. False: that did not work."""
    path = json.dumps([entry or os.getcwd() for entry in sys.path])
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-c", _MIGRATE, path, address),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return await process.wait() == 0


async def wait_for_identity(poster: Poster, app_token: str | None, stop: asyncio.Event) -> Identity | None:
    """Whom the tokens belong to, once Slack answers; None after a stop. CannotStart when Slack refuses one."""
    pause = FIRST_PAUSE_SECONDS
    while not stop.is_set():
        try:
            return await _accepted(poster, app_token)
        except TokenRevoked as refusal:
            line = f"SLACK_BOT_TOKEN: Slack refuses it ({refusal.code}); install the app again and copy its token"
            raise CannotStart(line) from None
        except PostError as trouble:
            log.warning("slack_away", extra={"why": trouble.code, "retry_seconds": pause})
        await sleep_unless_stopped(stop, pause)
        pause = min(pause * 2, SLACK_PAUSE_MAX_SECONDS)
    return None


async def _accepted(poster: Poster, app_token: str | None) -> Identity:
    identity = await poster.identity()
    if app_token is not None and not await poster.confirm_app(app_token):
        line = "SLACK_APP_TOKEN: Slack refuses it; make an app-level token with connections:write and copy it"
        raise CannotStart(line)
    return identity


async def retry_while_busy(stop: asyncio.Event, work: Callable[[], Awaitable[None]]) -> None:
    """Does something with the database, again while that is locked or away; not at all after a stop."""
    pause = FIRST_PAUSE_SECONDS
    while not stop.is_set():
        try:
            await work()
        except StoreBusy as trouble:
            log.warning("database_away", extra={"why": str(trouble), "retry_seconds": pause})
        else:
            return
        await sleep_unless_stopped(stop, pause)
        pause = min(pause * 1.6, DATABASE_PAUSE_MAX_SECONDS)


async def sleep_unless_stopped(stop: asyncio.Event, seconds: float) -> None:
    """Waits, but not past the stop."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
