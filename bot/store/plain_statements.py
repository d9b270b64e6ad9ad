"""Compiles a statement once for each database: plain SQL, and plain values in the order that its driver takes.

SQLAlchemy's execution of a small statement takes longer than the database's own work, so what every reading of a source
asks runs as these statements do, in the steps of ``steps``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BindParameter, Column, Delete, Dialect, Float, Insert, Select, Update, bindparam
from sqlalchemy.types import TypeEngine

from bot.store.schema.columns import Utc
from bot.store.sqlite_driver import instant_text

Row = tuple[Any, ...]
Clause = Select[Any] | Insert | Update | Delete
_Process = Callable[[Any], Any] | None


class CompiledStatement:
    """A statement for one database."""

    def __init__(self, clause: Clause, dialect: Dialect) -> None:
        compiled = clause.compile(dialect=dialect)
        self.sql = str(compiled)
        self._is_positional = dialect.positional
        names = (compiled.positiontup or []) if dialect.positional else list(compiled.params)
        binds = compiled.binds
        self._binds = [_Bind(name, binds[name], dialect) for name in names]
        columns = [column.type for column in clause.exported_columns]
        self.has_rows = bool(columns)
        found = [(place, _of_row(type_, dialect)) for place, type_ in enumerate(columns)]
        self._of_rows = [(place, process) for place, process in found if process is not None]

    def values(self, given: Mapping[str, Any]) -> Sequence[Any] | Mapping[str, Any]:
        """Returns the driver's values; raises KeyError for a missing one."""
        if self._is_positional:
            return [bind.value(given) for bind in self._binds]
        return {bind.name: bind.value(given) for bind in self._binds}

    def rows(self, found: list[Any]) -> list[Row]:
        """Returns the driver's rows with the values of their columns' types."""
        if not self._of_rows:
            return found
        rows = []
        for each in found:
            row = list(each)
            for place, process in self._of_rows:
                if (value := row[place]) is not None:
                    row[place] = process(value)
            rows.append(tuple(row))
        return rows


class _Bind:
    """A place for a value in a statement: given each time by its name, or always the same."""

    __slots__ = ("_constant", "_is_given", "_process", "name")

    def __init__(self, name: str, parameter: Any, dialect: Dialect) -> None:
        self.name = name
        self._process = _of_driver(parameter.type, dialect)
        self._is_given = bool(parameter.required)
        value = None if self._is_given else parameter.effective_value
        self._constant = value if self._process is None else self._process(value)

    def value(self, given: Mapping[str, Any]) -> Any:
        if not self._is_given:
            return self._constant
        value = given[self.name]
        return value if self._process is None else self._process(value)


class Statement:
    """A statement whose values are named by ``bindparam``; every run takes all of them."""

    def __init__(self, clause: Clause | Callable[[str], Clause]) -> None:
        """``clause`` may be a function of the database's name, where SQLAlchemy has a construct for each."""
        self._clause = clause
        self._compiled: dict[str, CompiledStatement] = {}

    def compiled(self, dialect: Dialect) -> CompiledStatement:
        """Returns the statement as this database takes it."""
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = CompiledStatement(self._clause_for(dialect.name), dialect)
        return found

    def _clause_for(self, database: str) -> Clause:
        return self._clause(database) if callable(self._clause) else self._clause


def given(column: Column[Any], name: str = "") -> BindParameter[Any]:
    """Returns the place for a value of a column, which is given under the column's name or another."""
    return bindparam(name or column.name, type_=column.type)


def _of_driver(type_: TypeEngine[Any], dialect: Dialect) -> _Process:
    """What makes the driver's value of a column's."""
    if isinstance(type_, Utc) and dialect.name == "sqlite":
        return instant_text
    return type_.dialect_impl(dialect).bind_processor(dialect)


def _of_row(type_: TypeEngine[Any], dialect: Dialect) -> _Process:
    """What makes a column's value of the driver's, which is not None."""
    if isinstance(type_, Utc) and dialect.name == "sqlite":
        return _instant_of
    if isinstance(type_, Float):
        return None  # drivers return it as it is
    return type_.dialect_impl(dialect).result_processor(dialect, None)


def _instant_of(stored: str) -> datetime:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)
