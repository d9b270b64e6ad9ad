"""Writes the expected files of an outlet's tests, as ``tests/scrapers/test_outlets.py`` compares them."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

READ_AT_HOUR = 23
"""A fixture is read as in this hour (UTC) of its day, so that no time of the day lies ahead."""


def read_at(file: Path | None, now: datetime) -> datetime:
    """Returns the time at which a fixture is read: the evening of the day that its name begins with, else of today."""
    written = re.match(r"\d{4}-\d{2}-\d{2}", file.name) if file else None
    try:
        day = datetime.fromisoformat(written[0]) if written else now
    except ValueError:
        day = now
    return day.replace(hour=READ_AT_HOUR, minute=0, second=0, microsecond=0, tzinfo=UTC)


def as_fixture(values: Mapping[str, object]) -> str:
    """Returns the text of an expected file."""
    return json.dumps(values, ensure_ascii=False, indent=1, default=_plain) + "\n"


def fields_of(record: object) -> dict[str, object]:
    """Returns the fields of a dataclass by name."""
    assert dataclasses.is_dataclass(record)
    return {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}


def changed_fields_of(record: object) -> dict[str, object]:
    """Returns the fields of a dataclass by name, without those that have their default."""
    assert dataclasses.is_dataclass(record)
    defaults = {field.name: field.default for field in dataclasses.fields(record)}
    return {name: value for name, value in fields_of(record).items() if value != defaults[name]}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else fields_of(value)
