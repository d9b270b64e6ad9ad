"""Finds the rows that hold a person, and erases the person from them, some rows in each transaction.

What is the person's alone is deleted: direct messages with their subscriptions, choices, feedback, waiting requests.
What is a channel's stays without the person. A message that names the person and is not at Slack yet is cancelled.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, and_, cast, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import table_versions
from bot.store.old_rows import FINAL, Step
from bot.store.person_columns import PERSONAL, holds_person, without_person
from bot.store.schema import (
    changes,
    deliveries,
    delivery_subscriptions,
    destinations,
    feedback,
    firsts,
    inbound,
    matches,
    metadata,
    mutes,
    people,
    slots,
    subscriptions,
)

ROWS_A_STEP = 100
CANCELLED = "person_erased"
"""The reason of a message that was not sent because it names the person."""
_OF_DIRECT = (matches, deliveries, slots, mutes, changes, subscriptions, destinations)
"""The tables of a direct message, in the order in which no row is left that refers to a deleted one."""
_DELETED = (people, feedback, firsts)
_REWRITTEN = [table for name in PERSONAL if (table := metadata.tables[name]) not in _DELETED]
_UNSENT = ("due", "held", "waiting")


@dataclass(frozen=True, slots=True)
class ErasedPerson:
    """A person of one workspace: the member id, and the direct messages with their ids."""

    team: str
    ids: tuple[str, ...]
    direct: tuple[int, ...]


async def teams_of(c: AsyncConnection, person: str) -> set[str]:
    """Returns the workspaces that have a row with the person; "" where only a table of all workspaces has one."""
    teams: set[str] = set()
    for name, columns in PERSONAL.items():
        table = metadata.tables[name]
        keys = [table.c.team] if "team" in table.c else []
        for row in await c.execute(select(*keys, *_columns(table, columns)).where(_may_hold(table, (person,)))):
            if holds_person(list(row[len(keys) :]), (person,)):
                teams.add(row[0] if keys else "")
    return teams


async def find_person(c: AsyncConnection, team: str, person: str) -> ErasedPerson:
    """Returns the person with the direct messages that there are."""
    row = destinations.c
    own = select(row.id, row.slack_id).where(row.team == team, or_(row.person == person, row.slack_id == person))
    rows = (await c.execute(own.order_by(row.id))).all()
    return ErasedPerson(
        team, tuple(dict.fromkeys((person, *(each.slack_id for each in rows)))), tuple(r.id for r in rows)
    )


def steps_of(person: ErasedPerson) -> Sequence[Step]:
    """Returns the steps that erase a person, in their order."""
    of_direct = [_delete_step(table, _in_direct(table, person.direct), []) for table in _OF_DIRECT]
    own = [_delete_step(table, _of_team(table, person), person.ids) for table in _DELETED]
    return (*of_direct, *own, *(_rewriting_step(table, person) for table in _REWRITTEN))


def _columns(table: Table, names: Sequence[str]) -> list[ColumnElement[Any]]:
    return [table.c[name] for name in names]


def _may_hold(table: Table, ids: Collection[str]) -> ColumnElement[bool]:
    """Whether a personal column of a row contains one of the ids, maybe as the beginning of a longer one."""
    texts = [cast(table.c[name], Text) for name in PERSONAL[table.name]]
    return or_(*(column.contains(each, autoescape=True) for column in texts for each in ids))


def _of_team(table: Table, person: ErasedPerson) -> ColumnElement[bool]:
    held = _may_hold(table, person.ids)
    return and_(table.c.team == person.team, held) if "team" in table.c else held


def _in_direct(table: Table, direct: Sequence[int]) -> ColumnElement[bool]:
    return _destination_of(table).in_(direct)


def _destination_of(table: Table) -> ColumnElement[Any]:
    return table.c.id if table is destinations else table.c.destination


async def _held_rows(
    c: AsyncConnection, table: Table, where: ColumnElement[bool], ids: Collection[str], limit: int | None
) -> list[Mapping[str, Any]]:
    """Returns rows under a condition that hold one of the ids; all of the rows where no ids are given."""
    names = PERSONAL.get(table.name, ()) if ids else ()
    key = list(table.primary_key.columns)
    columns = [*key, *(table.c[name] for name in names if table.c[name] not in key)]
    if table is deliveries:
        columns.append(table.c.state)
    query = select(*columns).where(where).order_by(*(each.desc() for each in key))
    rows = [row._mapping for row in await c.execute(query if ids else query.limit(limit))]
    held = [row for row in rows if not ids or any(holds_person(row[table.c[name]], ids) for name in names)]
    return [{column.name: row[column] for column in columns} for row in held[:limit]]


def _key_of(table: Table, row: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    return [column == row[column.name] for column in table.primary_key.columns]


def _delete_step(table: Table, where: ColumnElement[bool], ids: Collection[str]) -> Step:
    async def count(c: AsyncConnection, _before_at: datetime, _now: datetime) -> int:
        return len(await _held_rows(c, table, where, ids, None))

    async def delete_next(c: AsyncConnection, _before_at: datetime, _now: datetime) -> int:
        rows = await _held_rows(c, table, where, ids, ROWS_A_STEP)
        for row in rows:
            if table in (deliveries, subscriptions):
                pairs = (
                    delivery_subscriptions.c.delivery if table is deliveries else delivery_subscriptions.c.subscription
                )
                await c.execute(delete(delivery_subscriptions).where(pairs == row["id"]))
            await c.execute(delete(table).where(*_key_of(table, row)))
        if rows and table is subscriptions:
            await table_versions.renew_version(c, subscriptions)
        return len(rows)

    return Step(table.name, count, delete_next)


def _rewriting_step(table: Table, person: ErasedPerson) -> Step:
    where = _of_team(table, person)
    if table in _OF_DIRECT:
        where = and_(where, or_(_destination_of(table).is_(None), _destination_of(table).not_in(person.direct)))
    if table is deliveries:  # what is on its way is known to Slack by its key
        where = and_(where, deliveries.c.state.in_((*FINAL, *_UNSENT)))

    async def count(c: AsyncConnection, _before_at: datetime, _now: datetime) -> int:
        return len(await _held_rows(c, table, where, person.ids, None))

    async def rewrite_next(c: AsyncConnection, _before_at: datetime, now: datetime) -> int:
        rows = await _held_rows(c, table, where, person.ids, ROWS_A_STEP)
        for row in rows:
            await c.execute(update(table).where(*_key_of(table, row)).values(**_values(table, row, person.ids, now)))
        if rows and table is subscriptions:
            await table_versions.renew_version(c, subscriptions)
        return len(rows)

    return Step(table.name, count, rewrite_next)


def _values(table: Table, row: Mapping[str, Any], ids: Collection[str], now: datetime) -> dict[str, Any]:
    """Returns the row's personal columns without the person, and what follows from that."""
    values = {name: without_person(row[name], ids) for name in PERSONAL[table.name]}
    if table is inbound and _asker(row["payload"]) in ids:
        return {"payload": {}, "handled_at": now}
    if table is deliveries:
        if holds_person(row["key"], ids):  # keys are unique
            values["key"] = f"{values['key']}:{row['id']}"
        if row["state"] in _UNSENT:
            values |= {"state": "cancelled", "error": CANCELLED}
    return values


def _asker(payload: Mapping[str, Any]) -> object:
    asker = payload.get("asker")
    return asker.get("user") if isinstance(asker, Mapping) else payload.get("user")


async def rows_left(c: AsyncConnection, person: ErasedPerson) -> int:
    """Returns how many rows hold the person: after the erasure those whose message is on its way."""
    found = [
        await _held_rows(c, table, _of_team(table, person), person.ids, None)
        for table in map(metadata.tables.__getitem__, PERSONAL)
    ]
    return sum(map(len, found))
