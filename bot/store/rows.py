"""Turns rows into frozen classes and back, and inserts with unique keys, alike on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, RowMapping, Table, func, insert, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Topics
from bot.store.plain_statements import Statement, given
from bot.store.sqlite_driver import insert_batch, write_later

T = TypeVar("T")
N = TypeVar("N")

MOST_PARAMETERS = 500
"""How many values one IN list takes; SQLite before 3.32 stops at 999."""


_field_names: dict[object, tuple[str, ...]] = {}


def _names(row_class: Any) -> tuple[str, ...]:
    if row_class not in _field_names:
        names = getattr(row_class, "_fields", None)
        _field_names[row_class] = names or tuple(each.name for each in fields(row_class))
    return _field_names[row_class]


_places: dict[tuple[object, tuple[str, ...]], list[tuple[str, int]]] = {}
"""Where each field of a class stands in a row with these columns; of two columns of one name the first counts."""


def plain(value: object) -> object:
    """Returns a JSON list as a tuple, and anything else as it is."""
    return tuple(value) if value.__class__ is list else value


def from_row(row_class: type[N], row: RowMapping | Row[Any], **more: object) -> N:
    """Returns an object of the class, from the columns that bear its fields' names and from ``more``."""
    names: tuple[str, ...]
    values: Sequence[object]
    names, values = (row._fields, row) if isinstance(row, Row) else (tuple(map(str, row)), tuple(row.values()))
    key = (row_class, names)
    if key not in _places:
        at = {name: place for place, name in reversed(list(enumerate(names)))}
        _places[key] = [(name, at[name]) for name in _names(row_class) if name in at]
    found = {name: plain(values[place]) for name, place in _places[key]}
    if "topics" in _names(row_class) and "topics" not in more:
        found["topics"] = from_row(Topics, row)
    return row_class(**found | more)


def fields_of(row: Any) -> dict[str, Any]:
    """Returns the fields of an object by name; ``dataclasses.asdict`` would copy their values, too."""
    return {name: getattr(row, name) for name in _names(type(row))}


def columns_from(values: Mapping[str, object]) -> dict[str, Any]:
    """Returns values by column: each field of ``topics`` has its own."""
    columns = {name: value for name, value in values.items() if name != "topics"}
    topics = values.get("topics")
    return columns | fields_of(topics) if topics is not None else columns


async def reserve_ids(c: AsyncConnection, table: Table, how_many: int) -> list[int]:
    """Returns so many ids that are never given again; rows that bring their ids are written in one batch."""
    if c.dialect.name == "postgresql":
        sequence = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
        return list((await c.execute(select(sequence).select_from(func.generate_series(1, how_many)))).scalars())
    # Nobody else writes during this transaction, and SQLite keeps the highest id that was ever written.
    query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    last: int = (await c.execute(query, {"name": table.name})).scalar_one_or_none() or 0
    return list(range(last + 1, last + 1 + how_many))


def chunks(values: Iterable[T], size: int = MOST_PARAMETERS) -> Iterator[Sequence[T]]:
    """Yields the values in lists that one statement can take."""
    every = list(values)
    for start in range(0, len(every), size):
        yield every[start : start + size]


async def insert_rows(c: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Writes rows that have the same columns with one statement; none where there are no rows."""
    if not rows:
        return
    if c.dialect.name == "postgresql":
        await c.execute(insert(table), rows)
    else:
        await insert_batch(c, table, rows)


_inserts: dict[tuple[str, ...], Any] = {}
"""Statements by database, table and columns: one that is built again costs more than SQLite's work."""


def insert_into(database: str, table: Table) -> Any:
    """Returns an insert that may name what happens where a key is taken."""
    if database != "postgresql":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # it loads its drivers, which SQLite needs no memory for

    return postgresql.insert(table)


def insert_or_ignore(c: AsyncConnection, table: Table, *returning: ColumnElement[Any]) -> Any:
    """Returns an insert that does nothing where a unique key is taken; give it ``.values(…)``, or rows to execute."""
    key = (c.dialect.name, table.name, *(str(column) for column in returning))
    if key not in _inserts:
        statement = insert_into(c.dialect.name, table).on_conflict_do_nothing()
        _inserts[key] = statement.returning(*returning) if returning else statement
    return _inserts[key]


async def try_insert(c: AsyncConnection, table: Table, **values: object) -> bool:
    """Inserts one row unless its key is taken; returns whether it did."""
    key = next(iter(table.primary_key.columns))
    return (await c.execute(insert_or_ignore(c, table, key).values(**values))).first() is not None


async def upsert(c: AsyncConnection, table: Table, values: dict[str, object]) -> None:
    """Inserts a row, or writes its columns over the row with the same primary key."""
    key = (c.dialect.name, table.name, "=", *values)
    if key not in _inserts:
        keys = [column.name for column in table.primary_key.columns]
        statement = insert_into(c.dialect.name, table)
        rest = {name: statement.excluded[name] for name in values if name not in keys}
        _inserts[key] = statement.on_conflict_do_update(index_elements=keys, set_=rest)
    await write_later(c, _inserts[key], values)


_upserts: dict[tuple[str, Table, tuple[str, ...]], Any] = {}
"""The statements of ``upsert_rows``: making one costs as much as running it."""


async def upsert_rows(c: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Does the same for rows that have the same columns, with one statement; none where there are no rows."""
    if not rows:
        return
    key = c.dialect.name, table, tuple(rows[0])
    if key not in _upserts:
        keys = [column.name for column in table.primary_key.columns]
        statement = insert_into(c.dialect.name, table)
        rest = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        _upserts[key] = statement.on_conflict_do_update(index_elements=keys, set_=rest)
    await write_later(c, _upserts[key], rows)


def upsert_statement(table: Table) -> Statement:
    """Returns a plain statement that does so for a row with all columns of a table."""

    def clause(database: str) -> Any:
        keys = [column.name for column in table.primary_key.columns]
        new = insert_into(database, table).values({column.name: given(column) for column in table.columns})
        rest = {column.name: new.excluded[column.name] for column in table.columns if column.name not in keys}
        return new.on_conflict_do_update(index_elements=keys, set_=rest)

    return Statement(clause)


async def fetch_one(c: AsyncConnection, row_class: type[N], table: Table, *where: ColumnElement[bool]) -> N | None:
    """Returns the one row that fits, or None."""
    row = (await c.execute(select(table).where(*where))).first()
    return None if row is None else from_row(row_class, row)
