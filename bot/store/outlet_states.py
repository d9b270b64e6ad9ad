"""Reads what a reading of an outlet begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

from sqlalchemy import exists, or_, select

from bot.store.plain_statements import Row, Statement, given
from bot.store.schema import NAMES_PACT, WANTED, articles, sources
from bot.store.sources import SourceRow
from bot.store.steps import StepConnection, awaited

_COLUMNS = [sources.c[each.name] for each in fields(SourceRow)]


@dataclass(frozen=True, slots=True)
class OutletState:
    """What is stored of an outlet: its sources by address, and what its articles say of the next reading."""

    sources: Mapping[str, SourceRow] = field(default_factory=dict)
    may_have_waiting_pages: bool = True
    """True also for an outlet of which no source was ever read."""
    named_pact_lately: bool = False


_of_outlet = articles.c.outlet == sources.c.outlet
_is_due = or_(articles.c.next_try_at.is_(None), articles.c.next_try_at <= given(articles.c.next_try_at, "now"))
_since = articles.c.first_seen_at >= given(articles.c.first_seen_at, "lately_since_at")
_OF_OUTLET = Statement(
    select(
        *_COLUMNS,
        exists().where(_of_outlet, WANTED, articles.c.state == "headline", _is_due).label("has_waiting"),
        exists().where(_of_outlet, NAMES_PACT, _since).label("named_pact"),
    ).where(sources.c.outlet == given(sources.c.outlet))
)


def of_outlets_in_step(
    c: StepConnection, outlets: Sequence[str], now: datetime, lately_since_at: datetime
) -> list[OutletState]:
    """Returns the state of each of the outlets; a page waits once its next try is due."""
    times = {"now": now, "lately_since_at": lately_since_at}
    return [_state(rows) for rows in c.each(_OF_OUTLET, [{"outlet": outlet, **times} for outlet in outlets])]


def _state(rows: Sequence[Row]) -> OutletState:
    if not rows:
        return OutletState()
    *_, has_waiting, named_pact = rows[0]
    found = [SourceRow(*row[:-2]) for row in rows]
    return OutletState({row.url: row for row in found}, bool(has_waiting), bool(named_pact))


of_outlets = awaited(of_outlets_in_step)
