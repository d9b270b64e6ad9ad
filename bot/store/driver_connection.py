"""Hands out psycopg's own connection, for a library that executes its own statements on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.driver_errors import own_errors_of_driver


@asynccontextmanager
async def driver_connection(c: AsyncConnection) -> AsyncIterator[Any]:
    """Yields the driver's connection within the transaction of ``c``, which commits or rolls back both."""
    if not c.in_transaction():
        await c.begin()
    connection = await c.get_raw_connection()
    with own_errors_of_driver(c.dialect):
        yield connection.driver_connection
