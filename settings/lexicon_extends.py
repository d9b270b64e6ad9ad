"""Merges a file that says ``extends = "built-in"`` with the lexicon that it adds to, entry by entry.

An entry is identified by its id, name or term. A new entry is added. In an entry that exists, lists grow (forms,
aliases, sources, texts, the words of ``[words]``) and single values are replaced (``ko``, ``meant``, a date). Masks
have no name of their own and are always added.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

EXTENDS = "extends"
BUILT_IN_NAME = "built-in"
NAME_KEYS: Mapping[str, str | None] = {
    "sister": "id", "sector": "id", "official": "name", "agency": "name", "ask": "term", "mask": None,
}  # fmt: skip
"""The lists of tables of a lexicon, each with the key that identifies an entry."""


def merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the merged lexicon. A value of the wrong shape is kept here, and refused when it is read."""
    lexicon = dict(base)
    for name, value in own.items():
        if name == EXTENDS:
            continue
        if name in NAME_KEYS and isinstance(value, list):
            lexicon[name] = _entries(base.get(name, []), value, NAME_KEYS[name])
        elif isinstance(value, Mapping) and isinstance(base.get(name), Mapping):
            lexicon[name] = _table(base[name], value, deep=name == "cues")
        else:
            lexicon[name] = value
    return lexicon


def _entries(base: list[Any], own: list[Any], key: str | None) -> list[Any]:
    entries = list(base)
    index_of = {entry.get(key): index for index, entry in enumerate(base)} if key else {}
    for entry in own:
        index = index_of.get(_name_of(entry, key))
        if index is None:
            entries.append(entry)
        else:
            entries[index] = _table(entries[index], entry)
    return entries


def is_added(base: list[Any], entry: Any, name: str) -> bool:
    """Returns whether an entry of this list (``sector``, ``mask`` …) is new beside those of the base."""
    key = NAME_KEYS[name]
    return not key or _name_of(entry, key) not in {existing.get(key) for existing in base}


def _name_of(entry: Any, key: str | None) -> str | None:
    name = entry.get(key) if isinstance(entry, Mapping) and key else None
    return name if isinstance(name, str) else None


def _table(base: Mapping[str, Any], own: Mapping[str, Any], deep: bool = False) -> dict[str, Any]:
    table = dict(base)
    for name, value in own.items():
        before = base.get(name)
        if isinstance(before, list) and isinstance(value, list):
            table[name] = [*before, *value]
        elif deep and isinstance(before, Mapping) and isinstance(value, Mapping):
            table[name] = _table(before, value)
        else:
            table[name] = value
    return table
