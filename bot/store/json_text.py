"""Writes the JSON of a column, in the letters that both databases take."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bot.store.schema import storable


def dumps(value: object) -> str:
    """Returns the value as JSON, without the characters that a database refuses."""
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if "\\u0000" not in line and line.isprintable():
        return line
    return json.dumps(_storable(value), ensure_ascii=False, separators=(",", ":"))


def _storable(value: object) -> object:
    """Returns the value without the characters that a database refuses."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {storable(str(key)): _storable(item) for key, item in value.items()}
    return [_storable(item) for item in value] if isinstance(value, list | tuple) else value
