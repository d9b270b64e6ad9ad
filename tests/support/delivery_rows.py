"""Deliveries in any state, each in a channel of its own, for tests that ask which rows a query finds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import insert, select

from bot.store import installations
from bot.store.engine import Connection
from bot.store.schema import deliveries, destinations

Columns = Mapping[str, Any]
"""A delivery's columns. A number stands for an instant: so many seconds from now.

Columns that begin with ``channel_`` are those of its channel. ``parent`` are the columns of the delivery that it
follows (not due itself), ``earlier`` and ``later`` those of another delivery of its channel.
"""
_KEYS = count()


async def add_workspaces(c: Connection, now: datetime) -> None:
    """Makes T1 and T4, whose tokens work, and T2, which is stopped; T3 is not known at all."""
    await installations.put(c, "T1", now)
    await installations.put(c, "T4", now)
    await installations.stop(c, "T2", "token_revoked", now, None)


async def add_row(c: Connection, now: datetime, columns: Columns) -> int:
    """Writes a delivery with these columns; returns its id."""
    columns = {"team": "T1", **columns}
    of_channel = {
        name.removeprefix("channel_"): value for name, value in columns.items() if name.startswith("channel_")
    }
    facts = {"slack_id": f"C{next(_KEYS)}", "language": "en", "timezone": "Asia/Seoul", "state": "active"}
    new = insert(destinations).values(_instants({**facts, "team": columns["team"], **of_channel}, now))
    destination: int = (await c.execute(new.returning(destinations.c.id))).scalar_one()
    own = {name: value for name, value in columns.items() if not name.startswith("channel_")}
    if parent := own.pop("parent", None):
        own["after"] = await add_row(c, now, {"not_before": 99, "channel_next_post_at": 99, **parent})
    if earlier := own.pop("earlier", None):
        await _add(c, now, destination, {"team": columns["team"], **earlier})
    later = own.pop("later", None)
    delivery = await _add(c, now, destination, own)
    if later:
        await _add(c, now, destination, {"team": columns["team"], **later})
    return delivery


async def _add(c: Connection, now: datetime, destination: int, columns: Columns) -> int:
    facts = {"key": f"row:{next(_KEYS)}", "destination": destination, "kind": "card", "state": "due", "payload": {}}
    new = insert(deliveries).values(_instants({**facts, "created_at": 0, "not_before": 0, **columns}, now))
    delivery: int = (await c.execute(new.returning(deliveries.c.id))).scalar_one()
    return delivery


def _instants(columns: Columns, now: datetime) -> dict[str, Any]:
    return {
        name: now + timedelta(seconds=value) if isinstance(value, int | float) and name in _INSTANTS else value
        for name, value in columns.items()
    }


_INSTANTS = frozenset(
    (
        "created_at",
        "not_before",
        "lease_until_at",
        "first_try_at",
        "last_try_at",
        "sent_at",
        "edited_at",
        "next_post_at",
    )
)


async def columns_of(c: Connection, *names: str) -> dict[int, tuple[Any, ...]]:
    """These columns of every delivery, by its id."""
    rows = await c.execute(select(deliveries.c.id, *(deliveries.c[name] for name in names)))
    return {row[0]: tuple(row[1:]) for row in rows}


async def changed_by(
    c: Connection, act: Callable[[], Awaitable[object]], name: str = "state"
) -> tuple[list[int], object]:
    """The deliveries whose column an action changes, and its answer; the action is rolled back."""
    before = await columns_of(c, name)
    tried = await c.begin_nested()
    answer = await act()
    after = await columns_of(c, name)
    await tried.rollback()
    return sorted(delivery for delivery, value in after.items() if value != before.get(delivery)), answer


def with_changes(base: Columns, changes: Sequence[Columns]) -> list[Columns]:
    """The base row with each of these changes."""
    return [{**base, **change} for change in changes]
