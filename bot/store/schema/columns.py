"""Column types and makers that are the same on SQLite and PostgreSQL, and the one MetaData of all tables."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    TextClause,
    TypeDecorator,
    false,
    literal_column,
    text,
)
from sqlalchemy.types import TypeEngine


def in_utc(value: datetime) -> datetime:
    """Returns an instant in UTC; raises ValueError for a naive time."""
    if value.tzinfo is None or value.utcoffset() is None:
        raise ValueError(f"a time without a zone is no instant: {value!r}")
    return value.astimezone(UTC)


class Utc(TypeDecorator[datetime]):
    """An instant. Refuses a naive time, stores UTC, and returns an aware time in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else in_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_WORD = re.compile("[a-z_]+")


class Words(TypeDecorator[str]):
    """Text from anywhere. Drops what PostgreSQL or UTF-8 cannot hold: NUL, half of a surrogate pair."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class State(Words):
    """A word of our own: due, sent, active. A condition holds it as it is, and not as a parameter.

    SQLite prepares a statement again at every run, which takes ten times as long as the run, while a parameter might be
    the word of a partial index's condition.
    """

    cache_ok = True

    class Comparator(TypeDecorator.Comparator[str], Text.Comparator[str]):
        """Compares with a word, or with several."""

        def operate(self, op: Any, *other: Any, **more: Any) -> ColumnElement[Any]:
            return super().operate(op, *map(_in_statement, other), **more)

    comparator_factory = Comparator


def _in_statement(value: Any) -> Any:
    """Returns a word, and each word of several, as a part of the statement; all else as it is."""
    if isinstance(value, (list, tuple)):
        return [_in_statement(each) for each in value]
    return literal_column(f"'{value}'", Text) if isinstance(value, str) and _WORD.fullmatch(value) else value


def storable(value: str) -> str:
    """Returns the text without the characters that a database refuses."""
    if "\x00" in value:
        value = value.replace("\x00", "")
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "ignore").decode()
    return value


class Packed(TypeDecorator[bytes]):
    """Bytes; none at all read as empty ones, and so does the text that a process of an older version left in SQLite."""

    impl = LargeBinary
    cache_ok = True

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes:
        return value if isinstance(value, bytes) else b""


def big_integer() -> TypeEngine[int]:
    """Returns the type of ids; SQLite gives ids by itself only in a column that is exactly INTEGER."""
    return BigInteger().with_variant(Integer, "sqlite")


class Document(TypeDecorator[Any]):
    """A small JSON document; JSONB on PostgreSQL, whose types are loaded only there, because they take memory."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Returns the type of this database."""
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON())
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB())


ONLY_POSTGRESQL = {"dialect": "postgresql"}
"""Marks an index that SQLite has no use for: its strings are ordered by their characters' codes."""

_partial_indexes: list[tuple[Index, TextClause]] = []
_prefix_indexes: list[tuple[Index, str]] = []


def partial_index(name: str, *columns: str, where: TextClause, unique: bool = False) -> Index:
    """Returns an index of some rows of a table alone. PostgreSQL needs ``for_postgresql``, too."""
    index = Index(name, *columns, unique=unique, sqlite_where=where)
    _partial_indexes.append((index, where))
    return index


def prefix_index(name: str, column: str) -> Index:
    """Returns an index for texts that begin alike, which SQLite has no use for. It needs ``for_postgresql``, too."""
    index = Index(name, column, info=ONLY_POSTGRESQL)
    _prefix_indexes.append((index, column))
    return index


def for_postgresql() -> None:
    """Gives the indexes what is PostgreSQL's own; given at once, it would load its drivers on SQLite, too: 3 MB."""
    for index, where in _partial_indexes:
        index.dialect_options["postgresql"]["where"] = where
    for index, column in _prefix_indexes:
        index.dialect_options["postgresql"]["ops"] = {column: "text_pattern_ops"}


def id_column() -> Column[int]:
    """Returns a primary key whose values are never used twice (on SQLite with ``sqlite_autoincrement``)."""
    return Column("id", big_integer(), Identity(), primary_key=True)


def reference(name: str, target: str, *, nullable: bool = False, index: bool = False) -> Column[int]:
    return Column(name, big_integer(), ForeignKey(f"{target}.id"), nullable=nullable, index=index)


def words(name: str, default: str | None = None) -> Column[str]:
    return Column(name, Words, nullable=False, server_default=default)


def state(default: str | None = None) -> Column[str]:
    return Column("state", State, nullable=False, server_default=default)


def flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=false())


def counter(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def json_list(name: str) -> Column[object]:
    return Column(name, Document(), nullable=False, server_default=text("'[]'"))


def packed(name: str) -> Column[bytes]:
    return Column(name, Packed())


def json_map(name: str) -> Column[object]:
    return Column(name, Document(), nullable=False, server_default=text("'{}'"))


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
