"""Reads and writes the ``purged_names`` table: a hash of each name of an article that was purged.

A list may show an article for years. Without these it would be new again, and could be posted a second time.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from json import dumps

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.article_identities import indexable
from bot.store.rows import insert_or_ignore
from bot.store.schema import purged_names
from bot.store.sqlite_driver import write_later

_AMONG_JSON = text("SELECT hash FROM purged_names WHERE hash IN (SELECT value FROM json_each(:hashes))")
_AMONG_ANY = text("SELECT hash FROM purged_names WHERE hash = ANY(CAST(:hashes AS bigint[]))")


def hash_of(name: str) -> int:
    """Returns 64 bits of a name's hash: among ten million names no other is met in a lifetime."""
    return int.from_bytes(sha256(indexable(name).encode()).digest()[:8], "big", signed=True)


async def add(c: AsyncConnection, names: Iterable[str]) -> None:
    """Remembers names whose rows are deleted in the same transaction."""
    if rows := [{"hash": number} for number in sorted(set(map(hash_of, names)))]:
        await write_later(c, insert_or_ignore(c, purged_names), rows)


async def among(c: AsyncConnection, names: Iterable[str]) -> set[str]:
    """Returns those of the names that were purged."""
    name_of = {hash_of(name): name for name in names}
    if not name_of:
        return set()
    is_postgresql = c.dialect.name == "postgresql"
    query, hashes = (_AMONG_ANY, list(name_of)) if is_postgresql else (_AMONG_JSON, dumps([*name_of]))
    return {name_of[number] for number in (await c.execute(query, {"hashes": hashes})).scalars()}
