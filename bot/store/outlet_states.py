"""Reads what a reading of an outlet begins with, for many outlets in one statement."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import chunks
from bot.store.schema import NAMES_PACT, WANTED, articles, sources
from bot.store.sources import SourceRow

_COLUMNS = [sources.c[each.name] for each in fields(SourceRow)]


@dataclass(frozen=True, slots=True)
class OutletState:
    """What is stored of an outlet: its sources by address, and what its articles say of the next reading."""

    sources: Mapping[str, SourceRow] = field(default_factory=dict)
    may_have_waiting_pages: bool = True
    """True also for an outlet of which no source was ever read."""
    named_pact_lately: bool = False


async def of_outlets(
    c: AsyncConnection, outlets: Collection[str], now: datetime, lately_since_at: datetime
) -> dict[str, OutletState]:
    """Returns the state of each of the outlets of which a source was read; a page waits once its next try is due."""
    of_outlet = articles.c.outlet == sources.c.outlet
    is_due = or_(articles.c.next_try_at.is_(None), articles.c.next_try_at <= now)
    waiting = exists().where(of_outlet, WANTED, articles.c.state == "headline", is_due)
    named = exists().where(of_outlet, NAMES_PACT, articles.c.first_seen_at >= lately_since_at)
    query = select(*_COLUMNS, waiting.label("has_waiting"), named.label("named_pact"))
    states: dict[str, OutletState] = {}
    for some in chunks(sorted(set(outlets))):
        for row in await c.execute(query.where(sources.c.outlet.in_(some))):
            source = SourceRow(*row[: len(_COLUMNS)])
            before = states.get(source.outlet, OutletState())
            of_sources = {**before.sources, source.url: source}
            states[source.outlet] = OutletState(of_sources, bool(row.has_waiting), bool(row.named_pact))
    return states
