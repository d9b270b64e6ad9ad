"""Reads and writes the ``lexicon_additions`` table: spellings that an admin added to the lexicon, as TOML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import from_row, upsert
from bot.store.schema import lexicon_additions


@dataclass(frozen=True, slots=True)
class LexiconAddition:
    """One spelling, for every workspace."""

    spelling: str
    topic: str
    """``pact``, or the name of an official."""
    toml: str
    """What a file that extends the lexicon would hold."""
    added_by: str | None
    added_at: datetime


async def present(c: AsyncConnection) -> tuple[LexiconAddition, ...]:
    """Returns the spellings that were not taken back, by spelling."""
    row = lexicon_additions.c
    query = select(lexicon_additions).where(row.removed_at.is_(None)).order_by(row.spelling)
    return tuple(from_row(LexiconAddition, each) for each in await c.execute(query))


async def save(c: AsyncConnection, addition: LexiconAddition) -> None:
    """Writes a spelling, also over the same one that was taken back."""
    names = ("spelling", "topic", "toml", "added_by", "added_at")
    values: dict[str, object] = {name: getattr(addition, name) for name in names}
    await upsert(c, lexicon_additions, {**values, "removed_at": None})


async def remove(c: AsyncConnection, spelling: str, now: datetime) -> None:
    """Takes a spelling back; what matched by it stays."""
    of_it = update(lexicon_additions).where(lexicon_additions.c.spelling == spelling)
    await c.execute(of_it.values(removed_at=now))
