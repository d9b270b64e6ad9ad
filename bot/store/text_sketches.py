"""Reads and writes the ``text_sketches`` table: the hashes by which a text is recognised under another address."""

from __future__ import annotations

import struct
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import upsert
from bot.store.schema import text_sketches

KEPT_FOR = timedelta(days=7)
"""An outlet publishes a text again within days, if at all."""
MOST_ALIKE = 50
"""So many texts that share a key are compared, the newest first: a key may be that of a licence line."""
_row = text_sketches.c
_SHARES = or_(
    _row.first_key == bindparam("first"), _row.second_key == bindparam("second"), _row.third_key == bindparam("third")
)
_LATELY = (_row.outlet == bindparam("of_outlet"), _row.kept_at >= bindparam("since_at"))
_ALIKE = select(_row.article, _row.hashes).where(_SHARES, *_LATELY).order_by(_row.article.desc()).limit(MOST_ALIKE)


async def put(
    c: AsyncConnection, article: int, outlet: str, keys: tuple[int, ...], hashes: tuple[int, ...], now: datetime
) -> None:
    """Keeps the sketch of an article's text, in place of an earlier one; ``keys`` are three."""
    first, second, third = keys
    values = {"outlet": outlet, "first_key": first, "second_key": second, "third_key": third}
    packed = struct.pack(f"<{len(hashes)}I", *hashes)
    await upsert(c, text_sketches, {"article": article, **values, "hashes": packed, "kept_at": now})


async def alike(
    c: AsyncConnection, outlet: str, keys: tuple[int, ...], since_at: datetime
) -> list[tuple[int, tuple[int, ...]]]:
    """Returns the outlet's articles since then whose text shares a key, with the hashes of the text, newest first."""
    first, second, third = keys
    values = {"first": first, "second": second, "third": third, "of_outlet": outlet, "since_at": since_at}
    rows = await c.execute(_ALIKE, values)
    return [(row.article, struct.unpack(f"<{len(row.hashes) // 4}I", row.hashes)) for row in rows]


async def forget(c: AsyncConnection, before: datetime) -> None:
    """Deletes the sketches that were kept before then."""
    await c.execute(delete(text_sketches).where(text_sketches.c.kept_at < before))
