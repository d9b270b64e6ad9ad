"""Turn rows into the desk's frozen nouns, and insert what is not there yet, alike on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, RowMapping, Table, func, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Topics

T = TypeVar("T")
N = TypeVar("N")

MOST_PARAMETERS = 500
"""How many values one IN list takes; SQLite before 3.32 stops at 999."""


_names_of: dict[object, tuple[str, ...]] = {}


def _names(noun: Any) -> tuple[str, ...]:
    if noun not in _names_of:
        _names_of[noun] = getattr(noun, "_fields", None) or tuple(f.name for f in fields(noun))
    return _names_of[noun]


def plain(value: object) -> object:
    """A JSON list as the tuple that frozen nouns hold; anything else as it is."""
    return tuple(value) if isinstance(value, list) else value


def from_row(noun: type[N], row: RowMapping | Row[Any], **more: object) -> N:
    """A noun from the columns that bear its fields' names, and from ``more``."""
    columns = row if isinstance(row, RowMapping) else row._mapping
    if "topics" in _names(noun) and "topics" not in more:
        more["topics"] = from_row(Topics, columns)
    known = {name: plain(columns[name]) for name in _names(noun) if name not in more and name in columns}
    return noun(**known, **more)


def fields_of(noun: Any) -> dict[str, Any]:
    """A noun's fields by name, as they are: ``dataclasses.asdict`` would copy all that is inside."""
    return {name: getattr(noun, name) for name in _names(type(noun))}


def columns_from(values: Mapping[str, object]) -> dict[str, Any]:
    """Values by column: ``topics`` is spelled out as the columns that bear the names of its fields."""
    columns = {name: value for name, value in values.items() if name != "topics"}
    topics = values.get("topics")
    return columns | fields_of(topics) if topics is not None else columns


async def reserve_ids(c: AsyncConnection, table: Table, number: int) -> list[int]:
    """Numbers for so many rows, never given before nor again: rows that bring theirs are written in one batch."""
    if c.dialect.name == "postgresql":
        sequence = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
        return list((await c.execute(select(sequence).select_from(func.generate_series(1, number)))).scalars())
    # nobody else writes while this transaction does, and SQLite remembers the highest number that was ever written
    query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    last: int = (await c.execute(query, {"name": table.name})).scalar_one_or_none() or 0
    return list(range(last + 1, last + 1 + number))


def chunks(values: Iterable[T], size: int = MOST_PARAMETERS) -> Iterator[Sequence[T]]:
    """The values in lists that one statement can take."""
    every = list(values)
    for start in range(0, len(every), size):
        yield every[start : start + size]


def _insert(c: AsyncConnection, table: Table) -> Any:
    """An insert that may say what happens where a key is taken."""
    if c.dialect.name != "postgresql":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # loads all its drivers: memory that SQLite can do without

    return postgresql.insert(table)


def insert_or_ignore(c: AsyncConnection, table: Table, returning: ColumnElement[Any] | None = None) -> Any:
    """An insert that does nothing where a unique key is taken already; give it ``.values(…)``."""
    statement = _insert(c, table).on_conflict_do_nothing()
    return statement if returning is None else statement.returning(returning)


async def try_insert(c: AsyncConnection, table: Table, **values: object) -> bool:
    """Insert one row unless its key is taken; say whether it was new."""
    key = next(iter(table.primary_key.columns))
    return (await c.execute(insert_or_ignore(c, table, key).values(**values))).first() is not None


async def upsert(c: AsyncConnection, table: Table, values: dict[str, object]) -> None:
    """Insert a row, or write its columns over the row that has the same primary key."""
    keys = [column.name for column in table.primary_key.columns]
    rest = {name: value for name, value in values.items() if name not in keys}
    statement = _insert(c, table).values(**values)
    await c.execute(statement.on_conflict_do_update(index_elements=keys, set_=rest))


async def fetch_one(c: AsyncConnection, noun: type[N], table: Table, *where: ColumnElement[bool]) -> N | None:
    """The one row that fits, or None."""
    row = (await c.execute(select(table).where(*where))).first()
    return None if row is None else from_row(noun, row)
