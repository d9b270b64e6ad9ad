"""Reads and writes the ``outlet_specs`` table: the specs of outlets that an admin added in Slack, as TOML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import from_row, upsert
from bot.store.schema import outlet_specs


@dataclass(frozen=True, slots=True)
class OutletSpec:
    """The spec of one outlet."""

    key: str
    spec: str
    """What a file of an operator's folder would hold."""
    added_by: str | None
    added_at: datetime


async def present(c: AsyncConnection) -> tuple[OutletSpec, ...]:
    """Returns the specs that were not taken back, by key."""
    query = select(outlet_specs).where(outlet_specs.c.removed_at.is_(None)).order_by(outlet_specs.c.key)
    return tuple(from_row(OutletSpec, row) for row in await c.execute(query))


async def save(c: AsyncConnection, spec: OutletSpec) -> None:
    """Writes a spec, also over one of the same key that was taken back."""
    values = {"key": spec.key, "spec": spec.spec, "added_by": spec.added_by, "added_at": spec.added_at}
    await upsert(c, outlet_specs, {**values, "removed_at": None})


async def remove(c: AsyncConnection, key: str, now: datetime) -> None:
    """Takes a spec back; the outlet's articles stay."""
    await c.execute(update(outlet_specs).where(outlet_specs.c.key == key).values(removed_at=now))
