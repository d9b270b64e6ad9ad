"""Reads when outlets published their articles of some days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema import articles

MAX_TIMES = 5_000
"""Times that are read for one answer, the newest first."""


async def between(
    c: AsyncConnection, outlets: Collection[str], since_at: datetime, until_at: datetime
) -> dict[str, list[datetime]]:
    """Returns the known times of publication of each outlet's articles that were first seen in this time."""
    row = articles.c
    query = select(row.outlet, row.published_at).where(
        row.first_seen_at.between(since_at, until_at), row.outlet.in_(sorted(outlets)), row.published_at.is_not(None)
    )
    times: dict[str, list[datetime]] = {}
    for outlet, published_at in await c.execute(query.order_by(row.first_seen_at.desc()).limit(MAX_TIMES)):
        times.setdefault(outlet, []).append(published_at)
    return times
