"""Has Procrastinate execute its statements on a connection of ours, so that its rows are in our transactions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from procrastinate.connector import BaseAsyncConnector, Notify
from procrastinate.manager import JobManager
from psycopg import AsyncConnection, sql
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

CHECK_SECONDS = 5.0
"""The interval at which a connection that listens is asked whether it still answers, and how long it may take."""


class OurConnector(BaseAsyncConnector):
    """One connection of psycopg; whoever opened it commits. Raises psycopg's errors."""

    def __init__(self, connection: AsyncConnection[Any]) -> None:
        self._connection = connection

    async def execute_query_async(self, query: str, **arguments: Any) -> None:
        """Executes a statement of Procrastinate."""
        async with self._connection.cursor() as cursor:
            await cursor.execute(query.encode(), _all_adapted(arguments))

    async def execute_query_one_async(self, query: str, **arguments: Any) -> dict[str, Any]:
        """Returns the only row of a statement."""
        return (await self._rows(query, arguments))[0]

    async def execute_query_all_async(self, query: str, **arguments: Any) -> list[dict[str, Any]]:
        """Returns the rows of a statement."""
        return await self._rows(query, arguments)

    async def _rows(self, query: str, arguments: Mapping[str, Any]) -> list[DictRow]:
        async with self._connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(query.encode(), _all_adapted(arguments))
            return await cursor.fetchall() if cursor.description is not None else []

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Waits for notifications until the connection is lost, which raises psycopg's error or TimeoutError."""
        for channel in channels:
            await self._connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        while True:
            async for each in self._connection.notifies(timeout=CHECK_SECONDS):
                await on_notification(channel=each.channel, payload=each.payload)
            async with asyncio.timeout(CHECK_SECONDS):  # a host that is gone says nothing
                await self._connection.execute("SELECT 1")


def manager_of(connection: AsyncConnection[Any]) -> JobManager:
    """Returns Procrastinate's functions over this connection."""
    return JobManager(OurConnector(connection))


def _all_adapted(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _adapted(value) for name, value in arguments.items()}


def _adapted(value: object) -> object:
    """Returns a value with its mappings as JSON: also those within the jobs that are deferred."""
    if isinstance(value, dict):
        return Jsonb(value)
    if isinstance(value, list):
        return [_adapted(item) for item in value]
    return tuple(_adapted(item) for item in value) if isinstance(value, tuple) else value
