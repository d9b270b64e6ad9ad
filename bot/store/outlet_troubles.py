"""Reads and writes the ``outlet_troubles`` table: what is wrong with an outlet at present, a row from begin to end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import from_row, upsert
from bot.store.schema import outlet_troubles

TroubleKind = Literal["failing", "source_failing", "stopped", "frozen", "churned", "spec"]


@dataclass(frozen=True, slots=True)
class OutletTrouble:
    """One trouble; ``kind``, ``outlet`` and ``subject`` are its key."""

    kind: TroubleKind
    outlet: str
    """The outlet's key; empty for a spec file that cannot be used."""
    subject: str
    """The address of the source, or the spec file; empty where it is the whole outlet."""
    name: str
    """The outlet's name, for people."""
    why: str
    """The reason, for people; empty where the kind says it."""
    since_at: datetime
    began_at: datetime
    """When it was found, which tells it from an earlier trouble of the same key."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from every other trouble at present."""
        return self.kind, self.outlet, self.subject


_OF_KINDS = (
    select(outlet_troubles)
    .where(outlet_troubles.c.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(outlet_troubles.c.outlet, outlet_troubles.c.kind, outlet_troubles.c.subject)
)


async def of_kinds(c: AsyncConnection, kinds: Collection[TroubleKind]) -> tuple[OutletTrouble, ...]:
    """Returns the present troubles of these kinds, in the order of outlets."""
    rows = await c.execute(_OF_KINDS, {"kinds": list(kinds)})
    return tuple(from_row(OutletTrouble, row) for row in rows)


async def save(c: AsyncConnection, trouble: OutletTrouble) -> None:
    """Writes the whole row."""
    await upsert(c, outlet_troubles, asdict(trouble))


async def forget(c: AsyncConnection, trouble: OutletTrouble) -> None:
    """Deletes the row of a trouble that is over."""
    where = zip(("kind", "outlet", "subject"), trouble.key, strict=True)
    await c.execute(delete(outlet_troubles).where(*(outlet_troubles.c[name] == value for name, value in where)))
