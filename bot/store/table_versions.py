"""Reads and writes the ``table_versions`` table: a number for each table that a process keeps a copy of.

Whoever changes the table renews its number in the same transaction. A copy is the table's content as long as the number
is the one that was read before it. A new number is drawn at random: one of a transaction that was rolled back never
comes again.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import upsert
from bot.store.schema import table_versions

_BITS = 62
_VERSION = select(table_versions.c.version).where(table_versions.c.name == bindparam("table_name"))


async def version(c: AsyncConnection, table: Table) -> int:
    """Returns the table's number; 0 before its first change."""
    return (await c.execute(_VERSION, {"table_name": table.name})).scalar_one_or_none() or 0


async def renew_version(c: AsyncConnection, table: Table) -> None:
    """Gives the table another number; another transaction that does so waits for the end of this one."""
    await upsert(c, table_versions, {"name": table.name, "version": secrets.randbits(_BITS)})
